"""Celery wrappers of the room."""

from celery import shared_task

from syndicat.fichiers import purge, travaux
from syndicat.socle import contexte
from syndicat.socle.taches import TacheMembre


@shared_task(name="fichiers.traiter", base=TacheMembre)
def traiter(identifiant: str) -> str:
    """Analyse and clean one file."""
    return travaux.faire(identifiant)


@shared_task(name="fichiers.balayer", base=TacheMembre, sans_membre=True)
def balayer() -> int:
    """Send overdue works again."""
    dus = travaux.en_retard()
    for collectivite_id, identifiant in dus:
        with contexte.dans(collectivite_id):
            traiter.delay(identifiant)
    return len(dus)


@shared_task(name="fichiers.purger", base=TacheMembre, sans_membre=True)
def purger() -> int:
    """Daily: expired transfers, files never attached, bytes without a row; every member in turn."""
    return purge.tous_les_membres()
