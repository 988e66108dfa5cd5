"""Writes of conventions. The gate reads them at most one second later, in every process."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction

from syndicat.comptes.acteur import Acteur
from syndicat.comptes.enums import Role
from syndicat.conventions import porte
from syndicat.conventions.models import TRANSITIONS_CONVENTION, Convention, EtatConvention
from syndicat.journal import consigner
from syndicat.membres import annuaire
from syndicat.socle import contexte
from syndicat.socle.manifest import service as manifeste
from syndicat.socle.transition import transition
from syndicat.suivi import service as suivi

SALLE = "conventions"
DEMANDE = "adhesion_demandee"
_VIVANTES = (EtatConvention.PROJET, EtatConvention.ACTIVE, EtatConvention.SUSPENDUE)


def _oublier(collectivite_id: int) -> None:
    """This process reads again at once; the others when their second is over."""
    transaction.on_commit(lambda: porte.oublier(collectivite_id))


def _consigner(verbe: str, convention: Convention, by: Acteur, droit: str) -> None:
    consigner(
        f"conventions.convention.{verbe}",
        by=by,
        objet=("convention", str(convention.uuid)),
        droit=f"syndicat.conventions.perms.{droit}",
        detail={"service": convention.service, "etat": convention.etat},
    )


@transaction.atomic
def demander_adhesion(*, service: str, jour: date, by: Acteur) -> Convention:
    """The member in scope asks for a service: a draft convention, and a to-do for the syndicate. LookupError: unknown service.

    ValidationError where one is already asked, open or suspended.
    """
    theme = manifeste(service)
    portee = contexte.exiger_portee()
    if Convention.objects.filter(service=service, etat__in=_VIVANTES).exists():
        raise ValidationError(
            "Une convention existe déjà pour ce service, ou votre demande est déjà partie.", code="deja"
        )
    convention: Convention = Convention.objects.create(
        service=service, etat=EtatConvention.PROJET, debut=jour
    )
    _consigner("demandee", convention, by, "can_demander_adhesion")
    with contexte.dans(annuaire.portee_du_syndicat()):
        suivi.poser_a_traiter(
            SALLE,
            convention.uuid,
            DEMANDE,
            titre=f"{portee.nom} demande le service «\u00a0{theme.label}\u00a0»",
            url=f"/syndicat/conventions/{portee.ident}/",
            roles=(Role.CONVENTIONS, Role.DIRECTION),
            action="Préparer la convention",
        )
    return convention


@transaction.atomic
def changer_etat(*, convention: Convention, vers: str, jour: date, by: Acteur) -> Convention:
    """Open, suspend, reopen or end a service of the member in scope (the caller enters that member).

    Raises TransitionRefusee; ValidationError where another convention already opens the same service.
    """
    if vers == EtatConvention.ACTIVE and (
        Convention.objects.filter(service=convention.service, etat=EtatConvention.ACTIVE)
        .exclude(pk=convention.pk)
        .exists()
    ):
        raise ValidationError("Ce service est déjà ouvert par une autre convention.", code="deja")
    frais = transition(convention, vers=vers, table=TRANSITIONS_CONVENTION)
    if vers == EtatConvention.ACTIVE and frais.debut > jour:
        frais.debut = jour
        frais.save(update_fields=["debut"])
    if vers == EtatConvention.RESILIEE:
        frais.fin = max(frais.debut, jour)
        frais.save(update_fields=["fin"])
    _consigner("etat", frais, by, "can_gerer_conventions")
    _oublier(contexte.exiger_portee().collectivite_id)
    with contexte.dans(annuaire.portee_du_syndicat()):
        suivi.clore_a_traiter(SALLE, frais.uuid, by=by)
    return frais


@transaction.atomic
def ouvrir_service(*, service: str, jour: date, by: Acteur) -> Convention:
    """Open a service of the member in scope without a prior request: a draft, activated at once."""
    manifeste(service)
    convention = (
        Convention.objects.filter(service=service, etat__in=[EtatConvention.PROJET, EtatConvention.SUSPENDUE])
        .order_by("pk")
        .first()
    ) or Convention.objects.create(service=service, etat=EtatConvention.PROJET, debut=jour)
    return changer_etat(convention=convention, vers=EtatConvention.ACTIVE, jour=jour, by=by)
