"""Opening hours of a counter: open now, until when, next opening. Pure functions.

Shape (``membres.Vitrine.horaires``): {"lundi": [["08:30", "12:00"], …], …}, Paris time; a missing day is closed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from syndicat.web.francais import JOURS, PARIS, heure


@dataclass(frozen=True, slots=True)
class JourOuvert:
    """A day as written on the page."""

    nom: str
    texte: str
    aujourd_hui: bool


@dataclass(frozen=True, slots=True)
class Ouverture:
    """Now: ``titre`` « La mairie est ouverte », ``texte`` « Ouvert jusqu’à 17 h »."""

    ouvert: bool
    texte: str


def _plages(horaires: Mapping[str, Sequence[Sequence[str]]], jour: date) -> list[tuple[time, time]]:
    trouvees = []
    for plage in horaires.get(JOURS[jour.weekday()], ()):
        try:
            debut, fin = (time.fromisoformat(h) for h in plage)
        except ValueError:
            continue
        if debut < fin:
            trouvees.append((debut, fin))
    return sorted(trouvees)


def dire_plages(plages: Sequence[tuple[time, time]]) -> str:
    """« 8 h 30 – 12 h et 13 h 30 – 17 h », « Fermé »."""
    return " et ".join(f"{heure(d)} – {heure(f)}" for d, f in plages) or "Fermé"


def ouverture(horaires: Mapping[str, Sequence[Sequence[str]]], maintenant: datetime) -> Ouverture | None:
    """Open or not at this instant, in words; None when no hours are known."""
    if not any(horaires.values()):
        return None
    local = maintenant.astimezone(PARIS)
    instant = local.time()
    for debut, fin in _plages(horaires, local.date()):
        if debut <= instant < fin:
            return Ouverture(True, f"Ouvert jusqu’à {heure(fin)}")
        if instant < debut:
            return Ouverture(False, f"Ouvre à {heure(debut)}")
    for ecart in range(1, 8):
        jour = local.date() + timedelta(days=ecart)
        plages = _plages(horaires, jour)
        if plages:
            quand = "demain" if ecart == 1 else JOURS[jour.weekday()]
            return Ouverture(False, f"Ouvre {quand} à {heure(plages[0][0])}")
    return None


def semaine(
    horaires: Mapping[str, Sequence[Sequence[str]]], maintenant: datetime, jours: int = 7
) -> list[JourOuvert]:
    """From today, ``jours`` days with their hours."""
    local = maintenant.astimezone(PARIS).date()
    trouves = []
    for ecart in range(jours):
        jour = local + timedelta(days=ecart)
        nom = JOURS[jour.weekday()]
        libelle = f"Aujourd’hui, {nom}" if ecart == 0 else nom.capitalize()
        trouves.append(JourOuvert(libelle, dire_plages(_plages(horaires, jour)), ecart == 0))
    return trouves


def telephone(numero: str) -> str:
    """Written by pairs with spaces that do not break."""
    chiffres = "".join(c for c in numero if c.isdigit())
    if len(chiffres) != 10:
        return numero
    return "\u00a0".join(chiffres[i : i + 2] for i in range(0, 10, 2))
