"""Cleaning an image: decode, turn upright, bring to sRGB, keep the pixels and nothing else, encode anew."""

import io
from dataclasses import dataclass
from typing import BinaryIO

from PIL import Image, ImageCms, ImageOps

from syndicat.fichiers.contenu import FORMATS_PIL
from syndicat.fichiers.profils import Variante

TYPE = "image/webp"
EXTENSION = "webp"


class ImageIllisible(ValueError):
    """Pillow cannot decode it after all: the file will never be served."""


@dataclass(frozen=True)
class Forme:
    """One re-encoded form: WebP bytes (a few hundred kilobytes at most), pixels."""

    octets: bytes
    largeur: int
    hauteur: int


def nettoyer(flux: BinaryIO, variantes: dict[str, Variante], *, pixels_max: int) -> dict[str, Forme]:
    """The variants of an image, by name. Nothing of the original but its pixels: no EXIF, XMP, ICC, comment or
    thumbnail. Orientation is applied, a wide-gamut profile converted to sRGB first.

    Raises :class:`ImageIllisible`.
    """
    plus_grand = max(v.cote for v in variantes.values())
    flux.seek(0)
    try:
        with Image.open(flux, formats=FORMATS_PIL) as source:
            if source.width * source.height > pixels_max:
                raise ImageIllisible("trop de pixels")
            source.draft("RGB", (plus_grand, plus_grand))  # JPEG: decoded at a fraction of its size
            droite = ImageOps.exif_transpose(_en_srgb(source))
            propre = Image.new(droite.mode, droite.size)  # a fresh image carries no metadata at all
            propre.paste(droite)
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError, MemoryError) as exc:
        raise ImageIllisible(str(exc)) from exc
    return {nom: _forme(propre, v) for nom, v in variantes.items()}


def _en_srgb(source: Image.Image) -> Image.Image:
    """RGB or RGBA in sRGB; EXIF is kept here only for the orientation."""
    exif = source.info.get("exif")
    transparente = source.mode in ("RGBA", "LA", "PA") or "transparency" in source.info
    profil = source.info.get("icc_profile")
    image: Image.Image = source
    if profil and source.mode in ("RGB", "CMYK"):
        try:
            entree = ImageCms.ImageCmsProfile(io.BytesIO(profil))
            converti = ImageCms.profileToProfile(
                source, entree, ImageCms.createProfile("sRGB"), outputMode="RGB"
            )
            image = converti or source
        except (ImageCms.PyCMSError, OSError):
            image = source
    image = image.convert("RGBA" if transparente else "RGB")
    if exif:
        image.info["exif"] = exif
    return image


def _forme(image: Image.Image, variante: Variante) -> Forme:
    reduite = image.copy()
    reduite.thumbnail((variante.cote, variante.cote), Image.Resampling.LANCZOS)
    sortie = io.BytesIO()
    reduite.save(sortie, "WEBP", quality=variante.qualite, method=4)
    return Forme(sortie.getvalue(), reduite.width, reduite.height)
