"""CSV that opens rightly in a French spreadsheet: BOM, semicolons, no formula taken from the data."""

import csv
import io
from collections.abc import Iterable, Sequence

from django.http import HttpResponse

_FORMULES = ("=", "+", "-", "@", "\t", "\r")


def _sur(valeur: object) -> str:
    texte = str(valeur)
    return f"'{texte}" if texte.startswith(_FORMULES) else texte


def reponse_csv(nom: str, entetes: Sequence[str], lignes: Iterable[Sequence[object]]) -> HttpResponse:
    """A download; ``nom`` without extension, in ASCII."""
    tampon = io.StringIO()
    ecrit = csv.writer(tampon, delimiter=";", lineterminator="\r\n")
    ecrit.writerow(entetes)
    ecrit.writerows([[_sur(v) for v in ligne] for ligne in lignes])
    reponse = HttpResponse("\ufeff" + tampon.getvalue(), content_type="text/csv; charset=utf-8")
    reponse["Content-Disposition"] = f'attachment; filename="{nom}.csv"'
    reponse["Cache-Control"] = "no-store"
    return reponse
