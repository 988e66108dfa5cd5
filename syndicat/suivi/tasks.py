"""Celery wrappers of the room."""

from celery import shared_task

from syndicat.socle.taches import TacheMembre
from syndicat.suivi import livraison, rappels


@shared_task(base=TacheMembre, sans_membre=True)
def livrer_faits() -> int:
    """Deliver the facts that are due."""
    return livraison.livrer()


@shared_task(base=TacheMembre, sans_membre=True)
def rappeler_echeances() -> int:
    """Remind the deadlines that are near."""
    return rappels.rappeler()


@shared_task(base=TacheMembre, sans_membre=True)
def faire_le_menage() -> int:
    """Erase what was delivered and decided long ago."""
    return livraison.menage()
