"""Pages for people: the portal, the desk, the landing of the harvesters' host."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from apps.data.commun.models import EtatJeu, JeuDeDonnees
from syndicat.socle import contexte
from tests.data.jeux import jeu_publie

pytestmark = pytest.mark.django_db


@pytest.fixture
def jeu(hettange):
    with contexte.dans(hettange):
        return jeu_publie()


def test_un_habitant_lit_le_jeu_et_le_telecharge_sans_compte(visite, jeu):
    habitant = visite("hettange-grande")
    liste = habitant.get("/donnees/").content.decode()
    assert f"/donnees/{jeu.uuid}/" in liste
    page = habitant.get(f"/donnees/{jeu.uuid}/").content.decode()
    assert "lampe 0" in page
    assert (
        f"http://data.localhost:8000/dataset/{jeu.uuid}/donnees.csv" in page
        or f"/dataset/{jeu.uuid}/donnees.csv" in page
    )
    assert "Licence Ouverte" in page


def test_le_portail_du_voisin_ne_montre_pas_ce_jeu(visite, jeu):
    assert visite("rodemack").get(f"/donnees/{jeu.uuid}/").status_code == 404
    assert str(jeu.uuid) not in visite("rodemack").get("/donnees/").content.decode()


@pytest.mark.parametrize("etat", [EtatJeu.PROPOSE, EtatJeu.RETIRE, EtatJeu.REFUSE])
def test_ce_qui_n_est_pas_publie_n_est_pas_sur_le_portail(visite, jeu, hettange, etat):
    with contexte.dans(hettange):
        JeuDeDonnees.objects.update(etat=etat)
    assert visite("hettange-grande").get(f"/donnees/{jeu.uuid}/").status_code == 404
    assert str(jeu.uuid) not in visite("hettange-grande").get("/donnees/").content.decode()


def test_l_agent_publie_puis_retire(visite, jeu, hettange):
    with contexte.dans(hettange):
        JeuDeDonnees.objects.update(etat=EtatJeu.PROPOSE, publie_at=None)
    agent = visite("hettange-grande", "agent")
    adresse = f"/bureau/data/{jeu.uuid}/"
    assert "À relire avant de publier" in agent.get(adresse).content.decode()
    agent.post(adresse + "publier/")
    assert visite("hettange-grande").get(f"/donnees/{jeu.uuid}/").status_code == 200
    agent.post(adresse + "retirer/")
    assert visite("hettange-grande").get(f"/donnees/{jeu.uuid}/").status_code == 404


@pytest.mark.parametrize(("qui", "code"), [("agent.grc", 403), ("habitant", 404), ("agent.achats", 403)])
def test_seules_les_personnes_chargees_des_donnees_publient(visite, jeu, qui, code):
    client = visite("hettange-grande", qui)
    for action in ("publier/", "retirer/"):
        assert client.post(f"/bureau/data/{jeu.uuid}/{action}").status_code == code
    assert client.get(f"/bureau/data/{jeu.uuid}/description/").status_code == code


def test_l_agent_du_voisin_recoit_404(visite, jeu):
    voisin = visite("rodemack", "agent.rodemack")
    assert voisin.get(f"/bureau/data/{jeu.uuid}/").status_code == 404
    assert voisin.post(f"/bureau/data/{jeu.uuid}/retirer/").status_code == 404


def test_la_description_se_modifie_et_les_mots_cles_se_nettoient(visite, jeu, hettange):
    agent = visite("hettange-grande", "agent")
    adresse = f"/bureau/data/{jeu.uuid}/description/"
    champs = {
        "titre": "Nouveau",
        "description": "D",
        "mots_cles": " a, b ,a,",
        "contact_nom": "Mairie",
        "contact_courriel": "",
    }
    assert agent.post(adresse, {**champs, "titre": ""}).status_code == 422
    assert agent.post(adresse, champs).status_code == 302
    with contexte.dans(hettange):
        lu = JeuDeDonnees.objects.get()
    assert (lu.titre, lu.mots_cles) == ("Nouveau", ["a", "b"])
    assert lu.modified_at > jeu.modified_at


def test_l_accueil_des_moissonneurs_liste_tous_les_jeux_et_celui_d_un_membre_les_siens(
    jeu, rodemack, hettange
):
    with contexte.dans(rodemack):
        jeu_publie(titre="Données de Rodemack")
    client = Client(headers={"host": "data.localhost"})
    tout = client.get("/").content.decode()
    assert "Données de Rodemack" in tout
    assert "Hettange-Grande" in tout
    assert "/catalog.jsonld" in tout
    sien = client.get(f"/{hettange.siren}/").content.decode()
    assert "Données de Rodemack" not in sien
    assert f"/{hettange.siren}/catalog.ttl" in sien
    assert client.get("/999999999/").status_code == 404


def test_une_adresse_inconnue_repond_du_json_a_une_machine_et_une_page_a_un_navigateur(db):
    client = Client(headers={"host": "data.localhost"})
    machine = client.get("/nulle-part/", headers={"accept": "application/json"})
    assert (machine.status_code, machine.json()) == (404, {"detail": "Introuvable."})
    page = client.get("/nulle-part/", headers={"accept": "text/html,*/*;q=0.8"})
    assert page.status_code == 404
    assert "Cette page n’existe pas" in page.content.decode()


def test_la_liste_du_bureau_coute_autant_pour_2_que_pour_20_jeux(visite, jeu, hettange):
    agent = visite("hettange-grande", "agent")

    def requetes():
        agent.get("/bureau/data/")
        with CaptureQueriesContext(connection) as vues:
            agent.get("/bureau/data/")
        return len([r for r in vues if "data_commun" in r["sql"]])

    avant = requetes()
    with contexte.dans(hettange):
        for i in range(19):
            jeu_publie(f"grc.{i}")
    assert requetes() == avant
