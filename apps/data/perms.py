"""Rights on open data."""

from typing import Any

from syndicat.comptes.acteur import Acteur
from syndicat.comptes.enums import Role


def can_voir(acteur: Acteur, objet: Any = None) -> bool:
    """Sees the data sets of the collectivité: whoever works for it."""
    return acteur.est_agent


def can_publier(acteur: Acteur, objet: Any = None) -> bool:
    """Publishes, withdraws, describes: agents in charge of data, elected members, the administrator, the DPO; at the syndicate its direction."""
    return acteur.traite("data") or acteur.a_role(Role.DPO, Role.DIRECTION)
