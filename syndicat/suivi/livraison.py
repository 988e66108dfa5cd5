"""Delivering the outbox: at least once, in order for each object and consumer, one transaction a delivery.

The consumer's writes and the mark « livrée » commit together, in the fact's collectivité: killed in between, the delivery
is simply due again. A failure is tried again later and later (10 s, 40 s, … about ten hours in all), then left in sight
as « abandonnée ». Several sweeps may run at once: a row being delivered is skipped by the others.
"""

import logging
import time
from datetime import timedelta

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, QuerySet
from django.utils import timezone

from syndicat.comptes.acteur import Acteur
from syndicat.journal import consigner
from syndicat.socle import contexte
from syndicat.suivi.faits import fonction_de, relire
from syndicat.suivi.models import ATraiter, EtatLivraison, FaitPublie, Livraison

ACTE_LIVRER = contexte.declarer_acte(
    "suivi.livrer", "Livrer les faits d’un thème à un autre, membre par membre"
)
ACTE_MENAGE = contexte.declarer_acte("suivi.menage", "Effacer les faits livrés et les décisions anciennes")
ESSAIS = 8
CONSERVATION = 90
_DELAI_MAX = 6 * 3600
journal = logging.getLogger(__name__)


def attente(essais: int) -> timedelta:
    """Time before the next try, after ``essais`` failures."""
    return timedelta(seconds=min(10 * 4 ** max(0, essais - 1), _DELAI_MAX))


def _dues() -> QuerySet[Livraison]:
    """Deliveries due now, none of which waits behind an earlier one of the same object for the same consumer."""
    plus_tot = Livraison.objects.filter(
        consommateur=OuterRef("consommateur"),
        collectivite=OuterRef("collectivite"),
        objet=OuterRef("objet"),
        etat=EtatLivraison.A_LIVRER,
        pk__lt=OuterRef("pk"),
    )
    return Livraison.objects.filter(
        ~Exists(plus_tot), etat=EtatLivraison.A_LIVRER, prochain_essai__lte=timezone.now()
    ).order_by("prochain_essai", "pk")


def _reserver() -> Livraison | None:
    """Lock the next delivery, with its fact; rows that another sweep holds are skipped."""
    with contexte.transverse(ACTE_LIVRER):
        return _dues().select_related("fait").select_for_update(skip_locked=True, of=("self",)).first()


def livrer_une() -> bool:
    """Deliver the next one due; False when nothing is due. A consumer's failure is noted, never raised."""
    reservee: Livraison | None = None
    try:
        with transaction.atomic():
            reservee = _reserver()
            if reservee is None:
                return False
            with contexte.dans(reservee.collectivite_id or 0):
                fait = relire(reservee.fait.code, reservee.fait.contenu)
                fonction_de(reservee.consommateur)(fait, cle=str(reservee.fait.cle))
                Livraison.objects.filter(pk=reservee.pk).update(
                    etat=EtatLivraison.LIVREE, livree_le=timezone.now(), erreur=""
                )
    except Exception as panne:
        if reservee is None:
            raise
        _noter_echec(reservee, panne)
    return True


def _noter_echec(livraison: Livraison, panne: Exception) -> None:
    """Later, or never again. The kind of failure is kept, not its message: it might name someone."""
    essais = livraison.essais + 1
    abandon = essais >= ESSAIS
    journal.error(
        "Fait %s non livré à %s (essai %s) : %s",
        livraison.fait_id, livraison.consommateur, essais, type(panne).__name__, exc_info=panne,
    )  # fmt: skip
    with contexte.transverse(ACTE_LIVRER):
        Livraison.objects.filter(pk=livraison.pk, etat=EtatLivraison.A_LIVRER).update(
            essais=essais,
            prochain_essai=timezone.now() + attente(essais),
            etat=EtatLivraison.ABANDONNEE if abandon else EtatLivraison.A_LIVRER,
            erreur=f"{type(panne).__module__}.{type(panne).__name__}"[:300],
        )


def livrer(*, secondes: float = 45.0) -> int:
    """Deliver what is due, for at most ``secondes``; answers how many deliveries were tried."""
    fin = time.monotonic() + secondes
    nombre = 0
    while time.monotonic() < fin and livrer_une():
        nombre += 1
    return nombre


def compter_par_etat() -> dict[str, int]:
    """Deliveries of every member by state: for the syndicate's page and the metrics."""
    with contexte.transverse(ACTE_LIVRER):
        lignes = Livraison.objects.values("etat").annotate(nombre=Count("pk")).values_list("etat", "nombre")
        return {**dict.fromkeys(EtatLivraison.values, 0), **dict(lignes)}


def abandonnees(limite: int = 200) -> list[Livraison]:
    """Dead letters of every member, the latest first."""
    with contexte.transverse(ACTE_LIVRER):
        lignes = Livraison.objects.filter(etat=EtatLivraison.ABANDONNEE)
        return list(lignes.select_related("fait", "collectivite").order_by("-pk")[:limite])


@transaction.atomic
def relancer(*, by: Acteur, livraison_id: int | None = None) -> int:
    """Give dead letters (one, or all) their tries again; answers how many."""
    with contexte.transverse(ACTE_LIVRER):
        lignes = Livraison.objects.filter(etat=EtatLivraison.ABANDONNEE)
        if livraison_id is not None:
            lignes = lignes.filter(pk=livraison_id)
        nombre = lignes.update(etat=EtatLivraison.A_LIVRER, essais=0, prochain_essai=timezone.now())
        if nombre:
            consigner("suivi.livraison.relancee", by=by, detail={"nombre": nombre})
    return nombre


def menage() -> int:
    """Erase facts delivered and decisions closed for ninety days; dead letters stay."""
    limite = timezone.now() - timedelta(days=CONSERVATION)
    with contexte.transverse(ACTE_MENAGE):
        restent = Livraison.objects.filter(fait=OuterRef("pk")).exclude(etat=EtatLivraison.LIVREE)
        faits = FaitPublie.objects.filter(~Exists(restent), publie_le__lt=limite).delete()[0]
        clos = ATraiter.objects.filter(clos_le__lt=limite).delete()[0]
    return faits + clos
