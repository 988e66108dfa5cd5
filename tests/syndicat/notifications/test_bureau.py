"""What waits for a person: on the desk, by e-mail in the rhythm they chose, and a way out of e-mails in one click."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from syndicat.notifications import desabonnement, envois, resume, service
from syndicat.notifications.enums import Rythme
from syndicat.notifications.models import TOUS, Envoi, Notification, Preference
from syndicat.socle import contexte

LISTE = "/bureau/notifications/"


@pytest.fixture(autouse=True)
def _sans_direct(monkeypatch: pytest.MonkeyPatch, demandes: list[str]) -> None:
    from syndicat.socle import groupes

    monkeypatch.setattr(groupes, "envoyer", lambda *_: True)


def _notifier(user: Any, n: int = 1, **plus: Any) -> Any:
    champs = {"titre": f"Un signalement vous est confié ({n})", "url": f"/bureau/grc/{n}/", "service": "grc"}
    return service.notifier(user.pk, cle=f"grc.affecte:{n}", **{**champs, **plus})


def test_une_notification_se_lit_s_ouvre_et_ne_se_compte_qu_une_fois(
    hettange: Any, compte: Any, visite: Callable[..., Client]
) -> None:
    agent = compte("agent")
    with contexte.dans(hettange):
        premiere = _notifier(agent)
        assert _notifier(agent) is None, "same key"
        _notifier(agent, 2)
        assert service.compter_non_lues(agent.pk) == 2
    client = visite("hettange-grande", "agent")
    page = client.get(LISTE)
    assert page.status_code == 200
    assert "Un signalement vous est confié (1)" in page.text
    reponse = client.post(f"{LISTE}{premiere.uuid}/ouvrir/")
    assert (reponse.status_code, reponse["Location"]) == (302, "/bureau/grc/1/")
    with contexte.dans(hettange):
        assert service.compter_non_lues(agent.pk) == 1
    assert client.post(f"{LISTE}tout-lire/").status_code == 302
    with contexte.dans(hettange):
        assert service.compter_non_lues(agent.pk) == 0


def test_les_notifications_d_un_autre_ou_d_un_autre_membre_n_existent_pas(
    hettange: Any, rodemack: Any, compte: Any, visite: Callable[..., Client]
) -> None:
    with contexte.dans(hettange):
        ligne = _notifier(compte("maire"))
    for client in (visite("hettange-grande", "agent"), visite("rodemack", "agent.rodemack")):
        assert "vous est confié" not in client.get(LISTE).text
        assert client.post(f"{LISTE}{ligne.uuid}/ouvrir/").status_code == 404
    assert visite("hettange-grande", "habitant").get(LISTE).status_code == 404
    assert visite("hettange-grande").get(LISTE).status_code == 302
    with contexte.dans(rodemack):
        assert Notification.objects.count() == 0


def test_une_adresse_hors_du_site_n_est_pas_suivie(
    hettange: Any, compte: Any, visite: Callable[..., Client]
) -> None:
    with contexte.dans(hettange):
        ligne = _notifier(compte("agent"), url="https://voleur.exemple/")
    assert visite("hettange-grande", "agent").post(f"{LISTE}{ligne.uuid}/ouvrir/")["Location"] == LISTE


def test_la_liste_se_pagine_par_repere_sans_plus_de_requetes(
    hettange: Any, compte: Any, visite: Callable[..., Client], django_assert_max_num_queries: Any
) -> None:
    with contexte.dans(hettange):
        for n in range(60):
            _notifier(compte("agent"), n)
    client = visite("hettange-grande", "agent")
    client.get(LISTE)
    vues: list[str] = []
    adresse = LISTE
    for _ in range(3):
        with django_assert_max_num_queries(30):
            page = client.get(adresse)
        vues += re.findall(r"confié \((\d+)\)", page.text)
        suite = re.search(r"\?avant=\d+", page.text)
        adresse = LISTE + (suite.group() if suite else "")
    assert [int(v) for v in vues] == list(range(59, -1, -1))


def test_le_rythme_choisi_decide_du_courriel(
    hettange: Any, compte: Any, visite: Callable[..., Client]
) -> None:
    agent = compte("agent")
    client = visite("hettange-grande", "agent")
    assert client.get(f"{LISTE}preferences/").status_code == 200
    reponse = client.post(f"{LISTE}preferences/", {"tous": "aucun", "grc": "immediat"})
    assert reponse.status_code == 302
    with contexte.dans(hettange):
        assert service.rythme_de(agent.pk, "grc") == Rythme.IMMEDIAT
        assert service.rythme_de(agent.pk, "achats") == Rythme.AUCUN
        _notifier(agent, 1)
        _notifier(agent, 2, service="achats")
        envoi = Envoi.objects.get()
        assert envoi.objet.startswith("Un signalement vous est confié (1)")
        assert "hettange-grande.localhost" in envoi.texte
        assert "/bureau/grc/1/" in envoi.texte
    assert client.post(f"{LISTE}preferences/", {"tous": "jamais"}).status_code == 422


def test_le_resume_du_jour_rassemble_une_fois_ce_qui_attend(
    hettange: Any, rodemack: Any, compte: Any
) -> None:
    agent = compte("agent")
    with contexte.dans(hettange):
        for n in range(3):
            _notifier(agent, n)
        Notification.objects.filter(cle="grc.affecte:0").update(lue_at=timezone.now())
    with contexte.dans(rodemack):
        _notifier(compte("agent.rodemack"), 9)
    assert resume.tous() == 2
    assert resume.tous() == 0
    with contexte.dans(hettange):
        envoi = Envoi.objects.get()
        assert envoi.objet.startswith("2 nouveautés sur votre bureau")
        assert "(0)" not in envoi.texte
        assert "(9)" not in envoi.texte
        assert envoi.texte.count("vous est confié") == 2
        envois.envoyer(str(envoi.uuid))
        assert mail.outbox[0].to == [agent.email]
        assert mail.outbox[0].extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_un_compte_desactive_ne_recoit_rien(hettange: Any, compte: Any) -> None:
    agent = compte("agent")
    agent.is_active = False
    agent.save()
    with contexte.dans(hettange):
        Preference.objects.create(user=agent, rythme=Rythme.IMMEDIAT)
        _notifier(agent)
        assert not Envoi.objects.exists()
    assert resume.tous() == 0


def test_on_sort_des_courriels_en_un_clic_sans_se_connecter(
    hettange: Any, rodemack: Any, compte: Any, visite: Callable[..., Client]
) -> None:
    agent = compte("agent")
    with contexte.dans(hettange):
        Preference.objects.create(user=agent, service="grc", rythme=Rythme.IMMEDIAT)
        chemin = "/" + desabonnement.adresse(agent, TOUS).split("/", 3)[3]
    client = visite("hettange-grande")
    assert client.get(chemin).status_code == 200
    with contexte.dans(hettange):
        assert service.rythme_de(agent.pk, "grc") == Rythme.IMMEDIAT, "a link scanner changes nothing"
    strict = Client(enforce_csrf_checks=True, headers={"host": "hettange-grande.localhost"})
    assert strict.post(chemin, {"List-Unsubscribe": "One-Click"}).status_code == 200
    with contexte.dans(hettange):
        assert service.rythme_de(agent.pk, "grc") == Rythme.AUCUN
        assert service.rythme_de(agent.pk, "achats") == Rythme.AUCUN
    for mauvais in (chemin[:-3] + "xx/", "/courriels/arreter/n-importe-quoi/"):
        assert client.post(mauvais).status_code == 404
    assert visite("rodemack").post(chemin).status_code == 404


def test_les_notifications_anciennes_sont_effacees(chez_hettange: Any, compte: Any) -> None:
    from syndicat.notifications import purge

    _notifier(compte("agent"), 1)
    _notifier(compte("agent"), 2)
    Notification.objects.filter(cle="grc.affecte:1").update(created_at=timezone.now() - timedelta(days=181))
    assert purge.notifications(chez_hettange) == 1
    assert Notification.objects.get().cle == "grc.affecte:2"
