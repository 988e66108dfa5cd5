"""What a file is, decided by its content. The name's extension and the browser's type are never believed.

Every function takes a seekable binary stream and reads it by pieces; errors are ``ValidationError`` with a
French sentence for the person.
"""

import csv
import hashlib
import re
import unicodedata
import zipfile
from dataclasses import dataclass
from typing import BinaryIO

import filetype
from django.core.exceptions import ValidationError
from PIL import Image, UnidentifiedImageError

from syndicat.fichiers.profils import BUREAUTIQUE, IMAGES, MO, Profil

TETE = 8192
BLOC = 256 * 1024
FORMATS_PIL = ("JPEG", "PNG", "WEBP")
_PAR_FORMAT = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}
_OOXML = {
    "word/": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xl/": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ppt/": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}
ZIP_ENTREES_MAX = 20_000
ZIP_RAPPORT_MAX = 200
_BALISES = re.compile(rb"<\s*(svg|html|script|iframe|body|!doctype\s+html)", re.IGNORECASE)
_TYPE_XML = re.compile(rb"^\s*<\?xml\s")


@dataclass(frozen=True)
class Nature:
    """Content type and the extension that goes with it."""

    type_mime: str
    extension: str


def taille_lisible(octets: int) -> str:
    """« 20 Mo », « 1,5 Mo », « 4 Go » (binary units, as people's tools show them)."""
    if octets >= 1024 * MO:
        valeur, unite = octets / (1024 * MO), "Go"
    elif octets >= MO:
        valeur, unite = octets / MO, "Mo"
    else:
        valeur, unite = max(1, octets / 1024), "Ko"
    texte = f"{valeur:.1f}".removesuffix(".0").replace(".", ",")
    return f"{texte}\u00a0{unite}"


def nom_propre(nom: str, extension: str) -> str:
    """Display name: no path, no control or direction character, our own extension, 120 characters at most."""
    base = re.split(r"[/\\]", unicodedata.normalize("NFC", nom))[-1]
    base = "".join(c for c in base if unicodedata.category(c)[0] != "C" and c not in '<>:"|?*')
    base = re.sub(r"\.[A-Za-z0-9]{1,8}$", "", base.strip(" .")).strip(" .")[:120]
    return f"{base or 'fichier'}.{extension}"


def empreinte(flux: BinaryIO) -> tuple[str, int]:
    """(SHA-256 in hexadecimal, size in bytes), read by pieces."""
    somme, taille = hashlib.sha256(), 0
    flux.seek(0)
    while bloc := flux.read(BLOC):
        somme.update(bloc)
        taille += len(bloc)
    flux.seek(0)
    return somme.hexdigest(), taille


def verifier_taille(profil: Profil, taille: int) -> None:
    """Between one byte and the profile's limit."""
    e = "e" if profil.feminin else ""
    if taille <= 0:
        raise ValidationError(f"{profil.article} est vide. Choisissez un autre fichier.", code="vide")
    if taille > profil.taille_max:
        raise ValidationError(
            f"{profil.article} dépasse {taille_lisible(profil.taille_max)}. "
            f"Choisissez-en un{e} plus {'légère' if profil.feminin else 'léger'}.",
            code="taille",
        )


def nature(flux: BinaryIO, profil: Profil) -> Nature:
    """The content's type, accepted by the profile, an image also verified by Pillow."""
    flux.seek(0)
    tete = flux.read(TETE)
    flux.seek(0)
    type_mime = _deviner(flux, tete)
    flux.seek(0)
    if type_mime not in profil.types:
        raise ValidationError(_refus(profil, type_mime), code="type")
    if type_mime in IMAGES:
        _verifier_image(flux, profil, type_mime)
    elif type_mime == "application/pdf":
        _verifier_pdf(flux)
    flux.seek(0)
    return Nature(type_mime, profil.types[type_mime])


def _refus(profil: Profil, type_mime: str) -> str:
    if type_mime in {"image/heic", "image/heif", "image/avif"}:
        return (
            f"{profil.article} est au format HEIC, que nous ne savons pas lire. "
            "Dans les réglages de l’appareil, choisissez le format « le plus compatible » (JPEG)."
        )
    return f"{profil.article} n’est pas d’un type accepté. Choisissez {profil.accepte}."


def _deviner(flux: BinaryIO, tete: bytes) -> str:
    """A content type, or an empty string. Office documents are looked into, for they are ZIP archives."""
    connu = filetype.guess(tete)
    trouve = str(connu.mime) if connu is not None else ""
    if trouve == "application/zip" or trouve in BUREAUTIQUE or tete[:4] == b"PK\x03\x04":
        return trouve if trouve == "application/pdf" else _dans_le_zip(flux)
    if trouve == "image/apng":
        return "image/png"
    if trouve:
        return trouve
    if b"%PDF-" in tete[:1024]:
        return "application/pdf"
    return _texte(flux, tete)


def _dans_le_zip(flux: BinaryIO) -> str:
    try:
        with zipfile.ZipFile(flux) as archive:
            entrees = archive.infolist()
            _verifier_bombe(entrees)
            noms = {e.filename for e in entrees}
            if any(n.lower().endswith("vbaproject.bin") for n in noms) or any(
                n.startswith(("Basic/", "Scripts/")) for n in noms
            ):
                raise ValidationError(
                    "Le document contient des macros. Enregistrez-le sans macro, puis déposez-le à nouveau.",
                    code="macro",
                )
            if "mimetype" in noms and archive.getinfo("mimetype").file_size < 200:
                annonce = archive.read("mimetype").decode("ascii", "replace").strip()
                return annonce if annonce in BUREAUTIQUE else "application/zip"
            if "[Content_Types].xml" in noms:
                for dossier, type_mime in _OOXML.items():
                    if any(n.startswith(dossier) for n in noms):
                        return type_mime
            return "application/zip"
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as exc:
        raise ValidationError("L’archive est abîmée : elle ne s’ouvre pas.", code="abime") from exc


def _verifier_bombe(entrees: list[zipfile.ZipInfo]) -> None:
    """Refuse an archive that would unpack to far more than it weighs."""
    deplie = sum(e.file_size for e in entrees)
    plie = max(1, sum(e.compress_size for e in entrees))
    if len(entrees) > ZIP_ENTREES_MAX or (deplie > 100 * MO and deplie / plie > ZIP_RAPPORT_MAX):
        raise ValidationError("L’archive se déplie en un volume démesuré : elle est refusée.", code="bombe")


def _texte(flux: BinaryIO, tete: bytes) -> str:
    """Plain text, CSV or XML, when every byte is text; anything a browser could run is refused."""
    flux.seek(0)
    while bloc := flux.read(BLOC):
        if b"\x00" in bloc or (tete[:1] != b"<" and _BALISES.search(bloc)):
            return ""
    if _BALISES.search(tete):
        return ""
    if _TYPE_XML.match(tete.removeprefix(b"\xef\xbb\xbf")):
        return "application/xml"
    if tete.lstrip()[:1] == b"<":
        return ""
    try:
        texte = tete[: tete.rfind(b"\n") + 1 or len(tete)].decode("utf-8-sig")
    except UnicodeDecodeError:
        texte = tete.decode("cp1252", "replace")
    if sum(unicodedata.category(c) == "Cc" and c not in "\r\n\t\f" for c in texte) > 0:
        return ""
    return "text/csv" if _est_csv(texte) else "text/plain"


def _est_csv(texte: str) -> bool:
    lignes = [ligne for ligne in texte.splitlines() if ligne.strip()]
    if len(lignes) < 2:
        return False
    for separateur in (";", ",", "\t"):
        largeurs = {len(r) for r in csv.reader(lignes[:20], delimiter=separateur)}
        if len(largeurs) == 1 and largeurs.pop() > 1:
            return True
    return False


def _verifier_image(flux: BinaryIO, profil: Profil, type_mime: str) -> None:
    """Decodable by Pillow as the very format its first bytes announce, and not a decompression bomb."""
    flux.seek(0)
    try:
        with Image.open(flux, formats=FORMATS_PIL) as image:
            largeur, hauteur = image.size
            if _PAR_FORMAT.get(str(image.format)) != type_mime:
                raise ValidationError(_refus(profil, ""), code="type")
            if largeur * hauteur > profil.pixels_max:
                raise ValidationError(
                    f"{profil.article} a trop de pixels ({largeur} × {hauteur}). Réduisez-la, puis recommencez.",
                    code="pixels",
                )
            image.verify()
    except Image.DecompressionBombError as exc:
        raise ValidationError(f"{profil.article} a trop de pixels. Réduisez-la.", code="pixels") from exc
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as exc:
        raise ValidationError(
            f"{profil.article} est abîmé{'e' if profil.feminin else ''} : nous ne parvenons pas à l’ouvrir.",
            code="abime",
        ) from exc


def _verifier_pdf(flux: BinaryIO) -> None:
    """A PDF ends with its trailer: without it the transfer was cut short."""
    fin = flux.seek(0, 2)
    flux.seek(max(0, fin - 4096))
    if b"%%EOF" not in flux.read():
        raise ValidationError("Le PDF est incomplet : déposez-le à nouveau.", code="abime")
