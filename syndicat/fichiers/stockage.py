"""Where bytes live: one place per member, on disk (0700) or below a prefix of one S3 bucket.

A key is made here (``ab/<uuid>/<form>.<ext>``) and checked again at every use: no name given by a person ever
reaches the disk.
"""

import os
import re
import uuid
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import IO, Any, BinaryIO, cast

from django.conf import settings
from django.core.files import File
from django.core.files.storage import FileSystemStorage, Storage

from syndicat.socle.contexte import Portee, exiger_portee

_CLE = re.compile(r"^[0-9a-f]{2}/[0-9a-f-]{36}/[a-z_]{1,20}\.[a-z0-9]{1,8}$")
TRANSIT = ".transit"


class CleRefusee(ValueError):
    """A storage key that we did not make."""


def cle_de(identifiant: uuid.UUID | str, forme: str, extension: str) -> str:
    """Key of one form of a file."""
    return verifier(f"{str(identifiant)[:2]}/{identifiant}/{forme}.{extension}")


def verifier(cle: str) -> str:
    """The key itself when well formed; raises :class:`CleRefusee`."""
    if not _CLE.match(cle):
        raise CleRefusee("Clé de stockage mal formée.")
    return cle


class Depot:
    """Storage of one member. ``prefixe`` is its public identifier (a UUID), never its name."""

    def __init__(self, prefixe: str) -> None:
        self.prefixe = str(uuid.UUID(prefixe))
        self.stockage: Storage = _s3(self.prefixe) if settings.FICHIERS_S3_BUCKET else _disque(self.prefixe)

    @property
    def sur_disque(self) -> bool:
        return isinstance(self.stockage, FileSystemStorage)

    def ecrire(self, cle: str, flux: IO[bytes]) -> None:
        """Write by pieces; a key is written once (same content again after a kill: replaced)."""
        verifier(cle)
        if self.stockage.exists(cle):
            self.stockage.delete(cle)
        obtenu = self.stockage.save(cle, File(flux))
        if obtenu != cle:
            self.stockage.delete(obtenu)
            raise CleRefusee("Le stockage a renommé le fichier.")

    def ouvrir(self, cle: str) -> BinaryIO:
        """Open for reading, from the start."""
        return cast(BinaryIO, self.stockage.open(verifier(cle), "rb"))

    def plage(self, cle: str, debut: int, fin: int) -> BinaryIO:
        """Open for reading at ``debut``; the reader stops at ``fin`` (included). On S3 only the range travels."""
        verifier(cle)
        if self.sur_disque:
            flux = cast(BinaryIO, open(self.chemin(cle), "rb"))  # noqa: SIM115 - closed by the reader
            flux.seek(debut)
            return flux
        objet = cast(Any, self.stockage).bucket.Object(f"{self.prefixe}/{cle}")
        return cast(BinaryIO, objet.get(Range=f"bytes={debut}-{fin}")["Body"])

    def chemin(self, cle: str) -> Path:
        """Path on disk (disk storage only)."""
        return Path(self.stockage.path(verifier(cle)))

    def effacer(self, cle: str) -> None:
        """Remove; nothing when already gone."""
        self.stockage.delete(verifier(cle))
        if self.sur_disque:
            for dossier in self.chemin(cle).parents[:2]:
                try:
                    dossier.rmdir()
                except OSError:
                    break

    def cles(self) -> Iterator[tuple[str, float]]:
        """(key, time of last change in seconds) of all that the storage holds for this member."""
        for tiroir in self._dossiers(""):
            for dossier in self._dossiers(tiroir):
                for nom in self.stockage.listdir(dossier)[1]:
                    cle = f"{dossier}/{nom}"
                    yield cle, self.stockage.get_modified_time(cle).timestamp()

    def _dossiers(self, sous: str) -> Iterator[str]:
        try:
            dossiers = self.stockage.listdir(sous)[0]
        except FileNotFoundError:
            return
        for d in sorted(dossiers):
            if d and not d.startswith("."):
                yield f"{sous}/{d}" if sous else d


@lru_cache(maxsize=1024)
def _disque(prefixe: str) -> FileSystemStorage:
    return FileSystemStorage(
        location=Path(settings.MEDIA_ROOT) / prefixe,
        file_permissions_mode=0o600,
        directory_permissions_mode=0o700,
    )


@lru_cache(maxsize=1024)
def _s3(prefixe: str) -> Storage:
    from storages.backends.s3 import S3Storage  # noqa: PLC0415 - boto3 is heavy, and only needed here

    return cast(
        Storage,
        S3Storage(
            bucket_name=settings.FICHIERS_S3_BUCKET,
            endpoint_url=settings.FICHIERS_S3_URL or None,
            access_key=settings.FICHIERS_S3_CLE or None,
            secret_key=settings.FICHIERS_S3_SECRET or None,
            region_name=settings.FICHIERS_S3_REGION or None,
            location=prefixe,
            default_acl=None,
            file_overwrite=True,
            max_memory_size=2 * 1024 * 1024,
        ),
    )


def oublier() -> None:
    """Forget storages built with former settings (tests)."""
    _disque.cache_clear()
    _s3.cache_clear()


def depot(portee: Portee | None = None) -> Depot:
    """Storage of a member, by default of the collectivité in scope."""
    return Depot((portee or exiger_portee()).ident)


def transit(identifiant: uuid.UUID | str) -> Path:
    """Local file where a resumable upload of the member in scope gathers (0600, in a 0700 folder)."""
    dossier = Path(settings.MEDIA_ROOT) / str(uuid.UUID(exiger_portee().ident)) / TRANSIT
    dossier.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.chmod(dossier, 0o700)
    return dossier / f"{uuid.UUID(str(identifiant))}.part"
