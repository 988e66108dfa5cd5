"""Protocols: what one theme may ask of another without knowing it. The asker copes with None."""

from collections.abc import Iterator
from typing import Any, Protocol, TypeVar, runtime_checkable

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


_offres: dict[type, Any] = {}


def offrir(protocole: type[T], fournisseur: T) -> None:
    """Said by the theme that provides, in its ``ready()``."""
    _offres[protocole] = fournisseur


def demander(protocole: type[T]) -> T | None:
    """The provider, or None where the theme is absent."""
    return _offres.get(protocole)
