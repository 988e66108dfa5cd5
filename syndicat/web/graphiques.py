"""Geometry of the figures drawn by the server: sparkline, bars, share of a bar. No colour, no HTML: templates draw."""

from collections.abc import Sequence
from dataclasses import dataclass

from syndicat.web.francais import nombre


@dataclass(frozen=True, slots=True)
class Courbe:
    """A sparkline in a box of 84 × 26: the line, the area below it, the last point."""

    trait: str
    aire: str
    fin_x: str
    fin_y: str


def courbe(valeurs: Sequence[float]) -> Courbe | None:
    """The sparkline of at least two values, or None (a curve of one point says nothing)."""
    if len(valeurs) < 2:
        return None
    bas, haut = min(valeurs), max(valeurs)
    etendue = (haut - bas) or 1.0
    pas = 84 / (len(valeurs) - 1)
    milieu = 13.0 if haut == bas else None
    points = [(i * pas, milieu or 23 - 20 * (v - bas) / etendue) for i, v in enumerate(valeurs)]
    ligne = " ".join(f"{x:.1f} {y:.1f}" for x, y in points)
    x, y = points[-1]
    return Courbe(trait=f"M{ligne}", aire=f"M0 26L{ligne} 84 26Z", fin_x=f"{x:.1f}", fin_y=f"{y:.1f}")


@dataclass(frozen=True, slots=True)
class Barre:
    """One bar of a chart; positions in the chart's own box."""

    nom: str
    texte: str
    x: float
    y: float
    hauteur: float
    largeur: float
    milieu: float
    etiquette_y: float
    marquee: bool
    derniere: bool


@dataclass(frozen=True, slots=True)
class Barres:
    """A bar chart: its box, its bars, and what it says to who does not see it."""

    largeur: int
    barres: tuple[Barre, ...]
    resume: str


HAUT, PIED = 27.0, 150.0


def barres(donnees: Sequence[tuple[str, float]], *, unite: str = "", decimales: int | None = None) -> Barres:
    """Vertical bars from zero. First, last, highest and lowest carry their value; the table says all of them."""
    if not donnees:
        return Barres(largeur=120, barres=(), resume="Aucune donnée.")
    sommet = max((v for _, v in donnees), default=0) or 1.0
    pas = 48.0
    valeurs = [v for _, v in donnees]
    marques = {0, len(valeurs) - 1, valeurs.index(max(valeurs))}
    faites = []
    for i, (nom, v) in enumerate(donnees):
        h = max(0.0, (PIED - HAUT) * v / sommet)
        texte = nombre(v, decimales) + (f"\u00a0{unite}" if unite else "")
        x = 4 + i * pas
        faites.append(
            Barre(
                nom=nom, texte=texte, x=round(x, 1), y=round(PIED - h, 1), hauteur=round(h, 1), largeur=34.0,
                milieu=round(x + 17, 1), etiquette_y=round(PIED - h - 8, 1), marquee=i in marques, derniere=i == len(valeurs) - 1,
            )
        )  # fmt: skip
    resume = f"de {faites[0].texte} ({faites[0].nom}) à {faites[-1].texte} ({faites[-1].nom})"
    return Barres(largeur=int(4 + len(donnees) * pas), barres=tuple(faites), resume=resume)
