"""What purchasing says of its orders to the projections."""

from collections.abc import Iterator
from typing import Any

from django.utils import timezone

from apps.achats.commun.models import Commande
from apps.achats.enums import EtatCommande
from syndicat.comptes.delegations import qui_signe
from syndicat.comptes.enums import Domaine, Role
from syndicat.socle.contexte import Portee
from syndicat.suivi.lignes import Ligne, LigneATraiter, LigneEcheance
from syndicat.web.francais import euros, pluriel

SERVICE = "achats"
A_APPROUVER = "commande_a_approuver"
LIVRAISON = "livraison"


def adresse(commande: Commande) -> str:
    """Path of an order on the desk."""
    return f"/bureau/achats/commandes/{commande.uuid}/"


def a_approuver(commande: Commande) -> list[LigneATraiter]:
    """The order waits: for the executive, and for each delegate who may sign that amount."""
    nombre = commande.lignes.count()
    commun: dict[str, Any] = {
        "service": SERVICE,
        "uuid": str(commande.uuid),
        "titre": f"Commande\u00a0: {commande.lot.intitule}, {pluriel(nombre, 'article')}, {euros(commande.total_ttc)} TTC",
        "url": adresse(commande),
        "theme": SERVICE,
        "action": "Approuver",
    }
    lignes = [LigneATraiter(kind=A_APPROUVER, roles=(Role.MAIRE, Role.PRESIDENT), **commun)]
    for signataire in qui_signe(Domaine.COMMANDES, commande.total_ht, timezone.localdate()):
        if signataire.arrete:
            lignes.append(
                LigneATraiter(
                    kind=f"{A_APPROUVER}.{signataire.user_id}", user_id=signataire.user_id, **commun
                )
            )
    return lignes


def livraison(commande: Commande) -> LigneEcheance | None:
    """The delivery awaited."""
    if commande.livraison_prevue is None:
        return None
    return LigneEcheance(
        service=SERVICE,
        uuid=str(commande.uuid),
        kind=LIVRAISON,
        titre=f"Livraison attendue\u00a0: {commande.lot.intitule}",
        url=adresse(commande),
        le=commande.livraison_prevue,
        motif=f"Commande {commande.numero}",
        theme=SERVICE,
    )


def lignes(portee: Portee) -> Iterator[Ligne]:
    """Every open line of the collectivité in scope."""
    for commande in Commande.objects.filter(etat=EtatCommande.DEMANDE).select_related("lot"):
        yield from a_approuver(commande)
    attendues = Commande.objects.filter(etat__in=[EtatCommande.EMIS, EtatCommande.LIVRE_PARTIEL])
    for commande in attendues.select_related("lot"):
        ligne = livraison(commande)
        if ligne is not None:
            yield ligne
