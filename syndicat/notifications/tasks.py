"""Celery wrappers of the room."""

from celery import shared_task

from syndicat.notifications import envois, resume
from syndicat.socle import contexte
from syndicat.socle.taches import TacheMembre


@shared_task(name="notifications.envoyer", base=TacheMembre)
def envoyer(identifiant: str) -> str:
    """Send one message."""
    return envois.envoyer(identifiant)


@shared_task(name="notifications.balayer", base=TacheMembre, sans_membre=True)
def balayer() -> int:
    """Send what the worker was never told of, what failed and is due again, what a kill left behind."""
    dus = envois.en_retard()
    for collectivite_id, identifiant in dus:
        with contexte.dans(collectivite_id):
            envois.envoyer(identifiant)
    return len(dus)


@shared_task(name="notifications.resumer", base=TacheMembre, sans_membre=True)
def resumer() -> int:
    """Daily digests."""
    return resume.tous()
