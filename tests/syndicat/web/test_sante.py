"""Health, figures and logs: answered without a member, and saying nothing of anybody."""

import json
import logging
import re
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from prometheus_client.parser import text_string_to_metric_families

from syndicat.socle import contexte, mesures
from syndicat.socle.journalisation import FiltreContexte, requete_courante
from syndicat.web import sante
from tests.syndicat.notifications.serveur import uvicorn


def _familles(texte: str) -> dict[str, Any]:
    return {f.name: f for f in text_string_to_metric_families(texte)}


def test_la_sante_repond_sur_tout_hote_sans_session(db: None) -> None:
    for hote in ("localhost", "hettange-grande.localhost", "10.0.0.7", "n-importe-quoi"):
        client = Client(headers={"host": hote})
        assert client.get("/sante/vivant").json() == {"etat": "vivant"}
        reponse = client.get("/sante/pret")
        assert reponse.status_code == 200
        assert reponse.json() == {"etat": "pret", "base": "ok", "cache": "ok", "antivirus": "aucun"}
        assert not reponse.cookies


@pytest.mark.parametrize(("panne", "statut"), [("base", 503), ("cache", 503), ("antivirus", 200)])
def test_une_panne_se_dit_sans_detail(db: None, monkeypatch: Any, panne: str, statut: int) -> None:
    def rate() -> str:
        raise ConnectionError("password=CanariSecret host=10.0.0.9")

    monkeypatch.setitem(sante.VERIFICATIONS, panne, (rate, sante.VERIFICATIONS[panne][1]))
    reponse = Client(headers={"host": "localhost"}).get("/sante/pret")
    assert reponse.status_code == statut
    assert reponse.json()[panne] == "injoignable"
    assert "Canari" not in reponse.text
    assert Client(headers={"host": "localhost"}).get("/sante/vivant").status_code == 200


@pytest.mark.parametrize(
    ("jeton", "entetes", "adresse", "statut"),
    [
        ("", {}, "127.0.0.1", 200),
        ("", {}, "::1", 200),
        ("", {}, "10.0.0.7", 404),
        ("", {"x-forwarded-for": "10.0.0.7"}, "127.0.0.1", 404),
        ("", {"forwarded": "for=10.0.0.7"}, "127.0.0.1", 404),
        ("secret", {}, "127.0.0.1", 404),
        ("secret", {"authorization": "Bearer autre"}, "127.0.0.1", 404),
        ("secret", {"authorization": "Bearer secret"}, "10.0.0.7", 200),
    ],
)
def test_les_mesures_ne_vont_qu_a_qui_de_droit(
    db: None, settings: Any, jeton: str, entetes: dict[str, str], adresse: str, statut: int
) -> None:
    settings.METRIQUES_JETON = jeton
    reponse = Client(headers={"host": "localhost", **entetes}, REMOTE_ADDR=adresse).get("/metrics")
    assert reponse.status_code == statut


def test_les_mesures_comptent_par_route_sans_membre_ni_personne(
    hettange: Any, compte: Any, visite: Callable[..., Client]
) -> None:
    for slug, qui in (("hettange-grande", "agent"), ("rodemack", "agent.rodemack"), ("hettange-grande", "")):
        client = visite(slug, qui)
        client.get("/bureau/notifications/")
        client.get("/fichiers/11111111-1111-4111-8111-111111111111/ecran?j=CanariJeton")
        client.get("/nulle/part/CanariChemin")
    texte = Client(headers={"host": "localhost"}).get("/metrics").text
    familles = _familles(texte)
    assert {
        "syndicat_requetes", "syndicat_requete_secondes", "syndicat_tache_secondes", "syndicat_prises_ouvertes",
        "syndicat_envois_retard_secondes",
    } <= set(familles)  # fmt: skip
    for interdit in ("Canari", "hettange", "rodemack", compte("agent").email, "11111111"):
        assert interdit not in texte, interdit
    routes = {e.labels["route"]: e for e in familles["syndicat_requetes"].samples if "route" in e.labels}
    assert "/bureau/notifications/" in routes
    assert "(aucune)" in routes
    assert {"route", "methode", "statut"} == set(routes["/bureau/notifications/"].labels)


def test_une_jauge_en_panne_ne_cache_pas_les_autres(db: None, monkeypatch: Any) -> None:
    def rate() -> float:
        raise OSError

    monkeypatch.setitem(mesures._jauges, "essai_panne", ("x", rate))
    monkeypatch.setitem(mesures._jauges, "essai_genres", ("x", lambda: {"a": 1, "b": 2.5}))
    familles = _familles(mesures.exposition().decode())
    assert "essai_panne" not in familles
    assert {e.labels["genre"]: e.value for e in familles["essai_genres"].samples} == {"a": 1, "b": 2.5}


@pytest.fixture
def lignes() -> Iterator[Callable[[], list[dict[str, Any]]]]:
    """Lines as production writes them: same filter, same formatter."""
    import io

    from pythonjsonlogger.json import JsonFormatter

    from syndicat.settings.base import LOGGING

    sortie = io.StringIO()
    gestion = logging.StreamHandler(sortie)
    gestion.addFilter(FiltreContexte())
    gestion.setFormatter(JsonFormatter(LOGGING["formatters"]["json"]["fmt"]))
    racine = logging.getLogger()
    racine.addHandler(gestion)
    yield lambda: [json.loads(x) for x in sortie.getvalue().splitlines()]
    racine.removeHandler(gestion)


def test_chaque_ligne_dit_sa_collectivite_et_sa_demande(
    hettange: Any, lignes: Callable[[], list[dict[str, Any]]], visite: Callable[..., Client]
) -> None:
    jeton = requete_courante.set("demande-42")
    with contexte.dans(hettange):
        logging.getLogger("essai").warning("dedans")
    logging.getLogger("essai").warning("dehors")
    requete_courante.reset(jeton)
    dedans, dehors = lignes()
    assert (dedans["message"], dedans["collectivite"], dedans["requete"]) == (
        "dedans",
        "hettange-grande",
        "demande-42",
    )
    assert (dehors["collectivite"], dehors["requete"]) == ("-", "demande-42")
    assert dedans["levelname"] == "WARNING"
    visite("hettange-grande", "agent").get("/nulle/part", headers={"x-request-id": "abcdef-0123"})
    ligne = next(x for x in lignes() if x["name"] == "django.request")
    assert (ligne["collectivite"], ligne["requete"]) == ("hettange-grande", "abcdef-0123")


def test_la_ligne_d_acces_dit_la_route_et_jamais_l_adresse(
    hettange: Any, settings: Any, lignes: Callable[[], list[dict[str, Any]]], visite: Callable[..., Client]
) -> None:
    settings.LOG_ACCES = True
    logging.getLogger("syndicat.acces").setLevel(logging.INFO)
    visite("hettange-grande").get("/fichiers/11111111-1111-4111-8111-111111111111/ecran?j=CanariJeton")
    ligne = next(x for x in lignes() if x["name"] == "syndicat.acces")
    assert ligne["collectivite"] == "hettange-grande"
    assert ligne["duree_ms"] >= 0
    assert ligne["message"].startswith("GET /fichiers/")
    assert "1111" not in ligne["message"]
    assert "CanariJeton" not in json.dumps(lignes())


@pytest.mark.django_db(transaction=True)
def test_un_vrai_serveur_ecrit_du_json_et_rend_l_identifiant_de_la_demande(
    hettange: Any, tmp_path: Path
) -> None:
    with uvicorn(tmp_path) as (port, journal):
        demande = urllib.request.Request(
            f"http://127.0.0.1:{port}/nulle-part",
            headers={"Host": f"hettange-grande.localhost:{port}", "X-Request-ID": "essai-abc-123"},
        )
        with pytest.raises(urllib.error.HTTPError) as exc:
            urllib.request.urlopen(demande, timeout=20)
        assert exc.value.code == 404
        assert exc.value.headers["X-Request-ID"] == "essai-abc-123"
        mauvais = urllib.request.Request(
            f"http://127.0.0.1:{port}/sante/vivant", headers={"X-Request-ID": "x\ty <script>"}
        )
        recu = urllib.request.urlopen(mauvais, timeout=20).headers["X-Request-ID"]
        assert re.fullmatch(r"[0-9a-f]{32}", recu)
        texte = urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=20).read().decode()
        familles = _familles(texte)
        bassin = {e.labels["genre"]: e.value for e in familles["syndicat_connexions_base"].samples}
        assert bassin["maximum"] >= bassin["ouvertes"] >= 1
        lues = [json.loads(x) for x in journal.read_text().splitlines() if x.startswith("{")]
        acces = next(x for x in lues if x["name"] == "syndicat.acces" and x["requete"] == "essai-abc-123")
        assert (acces["collectivite"], acces["message"]) == ("hettange-grande", "GET (aucune) 404")
        assert not any(x["name"] == "uvicorn.access" for x in lues), "it would write addresses"
        ecrit_apres_reglages = [x for x in journal.read_text().splitlines() if "Uvicorn running" in x]
        assert all(x.startswith("{") for x in ecrit_apres_reglages), "the server's own lines too"
