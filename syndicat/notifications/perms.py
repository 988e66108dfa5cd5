"""Rights of the room."""

from typing import Any

from syndicat.comptes.acteur import Acteur


def can_read_notifications(acteur: Acteur, objet: Any = None) -> bool:
    """Whoever works for the collectivité has notifications there: their own, nobody else's."""
    return acteur.est_agent and acteur.user_id is not None
