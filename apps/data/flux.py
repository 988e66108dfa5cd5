"""Feeds declared by the themes' manifests, and the one this theme owns: the members of the syndicate."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.module_loading import import_string

from syndicat.membres.enums import EtatMembre
from syndicat.membres.models import Collectivite, Rattachement
from syndicat.socle.contexte import Portee
from syndicat.socle.manifest import Flux, manifests


@dataclass(frozen=True, slots=True)
class FluxDeclare:
    """A feed and the theme that declares it; ``code`` is ``<theme>.<feed>``."""

    theme: str
    flux: Flux

    @property
    def code(self) -> str:
        code = self.flux.code
        return code if code.startswith(f"{self.theme}.") else f"{self.theme}.{code}"

    def colonnes(self) -> list[list[str]]:
        """[[name, type, sentence], …]."""
        phrases = dict(self.flux.libelles)
        return [[nom, genre, phrases.get(nom, "")] for nom, genre in self.flux.colonnes]

    def lignes(self, portee: Portee) -> Iterator[dict[str, Any]]:
        """Rows of the collectivité in scope, from the theme."""
        trouvees: Iterator[dict[str, Any]] = import_string(self.flux.lignes)(portee)
        return trouvees


def declares() -> list[FluxDeclare]:
    """Every feed of the platform."""
    return [FluxDeclare(m.code, f) for m in manifests() for f in m.flux]


def declares_pour(portee: Portee) -> list[FluxDeclare]:
    """The feeds a collectivité may publish."""
    voulus = {"tous", "syndicat" if portee.est_syndicat else "membre"}
    return [d for d in declares() if d.flux.hote in voulus]


def trouver(code: str) -> FluxDeclare:
    """A feed by its code; LookupError."""
    for declare in declares():
        if declare.code == code:
            return declare
    raise LookupError(f"Aucun thème ne déclare le flux «\u00a0{code}\u00a0».")


def membres(portee: Portee) -> Iterator[dict[str, Any]]:
    """Rows of the feed « membres »: every collectivité of the registry in force, with its EPCI."""
    aujourdhui = date.today()  # noqa: DTZ011 - memberships are civil dates
    epci = dict(
        Rattachement.objects.filter(Rattachement.au(aujourdhui), genre="epci").values_list(
            "membre_id", "groupement__siren"
        )
    )
    lignes = Collectivite.objects.exclude(etat__in=[EtatMembre.FUSIONNEE, EtatMembre.ARCHIVEE])
    for c in lignes.order_by("nature", "nom_tri"):
        yield {
            "siren": c.siren,
            "code_insee": c.code_insee,
            "nom": c.nom,
            "nature": c.get_nature_display(),
            "population_municipale": c.population_municipale or None,
            "population_millesime": c.population_millesime or None,
            "codes_postaux": " ".join(c.codes_postaux),
            "siren_epci": epci.get(c.pk),
            "adherent_statutaire": c.adherent_statutaire,
            "sur_la_plateforme": c.etat != EtatMembre.REGISTRE,
            "longitude": c.longitude,
            "latitude": c.latitude,
        }
