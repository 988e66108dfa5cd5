"""Reports to work on, in Hettange-Grande."""

import io
import itertools
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

MAIRIE = (6.15248, 49.41696)
_numeros = itertools.count()


@pytest.fixture(autouse=True)
def _fichiers_a_part(tmp_path: Any, settings: Any) -> None:
    """Uploads go to a folder of the test; no address is asked outside."""
    settings.MEDIA_ROOT = tmp_path
    settings.GEOCODAGE = False


@pytest.fixture
def signaler() -> Callable[..., Any]:
    """``signaler(description=…, courriel=…)`` in the collectivité in scope → a fresh report."""
    from apps.grc import actions
    from apps.grc.models import Categorie
    from syndicat.comptes.acteur import Acteur

    def faire(categorie: str = "eclairage", **plus: Any) -> Any:
        champs: dict[str, Any] = {
            "cle": f"essai-{next(_numeros)}",
            "longitude": MAIRIE[0],
            "latitude": MAIRIE[1],
            "description": "La lampe ne s’allume plus",
            "adresse": "12, rue de la Gare",
            **plus,
        }
        by = champs.pop("by", None) or Acteur.anonyme()
        if champs.get("courriel"):
            champs.setdefault("preference", "courriel")
        return actions.signaler(by=by, categorie=Categorie.objects.get(code=categorie), **champs)

    return faire


@pytest.fixture
def image() -> Callable[..., SimpleUploadedFile]:
    """``image(gps=(lon, lat))`` → a small JPEG, with the place a phone would write in it."""

    def faire(
        nom: str = "IMG_2041.jpg",
        gps: tuple[float, float] | None = None,
        taille: tuple[int, int] = (640, 480),
    ) -> SimpleUploadedFile:
        dessin = Image.new("RGB", taille, "#36506b")
        options: dict[str, Any] = {}
        if gps is not None:
            exif = Image.Exif()
            exif[0x010F] = "Telephone"
            bloc = exif.get_ifd(0x8825)
            bloc[1], bloc[2] = "N", (gps[1], 0.0, 0.0)
            bloc[3], bloc[4] = "E", (gps[0], 0.0, 0.0)
            options["exif"] = exif
        tampon = io.BytesIO()
        dessin.save(tampon, "JPEG", **options)
        return SimpleUploadedFile(nom, tampon.getvalue(), content_type="image/jpeg")

    return faire


@pytest.fixture
def memoire_a_soi(settings: Any) -> None:
    """A cache of this test alone: other suites may empty the shared Redis between two tries that are counted."""
    settings.CACHES = {
        "default": {
            **settings.CACHES["default"],
            "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
            "LOCATION": f"essai-{next(_numeros)}",
        }
    }
