"""A storage of one's own, pictures as cameras make them, the object's theme played by a predicate."""

import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

GENRE = "essai.objet"
UUID = "11111111-1111-4111-8111-111111111111"


@pytest.fixture(autouse=True)
def _depot_a_soi(tmp_path: Path, settings: Any) -> Iterator[None]:
    from syndicat.fichiers import stockage

    settings.MEDIA_ROOT = tmp_path / "fichiers"
    stockage.oublier()
    yield
    stockage.oublier()


@pytest.fixture(autouse=True)
def demandes(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Tasks asked after commit are noted instead of sent."""
    from syndicat.fichiers import tasks

    notees: list[str] = []
    monkeypatch.setattr(tasks.traiter, "delay", notees.append)
    return notees


@pytest.fixture
def droit() -> Iterator[Callable[..., None]]:
    """``droit(lire=…, deposer=…)`` plays the theme that owns :data:`GENRE`."""
    from syndicat.fichiers import droits

    def poser(lire: Any = lambda a, u: True, deposer: Any = None) -> None:
        droits.declarer(GENRE, lire, deposer)

    poser()
    yield poser
    droits._droits.pop(GENRE, None)


def jpeg(cote: tuple[int, int] = (640, 480), couleur: str = "red", **options: Any) -> bytes:
    sortie = io.BytesIO()
    Image.new("RGB", cote, couleur).save(sortie, "JPEG", **options)
    return sortie.getvalue()


def televerse(octets: bytes, nom: str = "photo.jpg", type_mime: str = "image/jpeg") -> SimpleUploadedFile:
    return SimpleUploadedFile(nom, octets, type_mime)
