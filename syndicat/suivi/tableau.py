"""The syndicate's board over all its members: five queries, whatever their number."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from django.core.exceptions import PermissionDenied
from django.db.models import Count, Min, Q, Sum
from django.db.models.functions import Coalesce

from syndicat.comptes.acteur import Acteur
from syndicat.journal import consigner
from syndicat.membres.models import Collectivite
from syndicat.socle import contexte
from syndicat.suivi.models import ATraiter, Echeance, Indicateur
from syndicat.suivi.service import aujourd_hui

ACTE_TABLEAU = contexte.declarer_acte(
    "suivi.tableau", "Lire les compteurs de tous les membres pour le tableau de bord du syndicat"
)


@dataclass(slots=True)
class LigneTableau:
    """One member: counts of today, figures summed over the period. No personal data."""

    collectivite_id: int
    nom: str
    slug: str
    nature: str
    etat: str
    population: int
    a_traiter: int = 0
    en_retard: int = 0
    echeances: int = 0
    prochaine: date | None = None
    indicateurs: dict[tuple[str, str], Decimal] = field(default_factory=dict)


def tableau(*, by: Acteur, codes: Sequence[tuple[str, str]] = (), jours: int = 30) -> list[LigneTableau]:
    """Every onboarded member, by name. ``codes``: (service, code) of the figures wanted over the last ``jours`` days.

    For the syndicate only (PermissionDenied otherwise); journaled when a person asks.
    """
    if by.genre != "systeme":
        if not by.est_du_syndicat:
            raise PermissionDenied("suivi.tableau")
        consigner("suivi.tableau.consulte", by=by, droit="suivi.tableau", detail={"jours": jours})
    jour = aujourd_hui()
    lignes = {
        c.pk: LigneTableau(c.pk, c.nom, c.slug, c.nature, c.etat, c.population_totale)
        for c in Collectivite.objects.embarquees().order_by("nom_tri")
    }
    with contexte.transverse(ACTE_TABLEAU):
        ouverts = (
            ATraiter.objects.filter(clos_le__isnull=True)
            .values("collectivite_id")
            .annotate(total=Count("pk"), retard=Count("pk", filter=Q(echeance__lt=jour)))
        )
        for ligne in ouverts:
            if trouve := lignes.get(ligne["collectivite_id"]):
                trouve.a_traiter, trouve.en_retard = ligne["total"], ligne["retard"]
        proches = (
            Echeance.objects.filter(le__lte=jour + timedelta(days=30))
            .values("collectivite_id")
            .annotate(total=Count("pk"), prochaine=Min("le", filter=Q(le__gte=jour)))
        )
        for ligne in proches:
            if trouve := lignes.get(ligne["collectivite_id"]):
                trouve.echeances, trouve.prochaine = ligne["total"], ligne["prochaine"]
        _ajouter_les_indicateurs(lignes, codes, jour - timedelta(days=jours))
    return list(lignes.values())


def _ajouter_les_indicateurs(
    lignes: dict[int, LigneTableau], codes: Sequence[tuple[str, str]], apres: date
) -> None:
    if not codes:
        return
    voulus = Q(pk__in=[])
    for service, code in codes:
        voulus |= Q(service=service, code=code)
    sommes = (
        Indicateur.objects.filter(voulus, jour__gt=apres)
        .values_list("collectivite_id", "service", "code")
        .annotate(somme=Coalesce(Sum("valeur"), Decimal(0)))
    )
    for collectivite_id, service, code, somme in sommes:
        if trouve := lignes.get(collectivite_id):
            trouve.indicateurs[service, code] = somme
