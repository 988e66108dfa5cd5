"""Purges of this room, by the retention its manifest declares."""

from datetime import timedelta

from django.db.models import Q
from django.utils import timezone

from syndicat.comptes.models import Absence, Adhesion, Delegation, Mandat
from syndicat.comptes.models_sessions import SessionDeMembre
from syndicat.comptes.tasks import CONSERVATION
from syndicat.socle.contexte import Portee

CONSERVATION_DES_DROITS = timedelta(days=3650)


def sessions(portee: Portee) -> int:
    """Erase, in the collectivité in scope, the sessions whose sign-in began longer ago than the retention."""
    nombre, _ = SessionDeMembre.objects.filter(created_at__lt=timezone.now() - CONSERVATION).delete()
    return int(nombre)


def droits(portee: Portee) -> int:
    """Erase, in the collectivité in scope, the rights, mandates, delegations and absences ended ten years ago."""
    limite = timezone.now() - CONSERVATION_DES_DROITS
    jour = limite.date()
    nombre = 0
    for lignes in (
        Adhesion.objects.filter(Q(revoquee_at__lt=limite) | Q(fin__lt=limite)),
        Delegation.objects.filter(Q(retiree_at__lt=limite) | Q(fin__lt=jour)),
        Absence.objects.filter(fin__lt=jour),
        Mandat.objects.filter(fin__lt=jour, adhesions__isnull=True),
    ):
        nombre += int(lignes.delete()[0])
    return nombre
