"""The REST door: agents read, anyone reports, at a limited rate."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from apps.grc.models import Signalement
from syndicat.socle import contexte
from tests.grc.conftest import MAIRIE

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("memoire_a_soi")]
ADRESSE = "/api/v1/grc/signalements/"
DEPOT = {
    "categorie": "eclairage",
    "longitude": MAIRIE[0],
    "latitude": MAIRIE[1],
    "description": "la lampe",
    "courriel": "rose@exemple.fr",
}


def _poster(client: Client, donnees: dict[str, Any], cle: str = "") -> Any:
    entetes = {"Idempotency-Key": cle} if cle else {}
    return client.post(ADRESSE, json.dumps(donnees), content_type="application/json", headers=entetes)


def test_tout_le_monde_peut_signaler_et_recoit_son_lien(visite: Callable[..., Client], hettange: Any) -> None:
    reponse = _poster(visite("hettange-grande"), DEPOT)
    assert reponse.status_code == 201
    recu = reponse.json()
    with contexte.dans(hettange):
        assert Signalement.objects.get().code == recu["code"]
    assert visite("hettange-grande").get("/suivre/" + recu["suivi"].split("/suivre/")[1]).status_code == 200


def test_la_meme_cle_ne_fait_qu_un_signalement(visite: Callable[..., Client], hettange: Any) -> None:
    client = visite("hettange-grande")
    codes = {_poster(client, DEPOT, "cle-unique-0123456789").json()["code"] for _ in range(2)}
    assert len(codes) == 1
    assert _poster(client, DEPOT, "court").status_code == 400


@pytest.mark.parametrize(
    ("champ", "valeur"),
    [
        ("longitude", 2.35),
        ("categorie", "inconnue"),
        ("courriel", "pas une adresse"),
        ("latitude", "nord"),
        ("telephone", "appelle-moi"),
    ],
)
def test_un_envoi_impossible_est_refuse_en_francais(
    visite: Callable[..., Client], hettange: Any, champ: str, valeur: Any
) -> None:
    reponse = _poster(visite("hettange-grande"), {**DEPOT, champ: valeur})
    assert reponse.status_code == 400
    assert champ in reponse.json()["champs"]
    with contexte.dans(hettange):
        assert not Signalement.objects.exists()


def test_le_debit_est_limite_par_adresse(visite: Callable[..., Client], hettange: Any) -> None:
    client = visite("hettange-grande")
    etats = [_poster(client, {**DEPOT, "longitude": 2.0}).status_code for _ in range(31)]
    assert etats[:30] == [400] * 30
    assert etats[30] == 429


@pytest.mark.parametrize(
    ("qui", "attendu"),
    [("agent.grc", 200), ("maire", 200), ("agent.achats", 403), ("habitant", 404), ("", 401)],
)
def test_lire_demande_le_droit_des_pages(
    visite: Callable[..., Client], hettange: Any, signaler: Callable[..., Any], qui: str, attendu: int
) -> None:
    with contexte.dans(hettange):
        s = signaler(courriel="rose@exemple.fr")
    client = visite("hettange-grande", qui)
    for chemin in (ADRESSE, f"{ADRESSE}{s.uuid}/"):
        reponse = client.get(chemin)
        assert reponse.status_code == attendu, chemin
        assert "rose@" not in reponse.content.decode()


def test_la_voisine_ne_lit_rien(
    visite: Callable[..., Client], hettange: Any, rodemack: Any, signaler: Callable[..., Any]
) -> None:
    with contexte.dans(hettange):
        s = signaler()
    voisine = visite("rodemack", "agent.rodemack")
    assert voisine.get(f"{ADRESSE}{s.uuid}/").status_code == 404
    assert voisine.get(ADRESSE).json()["results"] == []


def test_en_extinction_l_api_ne_prend_plus_rien(visite: Callable[..., Client], hettange: Any) -> None:
    from syndicat.conventions import porte
    from syndicat.conventions.models import Convention

    with contexte.dans(hettange):
        Convention.objects.filter(service="grc").update(etat="resiliee")
    porte._memoire.clear()
    assert _poster(visite("hettange-grande"), DEPOT).status_code == 400
    with contexte.dans(hettange):
        assert not Signalement.objects.exists()
