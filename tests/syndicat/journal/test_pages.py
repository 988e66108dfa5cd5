"""« Journal » and « Registre des traitements »: who reads them, what they filter, what leaves by the export."""

import csv
import io
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from syndicat.comptes.acteur import Acteur
from syndicat.journal import consigner
from syndicat.journal.models import Completion, Ligne
from syndicat.socle import contexte

pytestmark = pytest.mark.django_db
URL = "/bureau/journal/"


def _chainer() -> None:
    """Number now what the test wrote: its transaction will never commit."""
    with connection.cursor() as curseur:
        curseur.execute("SET CONSTRAINTS ALL IMMEDIATE")
        curseur.execute("SET CONSTRAINTS ALL DEFERRED")


@pytest.fixture
def lignes(hettange: Any, rodemack: Any, acteur: Callable[..., Any]) -> str:
    """Lines of several people at Hettange-Grande, one at the neighbour's; answers an object's uuid."""
    objet = str(uuid4())
    with contexte.dans(hettange):
        maire = acteur("maire", hettange)
        consigner(
            "journal.lignes.exportees",
            by=maire,
            objet=("grc.signalement", objet),
            detail={"nombre": 2},
            personnel={"nom": "=CANARI()"},
        )
        for _ in range(3):
            consigner("rgpd.purge.faite", by=Acteur.systeme("purge"), detail={"nombre": 7})
        consigner("grc.signalement.recu", by=Acteur.anonyme())
    with contexte.dans(rodemack):
        consigner("rgpd.purge.faite", by=Acteur.systeme("canari_voisin"))
    _chainer()
    return objet


@pytest.mark.parametrize(
    ("local", "statut"), [("admin", 200), ("dpo", 200), ("maire", 403), ("agent", 403), ("habitant", 404)]
)
def test_l_administrateur_et_le_dpo_lisent_le_journal(
    visite: Callable[..., Any], lignes: str, local: str, statut: int
) -> None:
    assert visite("hettange-grande", local).get(URL).status_code == statut


def test_un_agent_d_ailleurs_ne_lit_pas_notre_journal(visite: Callable[..., Any], lignes: str) -> None:
    assert visite("rodemack", "admin").get(URL).status_code in (302, 404)


def test_la_page_parle_francais_et_ne_montre_que_la_commune(visite: Callable[..., Any], lignes: str) -> None:
    page = visite("hettange-grande", "dpo").get(URL).content.decode()
    assert "Données personnelles effacées à leur terme" in page
    assert "Mme Claire Muller" in page
    assert "La plateforme (purge)" in page
    assert "Un habitant sans compte" in page
    assert "canari_voisin" not in page


@pytest.mark.parametrize(
    ("filtre", "nombre"),
    [
        ("action=rgpd.purge.faite", 3),
        ("par=systeme&action=rgpd.purge.faite", 3),
        ("par=anonyme", 1),
        ("objet=grc.signalement", 1),
        ("du=2001-01-01&au=2001-01-02", 0),
        ("du=2001-01-01&action=rgpd.purge.faite", 3),
    ],
)
def test_les_filtres(visite: Callable[..., Any], lignes: str, filtre: str, nombre: int) -> None:
    reponse = visite("hettange-grande", "dpo").get(f"{URL}?{filtre}")
    assert reponse.status_code == 200
    assert len(reponse.context["lignes"]) == nombre


def test_le_filtre_par_personne_et_par_objet(
    visite: Callable[..., Any], compte: Callable[[str], Any], lignes: str
) -> None:
    client = visite("hettange-grande", "dpo")
    assert len(client.get(f"{URL}?par={compte('maire').uuid}").context["lignes"]) == 1
    assert len(client.get(f"{URL}?objet={lignes}").context["lignes"]) == 1


def test_un_filtre_illisible_se_dit(visite: Callable[..., Any], lignes: str) -> None:
    reponse = visite("hettange-grande", "dpo").get(f"{URL}?du=2026-02-03&au=2026-01-01&avant=zzz")
    assert reponse.status_code == 422
    assert "précède le début" in reponse.content.decode()


def test_les_pages_se_suivent_sans_trou_ni_doublon(visite: Callable[..., Any], hettange: Any) -> None:
    with contexte.dans(hettange):
        for i in range(120):
            consigner("rgpd.purge.faite", by=Acteur.systeme("purge"), detail={"i": i})
    _chainer()
    client = visite("hettange-grande", "dpo")
    vus: list[int] = []
    adresse = "?action=rgpd.purge.faite"
    while adresse:
        reponse = client.get(URL + adresse)
        vus += [x.seq for x in reponse.context["lignes"]]
        adresse = reponse.context["suivante"]
    assert len(vus) == 120
    assert vus == sorted(set(vus), reverse=True)
    retour = client.get(URL + reponse.context["precedente"])
    assert [x.seq for x in retour.context["lignes"]] == vus[50:100]


def test_la_liste_coute_autant_de_requetes_pour_une_ou_cinquante_lignes(
    visite: Callable[..., Any], hettange: Any
) -> None:
    client = visite("hettange-grande", "dpo")

    def lire() -> list[str]:
        client.get(URL)  # what is read once (colours, services) is read
        with CaptureQueriesContext(connection) as requetes:
            assert client.get(URL).status_code == 200
        return [r["sql"] for r in requetes if "journal_" in r["sql"] or "comptes_user" in r["sql"]]

    def ecrire(n: int) -> None:
        with contexte.dans(hettange):
            for i in range(n):
                consigner("rgpd.purge.faite", by=Acteur.systeme("p"), personnel={"i": i})
        _chainer()

    ecrire(1)
    un = lire()
    ecrire(60)
    cinquante = lire()
    assert len(cinquante) == len(un), "\n".join(cinquante)


def test_l_export_est_un_tableau_sans_le_personnel_et_il_est_consigne(
    visite: Callable[..., Any], hettange: Any, lignes: str
) -> None:
    reponse = visite("hettange-grande", "dpo").get(f"{URL}export.csv?action=rgpd.purge.faite")
    texte = reponse.content.decode("utf-8-sig")
    table = list(csv.DictReader(io.StringIO(texte), delimiter=";"))
    assert len(table) == 3
    assert table[0]["qui"] == "La plateforme (purge)"
    assert table[0]["détail"] == "nombre = 7"
    assert "CANARI" not in texte
    with contexte.dans(hettange):
        derniere = Ligne.objects.order_by("-pk")[0]
        assert (derniere.action, '"nombre":3' in derniere.contenu) == ("journal.lignes.exportees", True)


def test_un_tableur_n_execute_rien_de_ce_qu_on_exporte() -> None:
    from syndicat.journal.tableur import reponse_csv

    texte = reponse_csv("x", ("a",), [["=1+1"], ["@x"], ["-5"], ["sage"]]).content.decode("utf-8-sig")
    assert texte.splitlines() == ["a", "'=1+1", "'@x", "'-5", "sage"]


REGISTRE = "/bureau/journal/registre/"


def test_le_registre_vient_des_manifestes_et_le_maire_le_lit(visite: Callable[..., Any]) -> None:
    reponse = visite("hettange-grande", "maire").get(REGISTRE)
    page = reponse.content.decode()
    assert reponse.status_code == 200
    assert "Prouver qui a fait quoi" in page
    assert "ans, à compter de l’acte" in page
    assert "Pas encore passé" in page
    assert "Compléter" not in page


def test_un_service_ferme_n_est_pas_au_registre(
    visite: Callable[..., Any], hettange: Any, monkeypatch: Any
) -> None:
    from syndicat.journal import registre
    from syndicat.socle.manifest import Manifest, Traitement

    traitement = Traitement(
        code="fermee.x", finalite="Service fermé", base_legale="", categories=(), personnes=(), destinataires=(),
        conservation_jours=1, depart="", purge="",
    )  # fmt: skip
    fictif = [("fermee.x", Manifest(code="fermee", label="Fermée"), traitement)]
    monkeypatch.setattr(registre, "traitements", lambda: fictif)
    with contexte.dans(hettange):
        assert registre.lignes() == []


def test_le_dpo_complete_le_registre_et_c_est_consigne(visite: Callable[..., Any], hettange: Any) -> None:
    client = visite("hettange-grande", "dpo")
    adresse = f"{REGISTRE}journal.lignes/"
    assert client.get(adresse).status_code == 200
    assert client.post(adresse, {"aipd_le": "pas une date"}).status_code == 422
    reponse = client.post(adresse, {"destinataires": "Trésorerie", "aipd_le": "2026-02-03"})
    assert reponse.status_code == 302
    with contexte.dans(hettange):
        assert Completion.objects.get().destinataires == "Trésorerie"
        assert Ligne.objects.filter(action="rgpd.registre.complete").count() == 1
    assert "Trésorerie" in client.get(REGISTRE).content.decode()
    export = client.get(f"{REGISTRE}export.csv").content.decode("utf-8-sig")
    assert "Trésorerie" in export
    assert "2026-02-03" in export
    assert client.get(f"{REGISTRE}inconnu/").status_code == 404
    assert visite("hettange-grande", "maire").post(adresse, {}).status_code == 403


def test_ce_qu_ecrit_un_membre_reste_chez_lui(hettange: Any, rodemack: Any) -> None:
    with contexte.dans(hettange), transaction.atomic():
        Completion.objects.create(traitement="journal.lignes", mesures="Coffre")
    with contexte.dans(rodemack):
        assert not Completion.objects.exists()
