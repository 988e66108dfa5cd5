"""Rights of the room."""

from typing import Any

from syndicat.comptes.acteur import Acteur
from syndicat.comptes.enums import Role


def can_see_deliveries(acteur: Acteur, objet: Any = None) -> bool:
    """Facts that a theme did not receive: the syndicate's technicians, its direction and its administrator."""
    return acteur.est_du_syndicat and acteur.a_role(Role.TECHNICIEN, Role.DIRECTION, Role.ADMINISTRATEUR)
