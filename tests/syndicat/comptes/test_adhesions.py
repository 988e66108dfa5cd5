"""Giving and withdrawing rights: who may, what ends with them, what the journal keeps."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from syndicat.comptes import actions, delegations
from syndicat.comptes.acteur import Acteur, acteur_pour
from syndicat.comptes.models import Adhesion, Mandat, User
from syndicat.comptes.tasks import finir_adhesions, menage
from syndicat.journal.models import Ligne
from syndicat.notifications.models import Envoi
from syndicat.socle import contexte


@pytest.fixture
def admin(acteur: Any, hettange: Any) -> Acteur:
    return acteur("admin", hettange)


@pytest.fixture(autouse=True)
def chez(hettange: Any) -> Iterator[None]:
    with contexte.dans(hettange):
        yield


def lignes(action: str) -> list[Any]:
    return [ligne for ligne in Ligne.objects.all() if action in str(ligne.contenu)]


def test_l_administratrice_donne_un_role_et_le_journal_le_sait(admin: Acteur, compte: Any) -> None:
    adhesion = actions.give_adhesion(user=compte("habitant"), role="agent", themes=["grc"], by=admin)
    assert acteur_pour(compte("habitant")).traite("grc")
    (ligne,) = lignes("comptes.adhesion.donner")
    assert str(adhesion.uuid) in str(ligne.contenu)
    assert "exemple.fr" not in str(ligne.contenu)


@pytest.mark.parametrize("qui", ["agent", "dpo", "adjoint", "habitant"])
def test_qui_n_administre_pas_ne_donne_rien(acteur: Any, hettange: Any, compte: Any, qui: str) -> None:
    with pytest.raises(PermissionDenied):
        actions.give_adhesion(user=compte("habitant"), role="agent", by=acteur(qui, hettange))


@pytest.mark.parametrize(("qui", "slug"), [("maire.rodemack", "rodemack"), ("direction", "syndicat")])
def test_un_maire_ou_une_direction_d_ailleurs_ne_donne_rien_ici(
    acteur: Any, compte: Any, qui: str, slug: str, request: pytest.FixtureRequest
) -> None:
    etranger = acteur(qui, request.getfixturevalue(slug))
    for action in (
        lambda: actions.give_adhesion(user=compte("habitant"), role="agent", by=etranger),
        lambda: actions.revoke_adhesion(adhesion=Adhesion.objects.get(user=compte("agent")), by=etranger),
        lambda: actions.end_mandates(by=etranger),
    ):
        with pytest.raises(PermissionDenied):
            action()


@pytest.mark.parametrize("role", ["catalogue", "rssi", "direction", "superheros", ""])
def test_un_role_du_syndicat_ne_se_donne_pas_dans_une_commune(admin: Acteur, compte: Any, role: str) -> None:
    with pytest.raises(ValidationError):
        actions.give_adhesion(user=compte("habitant"), role=role, by=admin)


def test_un_service_inconnu_ou_confie_a_un_non_agent_est_refuse(admin: Acteur, compte: Any) -> None:
    with pytest.raises(ValidationError):
        actions.give_adhesion(user=compte("habitant"), role="agent", themes=["magie"], by=admin)
    with pytest.raises(ValidationError):
        actions.give_adhesion(user=compte("habitant"), role="dpo", themes=["grc"], by=admin)


def test_un_role_tenu_ne_se_donne_pas_deux_fois_mais_se_redonne_une_fois_fini(
    admin: Acteur, compte: Any
) -> None:
    habitant = compte("habitant")
    premiere = actions.give_adhesion(
        user=habitant, role="agent", by=admin, fin=timezone.now() + timedelta(hours=1)
    )
    with pytest.raises(ValidationError):
        actions.give_adhesion(user=habitant, role="agent", by=admin)
    with time_machine.travel(timezone.now() + timedelta(hours=2), tick=False):
        seconde = actions.give_adhesion(user=habitant, role="agent", by=admin)
    assert premiere.pk != seconde.pk


def test_un_elu_est_nomme_pour_un_mandat_qui_finit(admin: Acteur, compte: Any) -> None:
    habitant = compte("habitant")
    with pytest.raises(ValidationError, match="mandat"):
        actions.give_adhesion(user=habitant, role="adjoint", by=admin)
    fin = timezone.localdate() + timedelta(days=30)
    actions.give_adhesion(user=habitant, role="adjoint", by=admin, fin_de_mandat=fin)
    assert acteur_pour(habitant).est_elu
    with time_machine.travel(timezone.now() + timedelta(days=31), tick=False):
        assert not acteur_pour(habitant).est_elu  # before any sweep
        with contexte.hors_membre():
            assert finir_adhesions.__wrapped__() == 1
            assert finir_adhesions.__wrapped__() == 0
        assert Mandat.objects.get(user=habitant).clos_at is not None
        assert Adhesion.objects.get(user=habitant, role="adjoint").motif_de_fin == "mandat"
        (ligne,) = lignes("comptes.adhesion.finir")
        assert "comptes.fins" in str(ligne.contenu)


def test_une_adhesion_datee_finit_seule_et_une_fois_au_journal(admin: Acteur, compte: Any) -> None:
    habitant = compte("habitant")
    actions.give_adhesion(user=habitant, role="agent", by=admin, fin=timezone.now() + timedelta(hours=1))
    with time_machine.travel(timezone.now() + timedelta(hours=2), tick=False), contexte.hors_membre():
        assert finir_adhesions.__wrapped__() == 1
        assert finir_adhesions.__wrapped__() == 0
    assert len(lignes("comptes.adhesion.finir")) == 1


def test_retirer_un_droit_est_immediat(admin: Acteur, compte: Any, acteur: Any, hettange: Any) -> None:
    actions.revoke_adhesion(adhesion=Adhesion.objects.get(user=compte("agent")), by=admin)
    assert not acteur("agent", hettange).est_agent


def test_la_derniere_personne_qui_peut_donner_des_droits_ne_se_retire_pas(admin: Acteur, compte: Any) -> None:
    actions.revoke_adhesion(adhesion=Adhesion.objects.get(user=compte("maire")), by=admin)
    with pytest.raises(ValidationError, match="Plus personne"):
        actions.revoke_adhesion(adhesion=Adhesion.objects.get(user=compte("admin")), by=admin)


def test_les_adhesions_d_un_membre_sont_invisibles_d_un_autre(rodemack: Any, compte: Any) -> None:
    assert Adhesion.objects.filter(user=compte("maire")).exists()
    with contexte.dans(rodemack):
        assert not Adhesion.objects.filter(user=compte("maire")).exists()
        assert not compte("maire").adhesions.exists()


def test_la_base_elle_meme_refuse_d_ecrire_chez_le_voisin(rodemack: Any, compte: Any) -> None:
    from django.db import transaction
    from django.db.utils import ProgrammingError

    with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
        Adhesion.objects.create(user=compte("agent"), role="maire", collectivite=rodemack)


def test_une_invitation_cree_un_compte_sans_mot_de_passe_et_part_par_courriel(admin: Acteur) -> None:
    adhesion = actions.invite(
        email=" Nouvelle.Agente@Exemple.FR ",
        role="agent",
        themes=["grc"],
        by=admin,
        prenom="Zoé",
        nom="Petit",
    )
    user = User.objects.get(email="nouvelle.agente@exemple.fr")
    assert not user.has_usable_password()
    assert acteur_pour(user).traite("grc")
    envoi = Envoi.objects.get(cle=f"comptes.invitation.{adhesion.uuid}")
    assert envoi.destinataire == "nouvelle.agente@exemple.fr"
    assert "/mot-de-passe/nouveau/" in envoi.texte
    assert "connexion.localhost" in envoi.texte


def test_inviter_un_compte_existant_ne_touche_pas_a_son_mot_de_passe(admin: Acteur, compte: Any) -> None:
    avant = compte("maire.rodemack").password
    adhesion = actions.invite(email="maire.rodemack@exemple.fr", role="agent", by=admin)
    assert compte("maire.rodemack").password == avant
    assert "/mot-de-passe/" not in Envoi.objects.get(cle=f"comptes.invitation.{adhesion.uuid}").texte


def test_l_adjointe_signe_sous_son_plafond_tant_que_le_maire_est_maire(
    admin: Acteur, compte: Any, acteur: Any, hettange: Any
) -> None:
    maire, adjoint = compte("maire"), compte("adjoint")
    jour = timezone.localdate()
    actions.create_delegation(
        numero="2026-12",
        delegant=maire,
        delegataire=adjoint,
        domaine="commandes",
        plafond=Decimal(4000),
        debut=jour,
        by=admin,
    )
    assert [s.user_id for s in delegations.qui_signe("commandes", Decimal(4000), jour)] == [
        adjoint.pk,
        maire.pk,
    ]
    assert delegations.peut_signer(adjoint.pk, "commandes", Decimal("4000.01"), jour) is None
    assert delegations.peut_signer(compte("agent").pk, "commandes", Decimal(1), jour) is None
    actions.record_absence(user=maire, debut=jour, fin=jour, by=admin)
    assert [s.user_id for s in delegations.qui_signe("commandes", Decimal(9999), jour)] == []
    actions.revoke_adhesion(adhesion=Adhesion.objects.get(user=adjoint), by=admin)
    assert delegations.peut_signer(adjoint.pk, "commandes", Decimal(1), jour) is None


def test_un_agent_ne_delegue_rien_et_on_ne_delegue_pas_au_nom_d_un_agent(
    admin: Acteur, acteur: Any, compte: Any, hettange: Any
) -> None:
    jour = date(2026, 11, 22)
    with pytest.raises(PermissionDenied):
        actions.create_delegation(
            numero="1",
            delegant=compte("maire"),
            delegataire=compte("agent"),
            domaine="tout",
            debut=jour,
            by=acteur("agent", hettange),
        )
    with pytest.raises(ValidationError):
        actions.create_delegation(
            numero="1",
            delegant=compte("agent"),
            delegataire=compte("adjoint"),
            domaine="tout",
            debut=jour,
            by=admin,
        )
    with pytest.raises(ValidationError):
        actions.create_delegation(
            numero="1",
            delegant=compte("maire"),
            delegataire=compte("maire.rodemack"),
            domaine="tout",
            debut=jour,
            by=admin,
        )


def test_la_fin_du_mandat_du_maire_fait_tomber_ses_delegations(admin: Acteur, compte: Any) -> None:
    habitant = compte("habitant")
    jour = timezone.localdate()
    actions.give_adhesion(user=habitant, role="maire", by=admin, fin_de_mandat=jour)
    d = actions.create_delegation(
        numero="7", delegant=habitant, delegataire=compte("adjoint"), domaine="tout", debut=jour, by=admin
    )
    assert actions.end_mandates(by=admin, le=jour) == 0  # the last day is worked
    assert actions.end_mandates(by=admin, le=jour + timedelta(days=1)) == 1
    d.refresh_from_db()
    assert d.retiree_at is not None


def test_un_compte_ne_se_desactive_pas_par_un_maire(
    admin: Acteur, acteur: Any, compte: Any, hettange: Any, syndicat: Any
) -> None:
    with pytest.raises(PermissionDenied):
        actions.deactivate_account(user=compte("agent"), by=acteur("maire", hettange))
    with contexte.dans(syndicat):
        actions.deactivate_account(user=compte("agent"), by=acteur("rssi", syndicat))
    assert not acteur("agent", hettange).est_agent


def test_le_menage_ne_leve_rien(db: None) -> None:
    with contexte.hors_membre():
        assert menage.__wrapped__() == 0


def test_la_purge_n_efface_que_ce_qui_est_fini_depuis_dix_ans(
    admin: Acteur, compte: Any, hettange: Any
) -> None:
    from syndicat.comptes import purge

    jour = timezone.localdate()
    habitant = compte("habitant")
    actions.give_adhesion(user=habitant, role="adjoint", by=admin, fin_de_mandat=jour)
    actions.record_absence(user=habitant, debut=jour, fin=jour, by=admin)
    avant = Adhesion.objects.count()
    assert purge.droits(hettange.portee) == 0
    with time_machine.travel(timezone.now() + timedelta(days=3655), tick=False):
        assert purge.droits(hettange.portee) == 3
        assert purge.droits(hettange.portee) == 0
    assert Adhesion.objects.count() == avant - 1
    assert not Mandat.objects.filter(user=habitant).exists()
