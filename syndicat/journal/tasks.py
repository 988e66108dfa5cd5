"""Celery wrappers of the room."""

from celery import shared_task

from syndicat.journal import purge, tetes
from syndicat.socle.taches import TacheMembre


@shared_task(base=TacheMembre, sans_membre=True)
def ecrire_tetes() -> int:
    """Sign the heads that moved and write them outside the database."""
    return tetes.ecrire_tetes()


@shared_task(base=TacheMembre, sans_membre=True)
def purger() -> int:
    """Go on with the daily purge of personal data."""
    return purge.purger()
