"""What a theme says of its objects: the same lines are written as they change and yielded for the rebuild.

``Manifest.suivi`` is a function ``(portee) -> Iterator[Ligne]`` that yields every open line from the theme's
own tables. Key of a line: (service, uuid, kind), of an indicator: (service, code, day).
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, kw_only=True)
class LigneATraiter:
    """Something waits, for whom ``service.poser_a_traiter`` says."""

    service: str
    uuid: str
    kind: str
    titre: str
    url: str
    roles: tuple[str, ...] = ()
    user_id: int | None = None
    theme: str = ""
    echeance: date | None = None
    action: str = ""


@dataclass(frozen=True, kw_only=True)
class LigneEcheance:
    """A deadline on day ``le``; reminded to the holders of ``roles`` and to who treats ``theme``."""

    service: str
    uuid: str
    kind: str
    titre: str
    url: str
    le: date
    motif: str = ""
    roles: tuple[str, ...] = ()
    theme: str = ""


@dataclass(frozen=True, kw_only=True)
class LigneIndicateur:
    """The figure ``code`` of civil day ``jour``."""

    service: str
    code: str
    jour: date
    valeur: Decimal = field(default=Decimal(0))


Ligne = LigneATraiter | LigneEcheance | LigneIndicateur


def roles_tries(roles: Iterable[str]) -> list[str]:
    """Roles as stored: sorted, once each."""
    return sorted({str(r) for r in roles})
