"""Profiles: what kinds of content a form takes, how large, and which variants are made of an image."""

from dataclasses import dataclass, field

from django.conf import settings

MO = 1024 * 1024

IMAGES: dict[str, str] = {"image/jpeg": "jpg", "image/png": "png", "image/webp": "webp"}
BUREAUTIQUE: dict[str, str] = {
    "application/pdf": "pdf",
    "application/vnd.oasis.opendocument.text": "odt",
    "application/vnd.oasis.opendocument.spreadsheet": "ods",
    "application/vnd.oasis.opendocument.presentation": "odp",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": "pptx",
}
TEXTES: dict[str, str] = {"text/plain": "txt", "text/csv": "csv"}
PAQUETS: dict[str, str] = {"application/zip": "zip", "application/xml": "xml"}


@dataclass(frozen=True)
class Variante:
    """A re-encoded form of an image: fits in ``cote`` × ``cote`` pixels, never enlarged."""

    cote: int
    qualite: int = 80


VARIANTES: dict[str, Variante] = {"vignette": Variante(320, 76), "ecran": Variante(1280, 82)}


@dataclass(frozen=True)
class Profil:
    """``types``: accepted content → extension. ``article``: how messages name the file (« La photo »).

    ``taille_max`` in bytes; ``pixels_max`` bounds the decoded size of an image.
    """

    code: str
    article: str
    types: dict[str, str]
    taille_max: int
    accepte: str
    pixels_max: int = 50_000_000
    variantes: dict[str, Variante] = field(default_factory=lambda: dict(VARIANTES))

    @property
    def feminin(self) -> bool:
        return self.article.startswith(("La ", "Une "))

    @property
    def accept(self) -> str:
        """Value of the HTML ``accept`` attribute: a help to the person, never a check."""
        return ",".join(self.types)


_profils: dict[str, Profil] = {}


def declarer_profil(profil: Profil) -> Profil:
    """Add a profile (a theme, in its ``ready()``). Raises ValueError when the code is taken by another."""
    connu = _profils.setdefault(profil.code, profil)
    if connu != profil:
        raise ValueError(f"Le profil de fichier « {profil.code} » est déjà déclaré.")
    return profil


def profil_de(code: str) -> Profil:
    """A declared profile; raises LookupError."""
    try:
        return _profils[code]
    except KeyError:
        raise LookupError(f"Profil de fichier inconnu : {code}.") from None


def _limite(nom: str, defaut: int) -> int:
    return int(getattr(settings, nom, defaut)) * MO


PHOTO = declarer_profil(
    Profil("photo", "La photo", IMAGES, _limite("FICHIERS_PHOTO_MO", 20), "une photo JPEG, PNG ou WebP")
)
LOGO = declarer_profil(Profil("logo", "L’image", IMAGES, 2 * MO, "une image JPEG, PNG ou WebP", 16_000_000))
DOCUMENT = declarer_profil(
    Profil(
        "document",
        "Le document",
        IMAGES | BUREAUTIQUE | TEXTES,
        _limite("FICHIERS_DOCUMENT_MO", 25),
        "un PDF, un document bureautique sans macro, un texte, un CSV ou une image",
    )
)
VOLUMINEUX = declarer_profil(
    Profil(
        "volumineux",
        "Le fichier",
        IMAGES | BUREAUTIQUE | TEXTES | PAQUETS,
        _limite("FICHIERS_VOLUMINEUX_MO", 4096),
        "un PDF, un document bureautique sans macro, un ZIP, un XML, un texte, un CSV ou une image",
    )
)
