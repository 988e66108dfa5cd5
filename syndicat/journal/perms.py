"""Rights on the journal and on the register of processings."""

from typing import Any

from syndicat.comptes.acteur import Acteur
from syndicat.comptes.enums import Role


def can_read_journal(acteur: Acteur, objet: Any = None) -> bool:
    """Reading who did what: the administrator and the data protection officer (the direction, at the syndicate)."""
    return acteur.a_role(Role.ADMINISTRATEUR, Role.DPO) or (
        acteur.est_du_syndicat and acteur.a_role(Role.DIRECTION)
    )


def can_read_registre(acteur: Acteur, objet: Any = None) -> bool:
    """The register (RGPD, art. 30) is also read by who answers for it: the mayor or the president."""
    return can_read_journal(acteur) or acteur.a_role(Role.MAIRE, Role.PRESIDENT)


def can_complete_registre(acteur: Acteur, objet: Any = None) -> bool:
    """Completing it: those who keep it."""
    return can_read_journal(acteur)
