"""The map of a collectivité: its boundary and its neighbours' when imported, else its shipped centre and extent."""

import time
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from syndicat.membres.enums import Nature
from syndicat.membres.models import Collectivite, Contour
from syndicat.socle.contexte import Portee
from syndicat.web.geometrie import Emprise, Projection, chemin, emprise_de
from syndicat.web.tuiles import Couche, Point

LARGEUR, HAUTEUR = 640.0, 560.0
FRAICHEUR = 300.0
_memoire: dict[int, tuple[float, "Plan"]] = {}
MOSELLE = Emprise(5.89, 48.52, 7.64, 49.52)


@dataclass(frozen=True, slots=True)
class Voisin:
    """A neighbouring commune: its outline (may be empty) and where its name goes."""

    nom: str
    trait: str
    x: float
    y: float
    nomme: bool = True


@dataclass(frozen=True, slots=True)
class Repere:
    """A point in its place: ``numero`` links the map to the list beside it."""

    numero: int
    x: float
    y: float
    point: Point


@dataclass(frozen=True, slots=True)
class Plan:
    """What the templates draw. Sizes in units of a 640 × 560 drawing."""

    nom: str
    emprise: Emprise
    projection: Projection
    contour: str = ""
    cadre: tuple[float, float, float, float] = (0, 0, 0, 0)
    voisins: tuple[Voisin, ...] = ()
    verticales: tuple[float, ...] = ()
    horizontales: tuple[float, ...] = ()
    echelle_px: float = 0.0
    echelle_km: int = 1
    largeur: float = LARGEUR
    hauteur: float = HAUTEUR
    source: str = ""
    geojson: dict[str, Any] = field(default_factory=dict)
    silhouette: str = ""
    silhouette_boite: str = ""

    @property
    def echelle_fin(self) -> float:
        """Where the words of the scale begin."""
        return round(30 + self.echelle_px, 1)

    def reperes(self, points: Iterable[Point]) -> list[Repere]:
        """Points numbered in their order; those outside the drawing are left to the list alone."""
        trouves = []
        for numero, p in enumerate(points, 1):
            x, y = self.projection.point(p.longitude, p.latitude)
            if 0 <= x <= self.largeur and 0 <= y <= self.hauteur:
                trouves.append(Repere(numero, round(x, 1), round(y, 1), p))
        return trouves

    def couche(self, couche: Couche) -> list[Repere]:
        """The points of a layer."""
        return self.reperes(couche.points)


def _grille(projection: Projection) -> tuple[tuple[float, ...], tuple[float, ...]]:
    pas = projection.km(1)
    while pas < 60:
        pas *= 2
    return (
        tuple(round(i * pas + 10, 1) for i in range(int(projection.largeur / pas) + 1)),
        tuple(round(i * pas + 10, 1) for i in range(int(projection.hauteur / pas) + 1)),
    )


def _voisin(voisin: tuple[str, float, float, dict[str, object] | None], projection: Projection) -> Voisin:
    """A neighbour; its name stays inside the drawing when its centre is not far out."""
    nom, lon, lat, geometrie = voisin
    x, y = projection.point(lon, lat)
    dedans_x, dedans_y = min(max(x, 56), LARGEUR - 56), min(max(y, 24), HAUTEUR - 44)
    proche = abs(x - dedans_x) + abs(y - dedans_y) < 70
    trait = chemin(geometrie, projection) if geometrie else ""
    return Voisin(nom, trait, round(dedans_x, 1), round(dedans_y, 1), proche)


def _sans_chevauchement(voisins: list[Voisin]) -> list[Voisin]:
    """Names that would cover one already placed are not written; outlines all stay."""
    poses: list[Voisin] = []
    gardes = []
    for v in voisins:
        libre = v.nomme and all(abs(v.x - p.x) > 110 or abs(v.y - p.y) > 22 for p in poses)
        if libre:
            poses.append(v)
        gardes.append(replace(v, nomme=libre))
    return gardes


def dessiner(
    *,
    nom: str,
    emprise: Emprise,
    contour: dict[str, object] | None,
    voisins: Iterable[tuple[str, float, float, dict[str, object] | None]] = (),
    source: str = "",
) -> Plan:
    """The plan from plain facts (pure): neighbours are (name, longitude, latitude, outline or None)."""
    projection = Projection(emprise.agrandie(0.1), LARGEUR, HAUTEUR)
    gauche, haut = projection.point(emprise.ouest, emprise.nord)
    droite, bas = projection.point(emprise.est, emprise.sud)
    voisins = list(voisins)
    dessines = [_voisin(v, projection) for v in voisins]
    verticales, horizontales = _grille(projection)
    silhouette, boite = _silhouette(emprise, contour)
    km = next((k for k in (1, 2, 5, 10, 20) if projection.km(k) >= 55), 20)
    return Plan(
        nom=nom,
        emprise=emprise,
        projection=projection,
        contour=chemin(contour, projection) if contour else "",
        cadre=(round(gauche, 1), round(haut, 1), round(droite - gauche, 1), round(bas - haut, 1)),
        voisins=tuple(_sans_chevauchement(dessines)),
        verticales=verticales,
        horizontales=horizontales,
        echelle_px=round(projection.km(km), 1),
        echelle_km=km,
        source=source,
        geojson=_geojson(emprise, contour, voisins),
        silhouette=silhouette,
        silhouette_boite=boite,
    )


def _geojson(
    emprise: Emprise,
    contour: dict[str, object] | None,
    voisins: Iterable[tuple[str, float, float, dict[str, object] | None]],
) -> dict[str, Any]:
    o, s, e, n = emprise.ouest, emprise.sud, emprise.est, emprise.nord
    rectangle = {"type": "Polygon", "coordinates": [[[o, s], [e, s], [e, n], [o, n], [o, s]]]}
    entites: list[dict[str, Any]] = [
        {
            "type": "Feature",
            "properties": {"nous": True, "exact": contour is not None},
            "geometry": contour or rectangle,
        }
    ]
    entites += [
        {"type": "Feature", "properties": {"nous": False, "nom": nom, "centre": [lon, lat]}, "geometry": g}
        for nom, lon, lat, g in voisins
    ]
    return {"type": "FeatureCollection", "features": entites}


def _silhouette(emprise: Emprise, contour: dict[str, object] | None) -> tuple[str, str]:
    """The outline alone, as large as its box: the drawing behind the home page's title."""
    if not contour:
        return "", ""
    projection = Projection(emprise, 320, 500)
    gauche, haut = projection.point(emprise.ouest, emprise.nord)
    droite, bas = projection.point(emprise.est, emprise.sud)
    boite = f"{gauche - 4:.0f} {haut - 4:.0f} {droite - gauche + 8:.0f} {bas - haut + 8:.0f}"
    return chemin(contour, projection), boite


def _emprise(collectivite: Collectivite, contour: Contour | None) -> Emprise:
    exacte = emprise_de(contour.geometrie) if contour else None
    if exacte:
        return exacte
    if collectivite.emprise and len(collectivite.emprise) == 4:
        return Emprise(*collectivite.emprise)
    if collectivite.longitude is not None and collectivite.latitude is not None:
        return Emprise.autour(collectivite.longitude, collectivite.latitude)
    return MOSELLE


def plan_de(portee: Portee) -> Plan:
    """The plan of a collectivité, kept five minutes in each process (three queries)."""
    vu = _memoire.get(portee.collectivite_id)
    if vu is not None and time.monotonic() - vu[0] < FRAICHEUR:
        return vu[1]
    collectivite = Collectivite.objects.select_related("contour").get(pk=portee.collectivite_id)
    contour = getattr(collectivite, "contour", None)
    emprise = _emprise(collectivite, contour)
    large = emprise.agrandie(1.2)
    proches = (
        Collectivite.objects.filter(
            nature=Nature.COMMUNE,
            longitude__range=(large.ouest, large.est),
            latitude__range=(large.sud, large.nord),
        )
        .exclude(pk=collectivite.pk)
        .select_related("contour")[:60]
        if collectivite.nature == Nature.COMMUNE
        else []
    )
    plan = dessiner(
        nom=collectivite.nom,
        emprise=emprise,
        contour=contour.geometrie if contour else None,
        voisins=[
            (
                v.nom,
                v.longitude or 0.0,
                v.latitude or 0.0,
                v.contour.geometrie if hasattr(v, "contour") else None,
            )
            for v in proches
        ],
        source=contour.source if contour else "",
    )
    _memoire[portee.collectivite_id] = (time.monotonic(), plan)
    return plan
