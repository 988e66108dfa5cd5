"""Rights on purchasing."""

from typing import Any

from django.utils import timezone

from syndicat.comptes.acteur import Acteur
from syndicat.comptes.delegations import peut_signer
from syndicat.comptes.enums import Domaine, Role

THEME = "achats"


def can_consulter(acteur: Acteur, objet: Any = None) -> bool:
    """Reads the catalogue and the orders of the collectivité: agents in charge, elected members, administrators."""
    return acteur.est_agent and (acteur.traite(THEME) or acteur.a_role(Role.DPO))


def can_demander(acteur: Acteur, objet: Any = None) -> bool:
    """Fills a basket, asks for an order, says that it arrived."""
    return acteur.traite(THEME)


def can_approuver(acteur: Acteur, commande: Any = None) -> bool:
    """Commits the collectivité: mayor or president, or who holds a delegation for orders of that amount (CGCT L.2122-18)."""
    if not acteur.est_agent or acteur.user_id is None:
        return False
    montant = commande.total_ht if commande is not None else None
    return peut_signer(acteur.user_id, Domaine.COMMANDES, montant, timezone.localdate()) is not None


def can_annuler(acteur: Acteur, commande: Any = None) -> bool:
    """Cancels: who may approve, or the requester as long as nothing is committed."""
    if commande is not None and commande.debite_ht is None and commande.demandeur_id == acteur.user_id:
        return can_demander(acteur)
    return can_approuver(acteur, commande)


def can_regler(acteur: Acteur, objet: Any = None) -> bool:
    """Decides the rules of purchasing of the collectivité."""
    return acteur.a_role(Role.MAIRE, Role.PRESIDENT, Role.ADMINISTRATEUR)


def can_gerer_catalogue(acteur: Acteur, objet: Any = None) -> bool:
    """Runs the markets and the catalogue: at the syndicate, its manager and its direction."""
    return acteur.est_du_syndicat and acteur.a_role(Role.CATALOGUE, Role.DIRECTION)
