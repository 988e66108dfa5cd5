"""Who signs: the rule of delegations of signature, without database. CGCT L.2122-18 to L.2122-20, L.5211-9.

The mayor (or president) may sign everything; a delegate signs within the order's scope, dates and ceiling, under the
mayor's authority; a substitute (suppléant) signs only while the delegates of that scope are all away.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

TOUT = "tout"


@dataclass(frozen=True)
class Arrete:
    """An order of delegation, as the rule reads it. ``plafond`` in euros HT, included; None is without ceiling."""

    ident: str
    delegataire: int
    domaine: str
    debut: date
    fin: date | None = None
    plafond: Decimal | None = None
    suppleance: bool = False


@dataclass(frozen=True)
class Signataire:
    """Who may sign, and by which order (empty: by right)."""

    user_id: int
    arrete: str = ""


def couvre(arrete: Arrete, *, domaine: str, montant: Decimal | None, le: date) -> bool:
    """True where the order is in force that day, for that scope, up to that amount (both bounds included).

    An amount under an order with a ceiling must be known: an unknown amount is not covered.
    """
    if le < arrete.debut or (arrete.fin is not None and le > arrete.fin):
        return False
    if arrete.domaine not in (TOUT, domaine):
        return False
    return arrete.plafond is None or (montant is not None and montant <= arrete.plafond)


def qui_signe(
    domaine: str,
    montant: Decimal | None,
    le: date,
    *,
    executif: Collection[int],
    arretes: Iterable[Arrete],
    absents: Collection[int] = (),
) -> list[Signataire]:
    """Everybody who may sign that act that day: delegates present, else their substitutes, and always the mayor if present.

    The order of the answer is the order to propose: the most precise delegation first (its own scope before ``tout``,
    lowest ceiling first), the executive last. Amounts are euros HT, never negative (ValueError).
    """
    if montant is not None and montant < 0:
        raise ValueError("Un montant à signer n’est pas négatif.")
    bons = [a for a in arretes if couvre(a, domaine=domaine, montant=montant, le=le)]
    titulaires = [a for a in bons if not a.suppleance and a.delegataire not in absents]
    retenus = titulaires or [a for a in bons if a.suppleance and a.delegataire not in absents]
    retenus.sort(key=lambda a: (a.domaine == TOUT, a.plafond is None, a.plafond or Decimal(0), a.ident))
    vus: set[int] = set()
    reponse: list[Signataire] = []
    for a in retenus:
        if a.delegataire not in vus:
            vus.add(a.delegataire)
            reponse.append(Signataire(a.delegataire, a.ident))
    reponse += [
        Signataire(user_id) for user_id in sorted(executif) if user_id not in vus and user_id not in absents
    ]
    return reponse
