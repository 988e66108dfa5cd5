"""Bytes of the distributions: one function a format, row by row, so that size and digest are those really served."""

import csv
import io
import json
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from apps.data.regles import cellule_sure

Colonnes = Sequence[Sequence[str]]
Valeurs = Sequence[Any]
TYPES_MIME = {"csv": "text/csv; charset=utf-8", "geojson": "application/geo+json"}


def valeur_json(valeur: Any) -> Any:
    """A value as stored in the index: JSON types only, dates in ISO 8601, decimals as text kept exact."""
    if isinstance(valeur, datetime | date):
        return valeur.isoformat()
    if isinstance(valeur, Decimal):
        return str(valeur)
    if valeur is None or isinstance(valeur, str | int | float | bool):
        return valeur
    return str(valeur)


def _texte(valeur: Any) -> str:
    if valeur is None:
        return ""
    if valeur is True:
        return "true"
    if valeur is False:
        return "false"
    return cellule_sure(valeur) if isinstance(valeur, str) else str(valeur)


class EcrivainCsv:
    """CSV of RFC 4180, UTF-8, comma, header line."""

    def __init__(self, colonnes: Colonnes, geo: Sequence[str] | None = None) -> None:
        self._noms = [c[0] for c in colonnes]

    def _bloc(self, lignes: Iterable[Sequence[str]]) -> bytes:
        tampon = io.StringIO(newline="")
        csv.writer(tampon).writerows(lignes)
        return tampon.getvalue().encode()

    def debut(self) -> bytes:
        return self._bloc([self._noms])

    def lignes(self, lot: Iterable[Valeurs], *, premieres: bool) -> bytes:
        return self._bloc([_texte(v) for v in ligne] for ligne in lot)

    def fin(self) -> bytes:
        return b""


class EcrivainGeoJson:
    """FeatureCollection of RFC 7946; a row without both coordinates has a null geometry."""

    def __init__(self, colonnes: Colonnes, geo: Sequence[str] | None = None) -> None:
        self._noms = [c[0] for c in colonnes]
        self._geo = tuple(geo or ())

    def debut(self) -> bytes:
        return b'{"type":"FeatureCollection","features":['

    def lignes(self, lot: Iterable[Valeurs], *, premieres: bool) -> bytes:
        morceaux = [json.dumps(self._objet(v), ensure_ascii=False, separators=(",", ":")) for v in lot]
        if not morceaux:
            return b""
        return (("" if premieres else ",\n") + ",\n".join(morceaux)).encode()

    def fin(self) -> bytes:
        return b"]}\n"

    def _objet(self, valeurs: Valeurs) -> dict[str, Any]:
        proprietes = dict(zip(self._noms, valeurs, strict=True))
        geometrie = None
        if len(self._geo) == 2:
            point = [_nombre(proprietes.pop(nom, None)) for nom in self._geo]
            if None not in point:
                geometrie = {"type": "Point", "coordinates": point}
        return {"type": "Feature", "geometry": geometrie, "properties": proprietes}


def _nombre(valeur: Any) -> float | None:
    try:
        nombre = float(valeur)
    except (TypeError, ValueError):
        return None
    return nombre if abs(nombre) <= 180 else None


Ecrivain = EcrivainCsv | EcrivainGeoJson
ECRIVAINS: dict[str, Callable[[Colonnes, Sequence[str] | None], Ecrivain]] = {
    "csv": EcrivainCsv,
    "geojson": EcrivainGeoJson,
}


def formats_de(geo: Sequence[str] | None) -> list[str]:
    """Formats offered for a data set: GeoJSON only where rows have a place."""
    return ["csv", "geojson"] if geo else ["csv"]
