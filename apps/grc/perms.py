"""Who may do what with signalements. Used by web, API and templates alike."""

from apps.grc.models import Signalement
from syndicat.comptes.acteur import Acteur
from syndicat.comptes.enums import Role

THEME = "grc"


def can_lire(acteur: Acteur, signalement: Signalement | None = None) -> bool:
    """Open the inbox and any file: agents in charge, elected members, administrators of this collectivité."""
    return acteur.traite(THEME)


def can_traiter(acteur: Acteur, signalement: Signalement | None = None) -> bool:
    """Answer, schedule, close, reopen, merge, moderate, note."""
    return acteur.traite(THEME)


def can_attribuer(acteur: Acteur, signalement: Signalement | None = None) -> bool:
    """Hand a report to an agent: elected members and administrators to anyone, an agent too (a team shares)."""
    return acteur.traite(THEME)


def can_saisir(acteur: Acteur, signalement: Signalement | None = None) -> bool:
    """Enter a report told at the counter, by telephone or by letter."""
    return acteur.traite(THEME)


def can_regler(acteur: Acteur, signalement: Signalement | None = None) -> bool:
    """Change categories, delays, canned answers."""
    return acteur.est_elu or acteur.a_role(Role.ADMINISTRATEUR)


def can_voir_coordonnees(acteur: Acteur, signalement: Signalement | None = None) -> bool:
    """See who reported: those who answer."""
    return acteur.traite(THEME)
