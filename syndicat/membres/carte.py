"""A member, or the whole syndicate, drawn as SVG paths: a map that needs neither network nor JavaScript."""

import math
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.utils import timezone

from syndicat.membres.models import Collectivite, Contour, Rattachement
from syndicat.socle import contexte

LARGEUR = 1000.0
_DUREE = 3600
#: Half-sides, in degrees, of a commune whose extent is unknown (some 3 km around its centre).
_AUTOUR = (0.041, 0.027)


@dataclass(frozen=True)
class Trace:
    """``chemin`` is the ``d`` of a path; ``centre`` in the units of the drawing; ``exact`` False: a rectangle."""

    slug: str
    nom: str
    chemin: str
    centre: tuple[float, float]
    exact: bool


@dataclass(frozen=True)
class Carte:
    """``cadre`` is the viewBox. ``bornes``: west, south, east, north in degrees (WGS 84)."""

    cadre: str
    bornes: tuple[float, float, float, float]
    traces: tuple[Trace, ...]


class _Projection:
    """Equirectangular at the middle latitude: under 0.3 % of distortion over a département."""

    def __init__(self, bornes: tuple[float, float, float, float]) -> None:
        ouest, sud, est, nord = bornes
        self.ouest, self.nord = ouest, nord
        self.cos = math.cos(math.radians((sud + nord) / 2))
        self.k = LARGEUR / max((est - ouest) * self.cos, 1e-6)
        self.hauteur = max((nord - sud) * self.k, 1.0)

    def __call__(self, x: float, y: float) -> tuple[float, float]:
        return (x - self.ouest) * self.cos * self.k, (self.nord - y) * self.k


def _rectangle(commune: Collectivite) -> tuple[float, float, float, float] | None:
    if commune.emprise:
        o, s, e, n = commune.emprise
        return o, s, e, n
    if commune.longitude is None or commune.latitude is None:
        return None
    dx, dy = _AUTOUR
    return commune.longitude - dx, commune.latitude - dy, commune.longitude + dx, commune.latitude + dy


def _anneaux(commune: Collectivite, geometrie: dict[str, Any] | None) -> list[list[list[float]]]:
    if geometrie is not None:
        polygones = [geometrie["coordinates"]] if geometrie["type"] == "Polygon" else geometrie["coordinates"]
        return [anneau for polygone in polygones for anneau in polygone]
    cadre = _rectangle(commune)
    if cadre is None:
        return []
    o, s, e, n = cadre
    return [[[o, s], [e, s], [e, n], [o, n], [o, s]]]


def _dessiner(communes: list[Collectivite]) -> Carte | None:
    geometries = dict(
        Contour.objects.filter(collectivite__in=communes).values_list("collectivite_id", "geometrie")
    )
    formes = [(c, _anneaux(c, geometries.get(c.pk))) for c in communes]
    points = [p for _, anneaux in formes for anneau in anneaux for p in anneau]
    if not points:
        return None
    xs, ys = [p[0] for p in points], [p[1] for p in points]
    bornes = (min(xs), min(ys), max(xs), max(ys))
    projeter = _Projection(bornes)
    traces = []
    for commune, anneaux in formes:
        if not anneaux:
            continue
        chemin = "".join(
            "M" + "L".join(f"{x:.1f},{y:.1f}" for x, y in (projeter(*p[:2]) for p in anneau[:-1])) + "Z"
            for anneau in anneaux
        )
        plats = [p for anneau in anneaux for p in anneau]
        lon = commune.longitude if commune.longitude is not None else sum(p[0] for p in plats) / len(plats)
        lat = commune.latitude if commune.latitude is not None else sum(p[1] for p in plats) / len(plats)
        x, y = projeter(lon, lat)
        traces.append(
            Trace(commune.slug, commune.nom, chemin, (round(x, 1), round(y, 1)), commune.pk in geometries)
        )
    return Carte(f"0 0 {LARGEUR:.0f} {projeter.hauteur:.0f}", bornes, tuple(traces))


def _communes_de(collectivite: Collectivite) -> list[Collectivite]:
    """Today's communes below it: itself, an EPCI's, or everything."""
    if collectivite.nature == "commune":
        return [collectivite]
    jour = timezone.localdate()
    communes = Collectivite.objects.communes().order_by("nom_tri")
    if collectivite.est_epci:
        membres = Rattachement.objects.filter(
            Rattachement.au(jour), groupement=collectivite, genre="epci"
        ).values("membre")
        return list(communes.filter(pk__in=membres))
    return list(communes)


def de(collectivite: Collectivite) -> Carte | None:
    """The map of a collectivité: a commune alone, an EPCI by its communes, the département or the syndicate by all.

    Kept an hour; None when nothing is known of where it lies.
    """
    with contexte.hors_membre():
        empreinte = f"{collectivite.pk}:{Contour.objects.count()}:{timezone.localdate()}"
        cle = f"membres.carte:{empreinte}"
        connue: Carte | None = cache.get(cle)
        if connue is None:
            connue = _dessiner(_communes_de(collectivite))
            if connue is not None:
                cache.set(cle, connue, _DUREE)
        return connue
