"""Sweeps of open data: one-line wrappers around :mod:`.balayage`."""

from celery import shared_task

from apps.data import balayage
from syndicat.socle.taches import TacheMembre


@shared_task(name="data.rafraichir", base=TacheMembre, sans_membre=True)
def rafraichir() -> int:
    """Refresh what a fact marked, or what has not been looked at for a day."""
    return balayage.rafraichir_les_jeux()


@shared_task(name="data.proposer", base=TacheMembre, sans_membre=True)
def proposer() -> int:
    """Project the feeds a member does not have yet, and withdraw those of a member that left the service."""
    return balayage.retirer_les_fermes() + balayage.proposer_les_flux()
