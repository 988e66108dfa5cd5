"""Boundaries of communes from IGN Admin Express (Licence Ouverte): read from GeoJSON, simplified, stored."""

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import urlopen

from django.db import transaction

from syndicat.membres import annuaire
from syndicat.membres.models import Collectivite, Contour

Point = tuple[float, float]
TOLERANCE_M = 15.0
TAILLE_MAX = 300 * 1024 * 1024
_CODES = ("code", "code_insee", "insee_com", "INSEE_COM", "CODE_INSEE")
_M_PAR_DEGRE = 111_320.0


class ContoursIllisibles(ValueError):
    """The file is not a GeoJSON collection of communes."""


@dataclass(frozen=True)
class Import:
    """``inconnues``: communes of the file that are not in the registry."""

    lues: int
    ecrites: int
    inconnues: int


def simplifier(anneau: list[Point], tolerance_m: float = TOLERANCE_M) -> list[Point]:
    """Douglas–Peucker on a closed ring (first point repeated at the end), tolerance in metres; at least a triangle."""
    if len(anneau) < 5:
        return anneau
    sommet = max(range(len(anneau)), key=lambda i: math.dist(anneau[0], anneau[i]))
    echelle = math.cos(math.radians(anneau[0][1]))
    garde = {0, sommet, len(anneau) - 1}
    pile = [(0, sommet), (sommet, len(anneau) - 1)]
    while pile:
        debut, fin = pile.pop()
        loin, ou = 0.0, -1
        for i in range(debut + 1, fin):
            ecart = _distance_m(anneau[i], anneau[debut], anneau[fin], echelle)
            if ecart > loin:
                loin, ou = ecart, i
        if loin > tolerance_m:
            garde.add(ou)
            pile += [(debut, ou), (ou, fin)]
    reduit = [anneau[i] for i in sorted(garde)]
    return reduit if len(reduit) >= 4 else anneau


def _distance_m(p: Point, a: Point, b: Point, echelle: float) -> float:
    """From a point to a segment, in metres, on a plane tangent there."""
    px, py = (p[0] - a[0]) * echelle, p[1] - a[1]
    bx, by = (b[0] - a[0]) * echelle, b[1] - a[1]
    carre = bx * bx + by * by
    t = min(1.0, max(0.0, (px * bx + py * by) / carre)) if carre else 0.0
    return math.hypot(px - t * bx, py - t * by) * _M_PAR_DEGRE


def lire(source: str) -> dict[str, Any]:
    """GeoJSON of a file or of an https address. Raises :class:`ContoursIllisibles`, OSError."""
    parties = urlsplit(source)
    if parties.scheme in ("http", "https"):
        if parties.scheme != "https":
            raise ContoursIllisibles("L’adresse doit commencer par https://.")
        with urlopen(source, timeout=60) as reponse:  # noqa: S310 - https only, said just above
            brut = reponse.read(TAILLE_MAX + 1)
    else:
        brut = Path(source).read_bytes()
    if len(brut) > TAILLE_MAX:
        raise ContoursIllisibles("Le fichier dépasse 300 Mo.")
    try:
        doc = json.loads(brut)
    except ValueError as exc:
        raise ContoursIllisibles("Ce n’est pas du JSON.") from exc
    if not isinstance(doc, dict) or not isinstance(doc.get("features"), list):
        raise ContoursIllisibles("Ce n’est pas une collection GeoJSON (« FeatureCollection »).")
    return doc


def _geometrie(brute: Any) -> dict[str, Any] | None:
    """A simplified Polygon or MultiPolygon with five decimals (one metre); None for anything else."""
    genre = brute.get("type") if isinstance(brute, dict) else None
    if genre not in ("Polygon", "MultiPolygon"):
        return None
    polygones = [brute["coordinates"]] if genre == "Polygon" else brute["coordinates"]
    propres = [
        [
            [[round(x, 5), round(y, 5)] for x, y in simplifier([(float(p[0]), float(p[1])) for p in anneau])]
            for anneau in polygone
        ]
        for polygone in polygones
    ]
    return {"type": genre, "coordinates": propres[0] if genre == "Polygon" else propres}


def _communes(doc: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for element in doc["features"]:
        proprietes = element.get("properties") or {}
        code = next((str(proprietes[c]) for c in _CODES if proprietes.get(c)), "")
        geometrie = _geometrie(element.get("geometry"))
        if code and geometrie is not None:
            yield code, geometrie


def bornes(geometrie: dict[str, Any]) -> list[float]:
    """West, south, east, north in degrees."""
    anneaux = (
        geometrie["coordinates"]
        if geometrie["type"] == "Polygon"
        else [a for polygone in geometrie["coordinates"] for a in polygone]
    )
    points = [p for anneau in anneaux for p in anneau]
    return [
        min(x for x, _ in points),
        min(y for _, y in points),
        max(x for x, _ in points),
        max(y for _, y in points),
    ]


@transaction.atomic
def importer(source: str, *, mention: str = "IGN Admin Express, Licence Ouverte 2.0") -> Import:
    """Store or refresh the boundary and extent of each commune of the registry found in ``source``. Idempotent."""
    doc = lire(source)
    connues = {
        c.code_insee: c for c in Collectivite.objects.exclude(code_insee=None).only("code_insee", "emprise")
    }
    lues = ecrites = inconnues = 0
    presents = dict(Contour.objects.values_list("collectivite_id", "geometrie"))
    for code, geometrie in _communes(doc):
        lues += 1
        commune = connues.get(code)
        if commune is None:
            inconnues += 1
        elif presents.get(commune.pk) != geometrie:
            Contour.objects.update_or_create(
                collectivite=commune, defaults={"geometrie": geometrie, "source": mention}
            )
            Collectivite.objects.filter(pk=commune.pk).update(emprise=bornes(geometrie))
            ecrites += 1
    if not lues:
        raise ContoursIllisibles("Aucune commune reconnue : il faut un code INSEE par contour.")
    if ecrites:
        annuaire.invalider()
    return Import(lues, ecrites, inconnues)
