"""Open data: anonymised reports. No word of anyone, a coarse position, a month; rare cells lose their position."""

from collections.abc import Iterator
from typing import Any

from apps.grc import regles
from apps.grc.enums import Etat
from apps.grc.models import Signalement
from syndicat.socle.contexte import Portee


def _brutes() -> Iterator[dict[str, Any]]:
    lignes = (
        Signalement.objects.filter(categorie__sensible=False)
        .exclude(etat=Etat.REGROUPE)
        .order_by("pk")
        .values_list("created_at", "categorie__libelle", "etat", "canal", "clos_at", "longitude", "latitude")
    )
    for cree, categorie, etat, canal, clos, lon, lat in lignes.iterator(2000):
        longitude, latitude = regles.arrondir(lon, lat)
        yield {
            "mois": cree.astimezone(regles.PARIS).strftime("%Y-%m"),
            "categorie": categorie,
            "etat": str(Etat(etat).label),
            "canal": canal,
            "delai_jours": round(regles.duree_en_jours(cree, clos)) if clos and etat == Etat.RESOLU else None,
            "longitude": longitude,
            "latitude": latitude,
        }


def lignes(portee: Portee) -> Iterator[dict[str, Any]]:
    """Rows of the feed ``signalements`` for the collectivité in scope."""
    return regles.proteger_cellules(_brutes())
