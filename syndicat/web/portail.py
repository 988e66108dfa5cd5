"""What a portal shows: blocks and doors supplied by the open services, announcements, hours. Composition only."""

import logging
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from syndicat.conventions.porte import Ouverture as Acces
from syndicat.conventions.porte import ouvertures
from syndicat.socle.manifest import manifests
from syndicat.web import annonces, horaires
from syndicat.web.menu import fonction
from syndicat.web.tuiles import Bloc, Porte
from syndicat.web.vitrines import portee_de, vitrine_de

log = logging.getLogger(__name__)
ZONES = ("alerte", "demande", "large", "actualites", "agenda")


@dataclass
class Accueil:
    """The home page's parts, sorted."""

    portes: list[Porte] = field(default_factory=list)
    blocs: dict[str, list[Bloc]] = field(default_factory=lambda: {z: [] for z in ZONES})


def composer(request: HttpRequest) -> Accueil:
    """Asks every open service for its blocks and doors; one that fails is left out and logged, the page stays up."""
    portee = portee_de(request)
    etats = {} if portee.est_syndicat else ouvertures()
    accueil = Accueil()
    for manifeste in manifests():
        # Un service en extinction garde son suivi, mais n’offre plus de nouvelle porte : ses blocs en décident.
        if (
            manifeste.service
            and not portee.est_syndicat
            and etats.get(manifeste.code, Acces.FERME) == Acces.FERME
        ):
            continue
        for chemin in manifeste.blocs_portail:
            try:
                rendu = fonction(chemin)(request)
            except Exception:
                log.exception("Bloc de portail en panne : %s", chemin)
                continue
            for element in _liste(rendu):
                if isinstance(element, Porte):
                    accueil.portes.append(element)
                else:
                    accueil.blocs.setdefault(element.zone, []).append(element)
    accueil.portes.sort(key=lambda p: (p.ordre, p.titre))
    for blocs in accueil.blocs.values():
        blocs.sort(key=lambda b: b.ordre)
    return accueil


def _liste(rendu: Any) -> Iterable[Bloc | Porte]:
    if rendu is None:
        return ()
    return rendu if isinstance(rendu, list | tuple) else (rendu,)


def plier(texte: str) -> str:
    """Lower case without accents: how citizens' words are compared."""
    sans = unicodedata.normalize("NFKD", texte.replace("œ", "oe").replace("’", " ").replace("'", " "))
    return re.sub(r"\s+", " ", "".join(c for c in sans if not unicodedata.combining(c))).lower().strip()


def chercher(portes: Iterable[Porte], demande: str) -> list[Porte]:
    """Services whose words contain every word asked (four letters suffice: « lampadaires » finds « Lampadaire »)."""
    mots = [m[:-1] if len(m) > 4 and m[-1] in "sx" else m for m in plier(demande).split()]
    if not mots:
        return []
    trouves = [(p, plier(f"{p.titre} {p.phrase} {p.mots}")) for p in portes]
    return [p for p, texte in trouves if all(m in texte for m in mots)]


def contexte_horaires(request: HttpRequest, jours: int = 3) -> dict[str, Any]:
    """Hours of the counter now and in the coming days."""
    vitrine = vitrine_de(portee_de(request))
    maintenant = timezone.now()
    return {
        "ouverture": horaires.ouverture(vitrine.horaires, maintenant),
        "jours": horaires.semaine(vitrine.horaires, maintenant, jours),
        "telephone": horaires.telephone(vitrine.telephone),
    }


def contexte_annonces(request: HttpRequest) -> dict[str, Any]:
    """Alerts, news and events in force."""
    return annonces.en_cours()
