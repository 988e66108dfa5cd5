"""Comparing the projections with what the themes say (``Manifest.suivi``), and mending them."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.module_loading import import_string

from syndicat.socle.contexte import Portee
from syndicat.socle.manifest import Manifest, manifests
from syndicat.suivi.lignes import Ligne, LigneATraiter, LigneEcheance, roles_tries
from syndicat.suivi.models import ATraiter, Echeance, Indicateur
from syndicat.suivi.service import clore_a_traiter, clore_echeance, poser_ligne

Cle = tuple[str, ...]
Valeurs = tuple[Any, ...]


@dataclass(frozen=True)
class Ecart:
    """One difference: what is stored and what the theme says (None: absent)."""

    cle: Cle
    garde: Valeurs | None
    attendu: Valeurs | None

    def __str__(self) -> str:
        return f"{' '.join(self.cle)} : gardé {self.garde}, attendu {self.attendu}"


def _decrire(ligne: Ligne) -> tuple[Cle, Valeurs]:
    if isinstance(ligne, LigneATraiter):
        return ("a_traiter", ligne.service, str(ligne.uuid), ligne.kind), (
            ligne.titre[:200], ligne.url, tuple(roles_tries(ligne.roles)), ligne.user_id, ligne.theme,
            ligne.echeance, ligne.action,
        )  # fmt: skip
    if isinstance(ligne, LigneEcheance):
        return ("echeance", ligne.service, str(ligne.uuid), ligne.kind), (
            ligne.titre[:200], ligne.url, ligne.le, ligne.motif[:200], tuple(roles_tries(ligne.roles)), ligne.theme,
        )  # fmt: skip
    return ("indicateur", ligne.service, ligne.code, ligne.jour.isoformat()), (ligne.valeur,)


def _gardees(service: str) -> dict[Cle, Valeurs]:
    """Open lines stored for a service in the collectivité in scope: three queries."""
    trouvees: dict[Cle, Valeurs] = {}
    for a in ATraiter.objects.filter(service=service, clos_le__isnull=True):
        trouvees["a_traiter", service, str(a.uuid), a.kind] = (
            a.titre, a.url, tuple(a.roles), a.user_id, a.theme, a.echeance, a.action,
        )  # fmt: skip
    for e in Echeance.objects.filter(service=service):
        trouvees["echeance", service, str(e.uuid), e.kind] = (
            e.titre,
            e.url,
            e.le,
            e.motif,
            tuple(e.roles),
            e.theme,
        )
    for i in Indicateur.objects.filter(service=service):
        trouvees["indicateur", service, i.code, i.jour.isoformat()] = (i.valeur,)
    return trouvees


def _dites(manifeste: Manifest, portee: Portee) -> dict[Cle, tuple[Valeurs, Ligne]]:
    dites: dict[Cle, tuple[Valeurs, Ligne]] = {}
    for ligne in import_string(manifeste.suivi)(portee):
        cle, valeurs = _decrire(ligne)
        dites[cle] = (valeurs, ligne)
    return dites


def _hors_sujet(cle: Cle, dites: dict[Cle, Any]) -> bool:
    """A stored figure older than all the theme can still tell (its rows were purged) is history, not a difference."""
    if cle[0] != "indicateur":
        return False
    jours = [c[3] for c in dites if c[0] == "indicateur" and c[2] == cle[2]]
    return not jours or cle[3] < min(jours)


def ecarts(manifeste: Manifest, portee: Portee) -> Iterator[tuple[Ecart, Ligne | None]]:
    """Differences of one service in the collectivité in scope, with the line to write (None: to close)."""
    dites, gardees = _dites(manifeste, portee), _gardees(manifeste.code)
    for cle in sorted(dites.keys() | gardees.keys()):
        attendu, ligne = dites.get(cle, (None, None))
        garde = gardees.get(cle)
        if attendu != garde and not (attendu is None and _hors_sujet(cle, dites)):
            yield Ecart(cle, garde, attendu), ligne


def sans_source() -> list[str]:
    """Services that wrote lines in the collectivité in scope and declare no ``Manifest.suivi`` to check them."""
    declares = {m.code for m in manifests() if m.suivi}
    ecrits: set[str] = set()
    for modele in (ATraiter, Echeance, Indicateur):
        ecrits |= set(modele.objects.values_list("service", flat=True).distinct())
    return sorted(ecrits - declares)


@transaction.atomic
def reconstruire(manifeste: Manifest, portee: Portee) -> list[Ecart]:
    """Write what the theme says, close what it no longer says; answers the differences that were there."""
    trouves = []
    for ecart, ligne in list(ecarts(manifeste, portee)):
        trouves.append(ecart)
        if ligne is not None:
            poser_ligne(ligne)
            continue
        sorte, service, quoi, detail = ecart.cle
        if sorte == "a_traiter":
            clore_a_traiter(service, quoi, detail)
        elif sorte == "echeance":
            clore_echeance(service, quoi, detail)
        else:
            Indicateur.objects.filter(service=service, code=quoi, jour=detail).delete()
    return trouves
