"""Who acts, as the registry needs to know it: ``comptes`` stands above this room, so the shape is said here."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, BinaryIO, Protocol

from syndicat.socle.contexte import Portee


class Agissant(Protocol):
    """What the journal reads of an actor (``comptes.acteur.Acteur`` fits)."""

    @property
    def genre(self) -> str: ...
    @property
    def portee(self) -> Portee | None: ...
    @property
    def user_uuid(self) -> str: ...
    @property
    def motif(self) -> str: ...


@dataclass(frozen=True)
class Plateforme:
    """The platform itself, from a command; ``motif`` names it in the journal."""

    motif: str
    genre: str = "systeme"
    portee: Portee | None = None
    user_id: int | None = None
    user_uuid: str = ""
    nom: str = "Système"


class PremierAdministrateur(Protocol):
    """Giving a new member its first administrator (offered by ``comptes``, asked by ``membres``)."""

    def designer(self, *, courriel: str, by: Agissant) -> None:
        """In the collectivité in scope: find or create the account, give the role, invite. Idempotent."""
        ...


class DepotDeFichiers(Protocol):
    """The files of one member (``fichiers.stockage.Depot`` fits)."""

    def cles(self) -> Iterator[tuple[str, float]]: ...
    def ouvrir(self, cle: str) -> BinaryIO: ...
    def ecrire(self, cle: str, flux: IO[bytes]) -> None: ...
    def effacer(self, cle: str) -> None: ...


class FichiersDesMembres(Protocol):
    """Reaching a member's files from below ``fichiers`` (offered by it)."""

    def depot(self, portee: Portee | None = None) -> DepotDeFichiers: ...
