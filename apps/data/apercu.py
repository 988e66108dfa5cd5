"""What a person sees first of a data set: a chart and a few rows. Figures come from SQL."""

from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.db.models import Count, QuerySet
from django.db.models.fields.json import KeyTextTransform

from apps.data.commun.models import JeuDeDonnees, Ligne
from syndicat.web.francais import accorde, nombre

NB_LIGNES = 12
NB_BARRES = 6
DUREE = 3600


@dataclass(frozen=True, slots=True)
class Figure:
    """A bar chart: title and (name, value) pairs."""

    titre: str
    colonne: str
    barres: list[tuple[str, float]]

    @property
    def maximum(self) -> float:
        """Length of the longest bar."""
        return max((n for _, n in self.barres), default=1.0)


@dataclass(frozen=True, slots=True)
class Apercu:
    """First look at a data set."""

    entetes: list[tuple[str, str, bool]]
    lignes: list[list[tuple[str, bool]]]
    figure: Figure | None = None
    reste: int = 0


def en_mots(nom: str) -> str:
    """``date_cloture`` → « Date cloture »."""
    return nom.replace("_", " ").strip().capitalize()


def cellule(valeur: Any) -> str:
    """A value as a person reads it."""
    if valeur is None:
        return "—"
    if valeur is True:
        return "oui"
    if valeur is False:
        return "non"
    if isinstance(valeur, float):
        return f"{valeur:.5f}".rstrip("0").rstrip(".").replace(".", ",")
    return str(valeur)


def _categorie(jeu: JeuDeDonnees, lignes: QuerySet[Ligne]) -> Figure | None:
    """Counts by the first text column that has between 2 and 12 values: what can be drawn and read."""
    for rang, (nom, genre, *_) in enumerate(jeu.colonnes):
        if genre != "string":
            continue
        comptes = list(
            lignes.annotate(v=KeyTextTransform(rang, "valeurs"))
            .values("v")
            .annotate(n=Count("pk"))
            .order_by("-n", "v")
            .values_list("v", "n")[:13]
        )
        if not 2 <= len(comptes) <= 12 or (len(comptes) == jeu.nb_lignes):
            continue
        tete = [(v or "Non précisé", float(n)) for v, n in comptes[:NB_BARRES]]
        reste = sum(n for _, n in comptes[NB_BARRES:])
        barres = [*tete, ("Autres", float(reste))] if reste else tete
        return Figure(
            f"{nombre(jeu.nb_lignes)} {accorde(jeu.nb_lignes, 'ligne')} par «\u00a0{en_mots(nom).lower()}\u00a0»",
            en_mots(nom),
            barres,
        )
    return None


def _figure(jeu: JeuDeDonnees, lignes: QuerySet[Ligne]) -> Figure | None:
    cle = f"data:figure:{jeu.uuid}:{jeu.version}"
    connue: Figure | str | None = cache.get(cle)
    if connue is None:
        connue = _categorie(jeu, lignes) or "rien"
        cache.set(cle, connue, DUREE)
    return None if isinstance(connue, str) else connue


def apercu_de(jeu: JeuDeDonnees) -> Apercu:
    """Two queries; the chart is kept an hour a version."""
    lignes = Ligne.objects.filter(jeu=jeu, version=jeu.version)
    premieres = list(lignes.order_by("rang").values_list("valeurs", flat=True)[:NB_LIGNES])
    return Apercu(
        entetes=[
            (en_mots(c[0]), c[2] if len(c) > 2 else "", c[1] in ("integer", "number")) for c in jeu.colonnes
        ],
        lignes=[
            [(cellule(v), isinstance(v, int | float) and not isinstance(v, bool)) for v in valeurs]
            for valeurs in premieres
        ],
        figure=_figure(jeu, lignes) if jeu.nb_lignes else None,
        reste=max(0, jeu.nb_lignes - NB_LIGNES),
    )
