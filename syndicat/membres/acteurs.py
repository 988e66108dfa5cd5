"""Who acts, as the registry needs to know it: ``comptes`` stands above this room, so the shape is said here."""

from dataclasses import dataclass
from typing import Protocol

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
