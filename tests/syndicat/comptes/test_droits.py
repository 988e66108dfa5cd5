"""Rights: predicates asked by views and templates; per-object rights that never cross members."""

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.template import Context, Template
from django.test import RequestFactory

from syndicat.comptes import perms
from syndicat.comptes.acteur import Acteur
from syndicat.comptes.droits import service
from syndicat.comptes.droits.models import DroitUtilisateur
from syndicat.comptes.templatetags.droits import droit_nomme
from syndicat.socle import contexte


@pytest.fixture
def demande(acteur: Any, hettange: Any) -> Any:
    def faire(local: str = "") -> Any:
        request = RequestFactory().get("/bureau/")
        request.user = AnonymousUser()
        with contexte.dans(hettange):
            request.acteur = acteur(local, hettange) if local else Acteur.anonyme()  # type: ignore[attr-defined]
        return request

    return faire


@perms.exiger(perms.can_give_adhesion)
def page(request: Any) -> HttpResponse:
    return HttpResponse("ok")


def test_qui_tient_le_droit_passe(demande: Any) -> None:
    assert page(demande("admin")).content == b"ok"
    assert page(demande("maire")).content == b"ok"


def test_un_agent_sans_le_droit_recoit_403(demande: Any) -> None:
    with pytest.raises(PermissionDenied):
        page(demande("agent.grc"))


@pytest.mark.parametrize("qui", ["habitant", "maire.rodemack", "direction", ""])
def test_un_habitant_ou_un_etranger_ne_sait_pas_que_la_page_existe(demande: Any, qui: str) -> None:
    with pytest.raises(Http404):
        page(demande(qui))


def test_la_vue_dit_quel_droit_elle_demande() -> None:
    assert page.droit is perms.can_give_adhesion  # type: ignore[attr-defined]


def test_le_gabarit_pose_la_meme_question_que_la_vue(demande: Any) -> None:
    gabarit = Template('{% load droits %}{% peut "comptes.perms.can_give_adhesion" as ok %}{{ ok }}')
    assert gabarit.render(Context({"request": demande("admin")})) == "True"
    assert gabarit.render(Context({"request": demande("agent.grc")})) == "False"


@pytest.mark.parametrize("chemin", ["comptes.perms.can_fly", "comptes.perms.verifier", "rien.perms.can_x"])
def test_un_droit_inconnu_est_une_erreur_et_non_un_refus_muet(chemin: str) -> None:
    with pytest.raises((LookupError, AttributeError)):
        droit_nomme(chemin)


def test_un_droit_par_objet_ne_passe_pas_chez_le_voisin_meme_a_cle_egale(
    compte: Any, hettange: Any, rodemack: Any
) -> None:
    agent = compte("agent")
    with contexte.dans(hettange):
        # any object of a member's schema will do: the table of rights itself
        objet = DroitUtilisateur(pk=7)
        service.donner(agent, "change_droitutilisateur", objet)
        assert service.detient(agent, "change_droitutilisateur", objet)
        assert agent.has_perm("droits.change_droitutilisateur", objet)
        assert not agent.has_perm("droits.change_droitutilisateur", DroitUtilisateur(pk=8))
        assert not agent.has_perm("droits.delete_droitutilisateur", objet)
    with contexte.dans(rodemack):
        assert not service.detient(agent, "change_droitutilisateur", DroitUtilisateur(pk=7))
        assert not agent.has_perm("droits.change_droitutilisateur", DroitUtilisateur(pk=7))
    with contexte.dans(hettange):
        service.retirer(agent, "change_droitutilisateur", objet)
        assert not agent.has_perm("droits.change_droitutilisateur", objet)


def test_objets_permis_ne_rend_que_les_objets_permis(compte: Any, chez_hettange: Any) -> None:
    agent = compte("agent")
    genre = ContentType.objects.get_for_model(DroitUtilisateur)
    service.donner(agent, "view_droitutilisateur", DroitUtilisateur(pk=1))
    lignes = DroitUtilisateur.objects.filter(content_type=genre)
    premiere = lignes.get()
    assert list(service.objets_permis(agent, "view_droitutilisateur", lignes)) == (
        [premiere] if premiere.pk == 1 else []
    )
    service.donner(agent, "view_droitutilisateur", premiere)
    assert premiere in service.objets_permis(agent, "view_droitutilisateur", lignes)


def test_un_superutilisateur_ne_peut_rien_chez_un_membre(compte: Any, acteur: Any, hettange: Any) -> None:
    passant = compte("technicien")
    passant.is_superuser = True
    passant.save()
    with contexte.dans(hettange):
        assert not passant.has_perm("droits.view_droitutilisateur", DroitUtilisateur(pk=1))
        assert not passant.has_perm("droits.view_droitutilisateur")
    assert not acteur("technicien", hettange).est_agent


def test_hors_de_toute_collectivite_aucun_droit_par_objet(compte: Any) -> None:
    assert not compte("agent").has_perm("droits.view_droitutilisateur", DroitUtilisateur(pk=1))


def test_les_roles_ne_voyagent_pas(acteur: Any, hettange: Any, rodemack: Any, syndicat: Any) -> None:
    assert acteur("maire", hettange).est_elu
    for ailleurs in (rodemack, syndicat):
        etranger = acteur("maire", ailleurs)
        assert not etranger.roles
        assert not etranger.est_agent
        assert not perms.can_give_adhesion(etranger)
