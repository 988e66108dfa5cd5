"""The desk's pages: the team, invitations, delegations."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from syndicat.comptes.models import Absence, Adhesion, Delegation, User
from syndicat.socle import contexte

EQUIPE = "/bureau/comptes/"


@pytest.mark.parametrize(
    ("qui", "attendu"),
    [("maire", 200), ("admin", 200), ("dpo", 200), ("agent.grc", 403), ("habitant", 404)],
)
def test_qui_voit_l_equipe(visite: Any, qui: str, attendu: int) -> None:
    assert visite("hettange-grande", qui).get(EQUIPE).status_code == attendu


@pytest.mark.parametrize(
    "chemin", [EQUIPE, EQUIPE + "inviter/", EQUIPE + "delegations/", EQUIPE + "delegations/nouvelle/"]
)
def test_un_maire_d_ailleurs_ne_voit_rien_ici(compte: Any, chemin: str) -> None:
    from tests.connexion import ouvrir_session

    client = Client(headers={"host": "hettange-grande.localhost"})
    ouvrir_session(client, compte("maire.rodemack"), "hettange-grande")
    reponse = client.get(chemin)
    assert reponse.status_code == 404
    assert "Muller" not in reponse.content.decode()


def test_l_equipe_ne_montre_que_les_gens_d_ici(visite: Any) -> None:
    page = visite("hettange-grande", "admin").get(EQUIPE).content.decode()
    assert "Claire Muller" in page
    assert "Jean Klein" not in page
    assert "Rose Martin" not in page  # a citizen is not of the team


def test_le_dpo_voit_mais_ne_donne_pas(visite: Any) -> None:
    client = visite("hettange-grande", "dpo")
    assert "Inviter" not in client.get(EQUIPE).content.decode().split("<main")[1]
    assert client.get(EQUIPE + "inviter/").status_code == 403
    assert client.post(EQUIPE + "inviter/", {"email": "x@exemple.fr", "role": "agent"}).status_code == 403


def test_la_page_de_l_equipe_coute_autant_pour_trois_que_pour_trente(
    visite: Any, hettange: Any, django_assert_num_queries: Any
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = visite("hettange-grande", "admin")
    client.get(EQUIPE)
    with CaptureQueriesContext(connection) as peu:
        client.get(EQUIPE)
    with contexte.dans(hettange):
        for i in range(30):
            user = User.objects.create(email=f"n{i}@exemple.fr", nom=f"Nom{i}")
            Adhesion.objects.create(user=user, role="agent", themes=["grc"])
    with CaptureQueriesContext(connection) as beaucoup:
        assert "Nom29" in client.get(EQUIPE).content.decode()
    assert len(beaucoup) <= len(peu) + 2  # what is remembered a second may be read again


def test_inviter_modifier_puis_retirer_par_les_pages(visite: Any, hettange: Any) -> None:
    client = visite("hettange-grande", "admin")
    donnees = {
        "email": "neuve@exemple.fr",
        "prenom": "Zoé",
        "nom": "Petit",
        "role": "agent",
        "themes": ["grc"],
    }
    assert client.post(EQUIPE + "inviter/", donnees)["Location"] == EQUIPE
    with contexte.dans(hettange):
        adhesion = Adhesion.objects.get(user__email="neuve@exemple.fr")
    page = f"{EQUIPE}{adhesion.uuid}/"
    assert "Zoé Petit" in client.get(page).content.decode()
    assert client.post(page, {"themes": ["grc", "achats"]}).status_code == 302
    with contexte.dans(hettange):
        adhesion.refresh_from_db()
        assert adhesion.themes == ["achats", "grc"]
    assert client.post(page + "retirer/").status_code == 302
    assert client.get(page).status_code == 404


def test_le_dernier_jour_saisi_est_travaille(visite: Any, hettange: Any) -> None:
    jour = timezone.localdate() + timedelta(days=3)
    visite("hettange-grande", "admin").post(
        EQUIPE + "inviter/", {"email": "x@exemple.fr", "role": "agent", "fin": jour.isoformat()}
    )
    with contexte.dans(hettange):
        fin = Adhesion.objects.get(user__email="x@exemple.fr").fin
    assert timezone.localtime(fin).isoformat()[:19] == f"{jour + timedelta(days=1)}T00:00:00"


@pytest.mark.parametrize(
    ("champs", "phrase"),
    [
        ({"email": "pas une adresse", "role": "agent"}, "adresse"),
        ({"email": "a@exemple.fr", "role": "adjoint"}, "fin du mandat"),
        ({"email": "a@exemple.fr", "role": "agent", "fin": "2020-01-01"}, "passée"),
        ({"email": "a@exemple.fr", "role": "dpo", "themes": ["grc"]}, "Seul un agent"),
        ({"email": "maire@exemple.fr", "role": "maire", "fin": "2032-03-31"}, "déjà ce rôle"),
        ({"email": "a@exemple.fr", "role": "catalogue"}, "choi"),
    ],
)
def test_une_invitation_mal_remplie_se_corrige(visite: Any, champs: dict[str, Any], phrase: str) -> None:
    reponse = visite("hettange-grande", "admin").post(EQUIPE + "inviter/", champs)
    assert reponse.status_code == 422
    assert phrase in reponse.content.decode()


def test_une_delegation_se_cree_et_se_retire_par_les_pages(visite: Any, compte: Any, hettange: Any) -> None:
    client = visite("hettange-grande", "maire")
    donnees = {
        "numero": "2026-12",
        "delegant": str(compte("maire").uuid),
        "delegataire": str(compte("adjoint").uuid),
        "domaine": "commandes",
        "plafond": "4000",
        "debut": timezone.localdate().isoformat(),
    }
    assert client.post(EQUIPE + "delegations/nouvelle/", donnees).status_code == 302
    with contexte.dans(hettange):
        d = Delegation.objects.get()
    page = client.get(EQUIPE + "delegations/").content.decode()
    assert "2026-12" in page
    assert "4\u202f000,00" in page or "4 000,00" in page
    assert (
        visite("hettange-grande", "agent.grc").post(f"{EQUIPE}delegations/{d.uuid}/retirer/").status_code
        == 403
    )
    client.post(f"{EQUIPE}delegations/{d.uuid}/retirer/")
    assert "2026-12" not in client.get(EQUIPE + "delegations/").content.decode()


def test_on_ne_delegue_ni_a_soi_ni_a_un_etranger(visite: Any, compte: Any) -> None:
    client = visite("hettange-grande", "maire")
    maire = str(compte("maire").uuid)
    base = {"numero": "1", "delegant": maire, "domaine": "tout", "debut": "2026-11-22"}
    for qui in (maire, str(compte("maire.rodemack").uuid), "0" * 32):
        assert client.post(EQUIPE + "delegations/nouvelle/", {**base, "delegataire": qui}).status_code == 422


def test_une_absence_se_note(visite: Any, compte: Any, hettange: Any) -> None:
    jour = timezone.localdate().isoformat()
    visite("hettange-grande", "maire").post(
        EQUIPE + "delegations/absence/", {"personne": str(compte("maire").uuid), "debut": jour, "fin": jour}
    )
    with contexte.dans(hettange):
        assert Absence.objects.get().user == compte("maire")


def test_un_droit_ne_se_retire_pas_par_un_lien(visite: Any, hettange: Any, compte: Any) -> None:
    with contexte.dans(hettange):
        adhesion = Adhesion.objects.get(user=compte("agent"))
    assert visite("hettange-grande", "admin").get(f"{EQUIPE}{adhesion.uuid}/retirer/").status_code == 405


def test_l_adhesion_d_un_voisin_n_a_pas_de_page_ici(visite: Any, rodemack: Any, compte: Any) -> None:
    with contexte.dans(rodemack):
        ailleurs = Adhesion.objects.get(user=compte("agent.rodemack"))
    client = visite("hettange-grande", "admin")
    assert client.get(f"{EQUIPE}{ailleurs.uuid}/").status_code == 404
    assert client.post(f"{EQUIPE}{ailleurs.uuid}/retirer/").status_code == 404
    with contexte.dans(rodemack):
        ailleurs.refresh_from_db()
        assert ailleurs.revoquee_at is None
