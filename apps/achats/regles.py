"""Pure rules of purchasing: amounts, who may order where, readable numbers. No ORM, no request."""

import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from apps.achats.enums import EtatMarche, Mode

CENTIME = Decimal("0.01")
#: Without the signs that are read one for another (0 O, 1 I L, 5 S, 8 B, 2 Z).
ALPHABET = "34679ACDEFGHJKMNPQRTUVWXY"


def arrondi(montant: Decimal) -> Decimal:
    """To the cent, half up, as invoices are."""
    return montant.quantize(CENTIME, rounding=ROUND_HALF_UP)


@dataclass(frozen=True, slots=True)
class Totaux:
    """Amounts of an order in euros; ``par_taux``: (rate, base HT, VAT), lowest rate first."""

    ht: Decimal
    tva: Decimal
    par_taux: tuple[tuple[Decimal, Decimal, Decimal], ...]

    @property
    def ttc(self) -> Decimal:
        return self.ht + self.tva


def montant_ligne(quantite: int, prix_ht: Decimal) -> Decimal:
    """HT of a line, to the cent."""
    return arrondi(quantite * prix_ht)


def totaux(lignes: Iterable[tuple[int, Decimal, Decimal]]) -> Totaux:
    """Totals of (quantity, unit price HT, VAT rate). VAT is counted once a rate, on its base (EN 16931, BR-CO-17)."""
    bases: dict[Decimal, Decimal] = {}
    for quantite, prix_ht, taux in lignes:
        cle = taux.quantize(CENTIME)
        bases[cle] = bases.get(cle, Decimal(0)) + montant_ligne(quantite, prix_ht)
    par_taux = tuple((t, base, arrondi(base * t / 100)) for t, base in sorted(bases.items()))
    return Totaux(
        ht=sum((b for _, b, _ in par_taux), Decimal(0)),
        tva=sum((v for _, _, v in par_taux), Decimal(0)),
        par_taux=par_taux,
    )


def prix_ttc(ht: Decimal, tva: Decimal) -> Decimal:
    """Unit price with VAT, to the cent, as displayed."""
    return arrondi(ht * (1 + tva / 100))


def empechement(*, etat: str, debut: date, fin: date, mode: str, participe: bool, jour: date) -> str:
    """Why a member cannot order in a market on that day, in a French sentence; empty when it can.

    Groupement: the list is closed at the publication of the consultation (code de la commande publique, L.2113-6 s.).
    """
    if etat != EtatMarche.PUBLIE:
        return "Ce marché n’est pas ouvert aux commandes."
    if jour < debut:
        return "Ce marché n’a pas encore commencé."
    if jour > fin:
        return "Ce marché est terminé\u00a0: il ne reçoit plus de commandes."
    if mode == Mode.GROUPEMENT and not participe:
        return "Votre collectivité n’est pas membre de ce groupement de commandes\u00a0: sa liste est fermée depuis la consultation."
    return ""


def numero_lisible(choisir: Callable[[str], str] = secrets.choice) -> str:
    """A number that is easy to say and says nothing of how many came before: « C-7KM4-9XT »."""
    signes = "".join(choisir(ALPHABET) for _ in range(7))
    return f"C-{signes[:4]}-{signes[4:]}"


def cumul_interdit(*, demandeur_id: int, approbateur_id: int | None, cumul_permis: bool) -> bool:
    """The requester does not approve their own order, unless the member allowed it (small member)."""
    return demandeur_id == approbateur_id and not cumul_permis
