"""Sessions: one host, one collectivité, one living sign-in; what ends them, and how fast."""

import asyncio
from typing import Any

import pytest
from channels.layers import get_channel_layer
from django.conf import settings
from django.test import Client
from django.utils import timezone

from syndicat.comptes import actions, sessions
from syndicat.comptes.models import Adhesion
from syndicat.comptes.models_sessions import ConnexionCentrale, SessionDeMembre
from syndicat.socle import contexte
from tests.connexion import ouvrir_session

HETTANGE = {"host": "hettange-grande.localhost"}
RODEMACK = {"host": "rodemack.localhost"}
COMPTE = "/mon-compte/"


def entre(client: Client, entetes: dict[str, str] = HETTANGE) -> bool:
    reponse = client.get(COMPTE, headers=entetes)
    if reponse.status_code == 200:
        return True
    assert reponse.status_code == 302
    assert reponse["Location"] == "/connexion/?suite=%2Fmon-compte%2F"
    return False


@pytest.fixture(autouse=True)
def _rien_en_memoire() -> None:
    sessions._vues.clear()


def test_une_session_ouverte_chez_un_membre_ne_vaut_pas_chez_un_autre(visite: Any) -> None:
    client = visite("hettange-grande", "admin")
    assert entre(client)
    assert not entre(client, RODEMACK)  # the same cookie, shown to another host
    assert not entre(client)  # and it was destroyed


def test_une_session_de_membre_ne_vaut_pas_sur_l_hote_central(visite: Any) -> None:
    client = visite("hettange-grande", "admin")
    reponse = client.get("/connexions/", headers={"host": settings.HOTE_CONNEXION})
    assert reponse.status_code == 302


def test_une_session_centrale_ne_vaut_pas_chez_un_membre_ni_au_syndicat(compte: Any) -> None:
    client = Client()
    user = compte("direction")
    client.force_login(user, backend=sessions.BACKEND)
    parent = ConnexionCentrale.objects.create(
        user=user, mfa=True, expire_at=timezone.now() + timezone.timedelta(hours=1)
    )
    session = client.session
    session.update({sessions.ESPACE: sessions.CENTRAL, sessions.PARENT: str(parent.uuid), sessions.MFA: True})
    session.save()
    assert client.get("/connexions/", headers={"host": settings.HOTE_CONNEXION}).status_code == 200
    assert not entre(client, {"host": "localhost"})


def test_une_session_sans_connexion_d_origine_est_refusee(compte: Any) -> None:
    client = Client()
    client.force_login(compte("admin"), backend=sessions.BACKEND)
    assert not entre(client)


def test_une_session_qui_cite_la_connexion_d_un_autre_est_refusee(compte: Any, visite: Any) -> None:
    client = visite("hettange-grande", "admin")
    autre = ConnexionCentrale.objects.create(
        user=compte("maire"), mfa=True, expire_at=timezone.now() + timezone.timedelta(hours=1)
    )
    session = client.session
    session[sessions.PARENT] = str(autre.uuid)
    session.save()
    assert not entre(client)


def test_la_duree_de_la_connexion_borne_ses_sessions(visite: Any, compte: Any) -> None:
    client = visite("hettange-grande", "admin")
    ConnexionCentrale.objects.update(expire_at=timezone.now())
    assert not entre(client)


def test_se_deconnecter_ferme_tout_dans_ce_navigateur(compte: Any, hettange: Any, rodemack: Any) -> None:
    ici, la = Client(headers=HETTANGE), Client(headers=RODEMACK)
    parent = ouvrir_session(ici, compte("admin"), "hettange-grande")
    la.force_login(compte("admin"), backend=sessions.BACKEND)
    with contexte.dans(rodemack):
        enfant = SessionDeMembre.objects.create(parent=parent)
    session = la.session
    sessions.poser(session, parent=parent, enfant=enfant, portee=rodemack.portee)
    session.save()
    assert entre(ici)
    assert entre(la, RODEMACK)
    assert ici.post("/deconnexion/").status_code == 302
    sessions._vues.clear()  # another process, after FRAICHEUR
    assert not entre(ici)
    assert not entre(la, RODEMACK)


def test_quitter_ici_laisse_les_autres_espaces_ouverts(compte: Any, rodemack: Any) -> None:
    ici, autre = Client(headers=HETTANGE), Client(headers=HETTANGE)
    parent = ouvrir_session(ici, compte("admin"), "hettange-grande")
    ouvrir_session(autre, compte("admin"), "hettange-grande")
    assert ici.post("/deconnexion/", {"etendue": "ici"}).status_code == 302
    assert not entre(ici)
    assert entre(autre)
    parent.refresh_from_db()
    assert parent.ended_at is None


def test_tous_les_appareils(compte: Any) -> None:
    ici, autre = Client(headers=HETTANGE), Client(headers=HETTANGE)
    ouvrir_session(ici, compte("admin"), "hettange-grande")
    ouvrir_session(autre, compte("admin"), "hettange-grande")
    ici.post("/deconnexion/", {"etendue": "appareils"})
    sessions._vues.clear()
    assert not entre(autre)


def test_on_ne_se_deconnecte_pas_par_un_lien(visite: Any) -> None:
    client = visite("hettange-grande", "admin")
    assert client.get("/deconnexion/").status_code == 405
    assert entre(client)


def test_une_deconnexion_venue_d_un_autre_site_est_refusee(compte: Any) -> None:
    client = Client(headers=HETTANGE, enforce_csrf_checks=True)
    ouvrir_session(client, compte("admin"), "hettange-grande")
    assert client.post("/deconnexion/", headers={"origin": "https://rodemack.localhost"}).status_code == 403
    assert entre(client)


@pytest.mark.django_db
def test_retirer_le_dernier_droit_ferme_les_sessions_d_ici(
    compte: Any, acteur: Any, hettange: Any, django_capture_on_commit_callbacks: Any
) -> None:
    client = Client(headers=HETTANGE)
    ouvrir_session(client, compte("agent"), "hettange-grande")
    assert entre(client)
    with django_capture_on_commit_callbacks(execute=True), contexte.dans(hettange):
        actions.revoke_adhesion(
            adhesion=Adhesion.objects.get(user=compte("agent")), by=acteur("admin", hettange)
        )
    assert not entre(client)  # this process forgot at once


def test_retirer_un_droit_parmi_d_autres_ne_ferme_rien_mais_le_droit_a_disparu(
    compte: Any, acteur: Any, hettange: Any
) -> None:
    with contexte.dans(hettange):
        actions.give_adhesion(user=compte("agent"), role="dpo", by=acteur("admin", hettange))
        client = Client(headers=HETTANGE)
        ouvrir_session(client, compte("agent"), "hettange-grande")
        actions.revoke_adhesion(
            adhesion=Adhesion.objects.get(user=compte("agent"), role="dpo"), by=acteur("admin", hettange)
        )
    assert entre(client)
    assert client.get("/bureau/comptes/").status_code == 403


def test_un_compte_desactive_perd_ses_sessions(compte: Any, acteur: Any, syndicat: Any) -> None:
    client = Client(headers=HETTANGE)
    ouvrir_session(client, compte("agent"), "hettange-grande")
    with contexte.dans(syndicat):
        actions.deactivate_account(user=compte("agent"), by=acteur("rssi", syndicat))
    assert not entre(client)


def test_un_mot_de_passe_change_ferme_les_sessions(compte: Any) -> None:
    client = Client(headers=HETTANGE)
    user = compte("agent")
    ouvrir_session(client, user, "hettange-grande")
    user.set_password("une-tout-autre-phrase")
    user.save()
    assert not entre(client)


def test_une_fin_est_vue_par_les_autres_processus_en_moins_de_dix_secondes() -> None:
    assert sessions.FRAICHEUR <= 5


def test_un_agent_entre_sans_second_facteur_est_renvoye_le_presenter(compte: Any, settings: Any) -> None:
    client = Client(headers=HETTANGE)
    ouvrir_session(client, compte("agent"), "hettange-grande", mfa=False)
    assert client.get("/bureau/comptes/")["Location"] == "/connexion/?suite=%2Fbureau%2Fcomptes%2F"
    settings.MFA_OBLIGATOIRE = False
    ouvrir_session(client, compte("agent"), "hettange-grande", mfa=False)
    assert client.get("/bureau/comptes/").status_code == 403


def test_un_habitant_garde_sa_session_sans_second_facteur(compte: Any) -> None:
    client = Client(headers=HETTANGE)
    ouvrir_session(client, compte("habitant"), "hettange-grande", mfa=False)
    assert entre(client)


def test_devenir_agent_oblige_a_presenter_le_second_facteur(compte: Any, acteur: Any, hettange: Any) -> None:
    client = Client(headers=HETTANGE)
    ouvrir_session(client, compte("habitant"), "hettange-grande", mfa=False)
    assert entre(client)
    with contexte.dans(hettange):
        actions.give_adhesion(user=compte("habitant"), role="agent", by=acteur("admin", hettange))
    assert not entre(client)


def test_htmx_est_renvoye_par_en_tete_et_l_api_par_401(db: None) -> None:
    client = Client(headers=HETTANGE)
    reponse = client.get("/bureau/comptes/", headers={"HX-Request": "true"})
    assert (reponse.status_code, reponse["HX-Redirect"]) == (204, "/connexion/")
    reponse = client.post("/bureau/comptes/inviter/")
    assert reponse["Location"] == "/connexion/"  # a post is not something to come back to


def test_le_controle_coute_une_requete_puis_aucune(visite: Any, django_assert_max_num_queries: Any) -> None:
    client = visite("hettange-grande", "habitant")
    client.get(COMPTE)
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as requetes:
        client.get(COMPTE)
    assert not [r for r in requetes if "sessiondemembre" in r["sql"].lower()]


@pytest.mark.django_db(transaction=True)
def test_les_prises_sont_prevenues(compte: Any) -> None:
    client = Client(headers=HETTANGE)
    parent = ouvrir_session(client, compte("agent"), "hettange-grande")

    async def ecouter() -> dict[str, Any]:
        couche = get_channel_layer()
        assert couche is not None
        canal = await couche.new_channel()
        await couche.group_add(sessions.groupe(str(parent.uuid)), canal)
        from asgiref.sync import sync_to_async

        await sync_to_async(sessions.fermer_connexions)([str(parent.uuid)], motif="sortie")
        message: dict[str, Any] = await asyncio.wait_for(couche.receive(canal), 5)
        return message

    message = asyncio.run(ecouter())
    assert message["type"] == "session.fin"
    assert message["parent"] == str(parent.uuid)


def test_en_production_les_biscuits_sont_lies_a_l_hote() -> None:
    from pathlib import Path

    prod = (Path(settings.BASE_DIR) / "syndicat" / "settings" / "prod.py").read_text(encoding="utf-8")
    assert 'SESSION_COOKIE_NAME = "__Host-' in prod
    assert 'CSRF_COOKIE_NAME = "__Host-' in prod
    assert not settings.SESSION_COOKIE_DOMAIN
    assert not settings.CSRF_COOKIE_DOMAIN
    assert settings.CSRF_TRUSTED_ORIGINS == []


def test_une_page_de_sante_ne_deconnecte_personne(visite: Any) -> None:
    client = visite("hettange-grande", "admin")
    client.get("/sante/vif")
    client.get("/sante/inconnue")
    assert entre(client)
