"""Facts of the legal pages: who publishes, what is processed, what the accessibility statement says."""

from dataclasses import dataclass
from typing import Any

from syndicat.conventions.porte import Ouverture, ouvertures
from syndicat.membres.enums import Nature
from syndicat.membres.models import Collectivite
from syndicat.socle.contexte import Portee
from syndicat.socle.manifest import Traitement, manifests
from syndicat.web.vitrines import vitrine_de


@dataclass(frozen=True, slots=True)
class TraitementDit:
    """A processing in the words of the page."""

    service: str
    traitement: Traitement
    conservation: str


def duree(jours: int) -> str:
    """A retention in words: 365 → « un an », 90 → « trois mois »."""
    if jours <= 0:
        return "le temps du traitement"
    annees, reste = divmod(jours, 365)
    if annees and reste <= 5:
        return "un an" if annees == 1 else f"{annees} ans"
    mois, reste = divmod(jours, 30)
    if mois and reste <= 2:
        return "un mois" if mois == 1 else f"{mois} mois"
    return "un jour" if jours == 1 else f"{jours} jours"


def traitements(portee: Portee) -> dict[str, Any]:
    """The register's public side: every processing of the core and of the services open here."""
    ouverts = None if portee.est_syndicat else {c for c, e in ouvertures().items() if e != Ouverture.FERME}
    dits = [
        TraitementDit(m.label, t, duree(t.conservation_jours))
        for m in manifests()
        for t in m.traitements
        if not m.service or ouverts is None or m.code in ouverts
    ]
    return {"traitements": dits, **editeur(portee)}


QUALITES = {Nature.COMMUNE: "maire", Nature.DEPARTEMENT: "président du conseil départemental"}


def editeur(portee: Portee) -> dict[str, Any]:
    """Publisher of the portal: the collectivité, represented by its executive."""
    collectivite = Collectivite.objects.get(pk=portee.collectivite_id)
    return {
        "collectivite": collectivite,
        "vitrine_l": vitrine_de(portee),
        "directeur": QUALITES.get(Nature(collectivite.nature), "président"),
    }


def accessibilite(portee: Portee) -> dict[str, Any]:
    """The statement. No audit is recorded yet: the site says « non conforme », whatever automatic tools find.

    RGAA 4.1, « déclaration d’accessibilité »: an automatic test is not an audit; a statement holds three years.
    """
    return {"etat": "non conforme", "audit": None, **editeur(portee)}
