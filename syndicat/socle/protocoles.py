"""Protocols: what one theme may ask of another without knowing it. The asker copes with None."""

from collections.abc import Iterator
from typing import Any, Protocol, TypeVar, runtime_checkable

from syndicat.socle.contexte import Portee

T = TypeVar("T")


@runtime_checkable
class PublicationDonnees(Protocol):
    """Publishing rows as open data (offered by ``data``)."""

    def publier(self, *, flux: str, lignes: Iterator[dict[str, Any]]) -> str:
        """Publish a declared feed for the current collectivité; answers the dataset's public id."""
        ...


@runtime_checkable
class DepotArchive(Protocol):
    """Handing a file to the archives (offered by ``archivage``)."""

    def deposer(self, *, type_archivable: str, uuid: str, fichiers: list[str]) -> str:
        """Queue a deposit; answers its public id."""
        ...


class Journal(Protocol):
    """Writing the audit journal (offered by ``journal``), for the rooms below it: ``comptes`` and ``membres``."""

    def consigner(
        self,
        action: str,
        *,
        by: Any,
        objet: tuple[str, str] | None = None,
        droit: str = "",
        detail: Any = None,
        personnel: Any = None,
    ) -> None:
        """One line for the collectivité in scope, in the same transaction; see ``journal.service.consigner``."""
        ...


class Courrier(Protocol):
    """Sending an e-mail that is never lost (offered by ``notifications``), for the rooms below it."""

    def envoyer_courriel(
        self,
        *,
        a: str,
        modele: str,
        contexte: dict[str, Any],
        cle: str,
        rattache: tuple[str, str] | None = None,
    ) -> Any:
        """Queue it in the same transaction; see ``notifications.service.envoyer_courriel``."""
        ...


@runtime_checkable
class PorteDesServices(Protocol):
    """The gate, for the rooms below ``conventions`` (offered by it): is a service open for the collectivité in scope?"""

    def est_lisible(self, service: str) -> bool:
        """Open or winding down: what exists may be read."""
        ...


@runtime_checkable
class Charte(Protocol):
    """A member's colour, for what is not a page (e-mails; offered by ``web``)."""

    def accent(self, portee: Portee) -> tuple[str, str]:
        """(accent, colour of the text on it) as #rrggbb, contrast ≥ 4.5:1."""
        ...


_offres: dict[type, Any] = {}


def offrir(protocole: type[T], fournisseur: T) -> None:
    """Said by the theme that provides, in its ``ready()``."""
    _offres[protocole] = fournisseur


def demander(protocole: type[T]) -> T | None:
    """The provider, or None where the theme is absent."""
    return _offres.get(protocole)
