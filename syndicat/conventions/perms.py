"""Rights on conventions."""

from typing import Any

from syndicat.comptes.acteur import Acteur
from syndicat.comptes.enums import Role


def can_voir(acteur: Acteur, objet: Any = None) -> bool:
    """Knows which services the collectivité has: whoever works for it."""
    return acteur.est_agent


def can_demander_adhesion(acteur: Acteur, objet: Any = None) -> bool:
    """Asks the syndicate for a service: elected members and the administrator; the convention itself is voted and signed later."""
    return acteur.est_elu or acteur.a_role(Role.ADMINISTRATEUR)


def can_gerer_conventions(acteur: Acteur, objet: Any = None) -> bool:
    """Opens, suspends and ends the services of the members: at the syndicate, its manager of conventions and its direction."""
    return acteur.est_du_syndicat and acteur.a_role(Role.CONVENTIONS, Role.DIRECTION)
