"""The gate, the requests of a member, the decisions of the syndicate."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from syndicat.conventions import actions, porte
from syndicat.conventions.models import TRANSITIONS_CONVENTION, Convention, EtatConvention
from syndicat.conventions.porte import Ouverture, ouverture, ouvertures
from syndicat.socle import contexte
from syndicat.suivi import service as suivi

pytestmark = pytest.mark.django_db
JOUR = date(2026, 11, 22)


def poser(etat, debut=date(2026, 1, 1), fin=None):
    Convention.objects.filter(service="achats").delete()
    Convention.objects.create(service="achats", etat=etat, debut=debut, fin=fin)


@pytest.mark.parametrize(
    ("etat", "debut", "fin", "attendu"),
    [
        (EtatConvention.ACTIVE, date(2026, 1, 1), None, Ouverture.OUVERT),
        (EtatConvention.ACTIVE, JOUR, JOUR, Ouverture.OUVERT),
        (EtatConvention.ACTIVE, JOUR + timedelta(days=1), None, Ouverture.FERME),
        (EtatConvention.ACTIVE, date(2025, 1, 1), JOUR - timedelta(days=1), Ouverture.EXTINCTION),
        (EtatConvention.SUSPENDUE, date(2026, 1, 1), None, Ouverture.EXTINCTION),
        (EtatConvention.RESILIEE, date(2026, 1, 1), None, Ouverture.EXTINCTION),
        (EtatConvention.ECHUE, date(2026, 1, 1), None, Ouverture.EXTINCTION),
        (EtatConvention.PROJET, date(2026, 1, 1), None, Ouverture.FERME),
        (EtatConvention.RESTITUEE, date(2026, 1, 1), None, Ouverture.FERME),
    ],
)
def test_la_convention_du_jour_decide_de_l_ouverture(chez_hettange, etat, debut, fin, attendu):
    poser(etat, debut, fin)
    assert ouvertures(au=JOUR).get("achats", Ouverture.FERME) is attendu


def test_une_convention_active_l_emporte_sur_une_ancienne_resiliee(chez_hettange):
    Convention.objects.create(service="achats", etat=EtatConvention.RESILIEE, debut=date(2025, 1, 1))
    assert ouvertures(au=JOUR)["achats"] is Ouverture.OUVERT


def test_un_service_ferme_donne_404_et_la_page_pour_adherer_a_l_agent_seul(visite, hettange):
    with contexte.dans(hettange):
        poser(EtatConvention.RESTITUEE)
    maire = visite("hettange-grande", "maire").get("/bureau/achats/")
    assert maire.status_code == 404
    assert "Comment adhérer" in maire.content.decode()
    assert "/bureau/conventions/demander/achats/" in maire.content.decode()
    agent = visite("hettange-grande", "agent").get("/bureau/achats/")
    assert "/bureau/conventions/demander/achats/" not in agent.content.decode()
    habitant = visite("hettange-grande", "habitant").get("/bureau/achats/")
    assert habitant.status_code == 404
    assert "adhérer" not in habitant.content.decode()


def test_en_extinction_on_lit_encore(visite, hettange):
    with contexte.dans(hettange):
        poser(EtatConvention.RESILIEE)
    assert visite("hettange-grande", "maire").get("/bureau/achats/commandes/").status_code == 200


def test_les_pages_du_syndicat_n_existent_pas_chez_un_membre(visite):
    for adresse in ("/syndicat/conventions/", "/syndicat/achats/", "/syndicat/achats/commandes/"):
        assert visite("hettange-grande", "maire").get(adresse).status_code == 404


def test_une_demande_ecrit_un_projet_et_previent_le_syndicat_une_seule_fois(
    visite, acteur, hettange, syndicat
):
    with contexte.dans(hettange):
        Convention.objects.filter(service="achats").delete()
    maire = visite("hettange-grande", "maire")
    for _ in range(2):
        assert maire.post("/bureau/conventions/demander/achats/").status_code == 302
    with contexte.dans(hettange):
        projet = Convention.objects.get(service="achats")
        assert projet.etat == EtatConvention.PROJET
        assert ouverture("achats") is Ouverture.FERME
    with contexte.dans(syndicat):
        attend = [
            a for a in suivi.a_traiter_pour(acteur("conventions", syndicat)) if a.service == "conventions"
        ]
        assert [a.action for a in attend] == ["Préparer la convention"]
        assert "Hettange-Grande" in attend[0].titre
        assert not suivi.a_traiter_pour(acteur("finances", syndicat))
    assert maire.post("/bureau/conventions/demander/inconnu/").status_code == 404


def test_seuls_les_elus_et_l_administrateur_demandent(visite):
    assert visite("hettange-grande", "agent").post("/bureau/conventions/demander/achats/").status_code == 403
    assert (
        visite("hettange-grande", "habitant").post("/bureau/conventions/demander/achats/").status_code == 404
    )


def test_l_activation_ouvre_le_service_tout_de_suite_et_clot_la_demande(
    visite, acteur, hettange, syndicat, django_capture_on_commit_callbacks
):
    with contexte.dans(hettange):
        Convention.objects.filter(service="achats").delete()
        actions.demander_adhesion(service="achats", jour=timezone.localdate(), by=acteur("maire", hettange))
    porte._memoire.clear()
    maire = visite("hettange-grande", "maire")
    assert maire.get("/bureau/achats/").status_code == 404
    gestion = visite("syndicat", "conventions")
    with django_capture_on_commit_callbacks(execute=True):
        gestion.post(f"/syndicat/conventions/{hettange.ident}/achats/", {"vers": "active"})
    assert maire.get("/bureau/achats/").status_code == 200
    with contexte.dans(syndicat):
        assert not [
            a for a in suivi.a_traiter_pour(acteur("conventions", syndicat)) if a.service == "conventions"
        ]


def test_un_changement_fait_ailleurs_joue_ici_en_moins_de_deux_secondes(chez_hettange):
    assert porte.DUREE < 2
    assert ouverture("achats") is Ouverture.OUVERT
    Convention.objects.filter(service="achats").update(etat=EtatConvention.RESTITUEE)
    vu, etats = porte._memoire[chez_hettange.collectivite_id]
    porte._memoire[chez_hettange.collectivite_id] = (vu - porte.DUREE, etats)
    assert ouverture("achats") is Ouverture.FERME


def test_suspendre_reouvrir_resilier_restituer_puis_adherer_de_nouveau(visite, hettange):
    gestion = visite("syndicat", "conventions")
    adresse = f"/syndicat/conventions/{hettange.ident}/achats/"
    for vers in ("suspendue", "active", "resiliee", "restituee", "active"):
        assert gestion.post(adresse, {"vers": vers}).status_code == 302
        with contexte.dans(hettange):
            assert Convention.objects.filter(service="achats").order_by("-pk").first().etat == vers
    with contexte.dans(hettange):
        assert Convention.objects.filter(service="achats").count() == 2


@pytest.mark.parametrize("vers", ["restituee", "projet", "n’importe quoi", ""])
def test_un_changement_impossible_est_refuse_sans_rien_changer(visite, hettange, vers):
    visite("syndicat", "conventions").post(f"/syndicat/conventions/{hettange.ident}/achats/", {"vers": vers})
    with contexte.dans(hettange):
        assert Convention.objects.get(service="achats").etat == EtatConvention.ACTIVE


def test_toutes_les_transitions_ont_leur_etat():
    assert set(TRANSITIONS_CONVENTION) == set(EtatConvention.values)


@pytest.mark.parametrize("qui", ["catalogue", "finances", "technicien"])
def test_un_agent_du_syndicat_sans_ce_role_ne_change_rien(visite, hettange, qui):
    assert visite("syndicat", qui).get("/syndicat/conventions/").status_code == 403
    assert visite("syndicat", qui).post(f"/syndicat/conventions/{hettange.ident}/achats/").status_code == 403


def test_la_table_coute_un_nombre_constant_de_requetes_et_se_cherche(visite):
    gestion = visite("syndicat", "conventions")
    page = gestion.get("/syndicat/conventions/")
    assert "Rodemack" in page.content.decode()

    def requetes(adresse):
        with CaptureQueriesContext(connection) as vues:
            gestion.get(adresse)
        return len([r for r in vues if "conventions_convention" in r["sql"]])

    assert requetes("/syndicat/conventions/") == requetes("/syndicat/conventions/?q=rodemack") == 1
    trouve = gestion.get("/syndicat/conventions/?q=HETTANGE").content.decode()
    assert "Hettange-Grande" in trouve
    assert "Rodemack" not in trouve


def test_une_commune_ne_voit_que_ses_conventions(visite, rodemack):
    with contexte.dans(rodemack):
        Convention.objects.filter(service="achats").update(fin=date(2031, 7, 14))
    page = visite("hettange-grande", "agent").get("/bureau/conventions/").content.decode()
    assert "14 juillet 2031" not in page
    assert "14 juillet 2031" in visite("rodemack", "maire.rodemack").get(
        "/bureau/conventions/"
    ).content.decode().replace("\u00a0", " ")


def test_deux_conventions_n_ouvrent_pas_le_meme_service(chez_hettange, acteur, syndicat):
    autre = Convention.objects.create(service="achats", etat=EtatConvention.PROJET, debut=JOUR)
    with pytest.raises(ValidationError, match="déjà ouvert"):
        actions.changer_etat(convention=autre, vers="active", jour=JOUR, by=acteur("conventions", syndicat))
