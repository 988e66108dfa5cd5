"""Who may do what in the shell."""

from typing import Any

from syndicat.comptes.acteur import Acteur
from syndicat.comptes.enums import Role


def can_see_board(acteur: Acteur, objet: Any = None) -> bool:
    """The board over every member is for those who work for the syndicate, on its own host."""
    return acteur.est_du_syndicat


def can_announce(acteur: Acteur, objet: Any = None) -> bool:
    """Announcing on the portal: elected members and administrator; the direction at the syndicate."""
    return acteur.est_elu or acteur.a_role(Role.ADMINISTRATEUR, Role.DIRECTION)
