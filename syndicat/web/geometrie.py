"""Flat geometry of the maps the server draws: from degrees to a drawing, and back. Pure functions."""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

KM_PAR_DEGRE = 111.32


@dataclass(frozen=True, slots=True)
class Emprise:
    """West, south, east, north, in degrees (WGS 84)."""

    ouest: float
    sud: float
    est: float
    nord: float

    def agrandie(self, part: float) -> "Emprise":
        """The same, larger by a share of its size on each side."""
        dx, dy = (self.est - self.ouest) * part, (self.nord - self.sud) * part
        return Emprise(self.ouest - dx, self.sud - dy, self.est + dx, self.nord + dy)

    def contient(self, longitude: float, latitude: float) -> bool:
        return self.ouest <= longitude <= self.est and self.sud <= latitude <= self.nord

    @property
    def centre(self) -> tuple[float, float]:
        return (self.ouest + self.est) / 2, (self.sud + self.nord) / 2

    @classmethod
    def autour(cls, longitude: float, latitude: float, km: float = 2.5) -> "Emprise":
        """A square around a centre, when nothing better is known."""
        dy = km / KM_PAR_DEGRE
        dx = dy / math.cos(math.radians(latitude))
        return cls(longitude - dx, latitude - dy, longitude + dx, latitude + dy)


@dataclass(frozen=True, slots=True)
class Projection:
    """Equirectangular at the middle latitude: true to the eye over a département. Units of the drawing."""

    emprise: Emprise
    largeur: float
    hauteur: float

    @property
    def _cos(self) -> float:
        return math.cos(math.radians(self.emprise.centre[1]))

    @property
    def echelle(self) -> float:
        """Units of the drawing for a degree of latitude (whole extent visible)."""
        e = self.emprise
        return min(
            self.largeur / ((e.est - e.ouest) * self._cos or 1e-9), self.hauteur / ((e.nord - e.sud) or 1e-9)
        )

    def point(self, longitude: float, latitude: float) -> tuple[float, float]:
        """Place in the drawing, y downwards."""
        cx, cy = self.emprise.centre
        k = self.echelle
        return self.largeur / 2 + (longitude - cx) * self._cos * k, self.hauteur / 2 - (latitude - cy) * k

    def km(self, km: float) -> float:
        """Length in the drawing."""
        return km / KM_PAR_DEGRE * self.echelle


def anneaux(geometrie: Mapping[str, Any]) -> Iterator[Sequence[Sequence[float]]]:
    """Rings of a GeoJSON Polygon or MultiPolygon."""
    genre, coords = geometrie.get("type"), geometrie.get("coordinates", [])
    polygones: Iterable[Any] = [coords] if genre == "Polygon" else coords if genre == "MultiPolygon" else []
    for polygone in polygones:
        yield from polygone


def chemin(geometrie: Mapping[str, Any], projection: Projection, decimales: int = 1, pas: float = 1.0) -> str:
    """The ``d`` of an SVG path, points closer than ``pas`` units dropped."""
    morceaux = []
    for anneau in anneaux(geometrie):
        points: list[tuple[float, float]] = []
        for lon, lat, *_ in anneau:
            x, y = projection.point(lon, lat)
            if not points or abs(x - points[-1][0]) + abs(y - points[-1][1]) >= pas:
                points.append((round(x, decimales), round(y, decimales)))
        if len(points) > 2:
            morceaux.append("M" + "L".join(f"{x:g} {y:g}" for x, y in points) + "z")
    return "".join(morceaux)


def emprise_de(geometrie: Mapping[str, Any]) -> Emprise | None:
    """Bounding box of a GeoJSON geometry, or None when it is empty."""
    points = [(p[0], p[1]) for anneau in anneaux(geometrie) for p in anneau]
    if not points:
        return None
    xs, ys = [p[0] for p in points], [p[1] for p in points]
    return Emprise(min(xs), min(ys), max(xs), max(ys))
