"""Facts: what one theme tells the others. Frozen, small, ids only; the outbox is ``suivi.faits``.

Each docstring says who publishes and who hears. ``cle`` makes a fact idempotent for its consumers.
"""

from dataclasses import asdict, dataclass
from typing import Any, ClassVar


@dataclass(frozen=True, kw_only=True)
class Fait:
    """Base of all facts; ``uuid`` is the object's public identifier in its own theme."""

    code: ClassVar[str] = ""
    uuid: str

    def en_dict(self) -> dict[str, Any]:
        """JSON-ready content."""
        return asdict(self)


@dataclass(frozen=True, kw_only=True)
class SignalementClos(Fait):
    """Published by grc when a report is closed; heard by data (refresh of the anonymised feed)."""

    code: ClassVar[str] = "grc.signalement_clos"


@dataclass(frozen=True, kw_only=True)
class CommandePassee(Fait):
    """Published by achats when an order is placed; heard by the billing core and data (DECP)."""

    code: ClassVar[str] = "achats.commande_passee"


FAITS: dict[str, type[Fait]] = {c.code: c for c in (SignalementClos, CommandePassee)}
