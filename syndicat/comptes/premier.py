"""The first administrator of a member that has just got its space (asked by ``membres`` through its Protocol)."""

from django.core.exceptions import ValidationError

from syndicat.comptes import actions
from syndicat.comptes.acteur import Acteur
from syndicat.comptes.enums import Role
from syndicat.comptes.models import Adhesion
from syndicat.membres.acteurs import Agissant
from syndicat.socle.contexte import exiger_portee


def designer(*, courriel: str, by: Agissant) -> None:
    """In the collectivité in scope: find or create the account, give the role, invite. Idempotent."""
    tenus = Adhesion.objects.en_vigueur().filter(role=Role.ADMINISTRATEUR)
    if tenus.filter(user__email__iexact=courriel.strip()).exists():
        return
    portee = exiger_portee()
    motif = by.motif or "membres.onboard"
    acteur = Acteur(genre="systeme", portee=portee, nom="Le syndicat", motif=motif)
    try:
        actions.invite(email=courriel, role=Role.ADMINISTRATEUR, by=acteur)
    except ValidationError as refus:
        raise ValidationError(
            f"L’administrateur de {portee.nom} n’a pas été désigné : {refus.messages[0]}"
        ) from refus
