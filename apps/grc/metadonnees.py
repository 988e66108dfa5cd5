"""The place a camera wrote in a photo: read to put the pin, never stored with the image."""

from typing import Any

from django.core.files.uploadedfile import UploadedFile
from PIL import ExifTags, Image


def _degres(valeurs: Any, sens: str) -> float | None:
    try:
        d, m, s = (float(v) for v in valeurs)
    except (TypeError, ValueError, ZeroDivisionError):
        return None
    valeur = d + m / 60 + s / 3600
    return -valeur if sens in ("S", "W") else valeur


def position_de(televersee: "UploadedFile[Any]") -> tuple[float, float] | None:
    """(longitude, latitude) of the EXIF GPS block, or None. Reads the header alone, decodes no pixel, never raises."""
    fichier = televersee.file
    if fichier is None:
        return None
    try:
        fichier.seek(0)
        with Image.open(fichier) as image:
            gps = image.getexif().get_ifd(ExifTags.IFD.GPSInfo)
        lat = _degres(gps.get(ExifTags.GPS.GPSLatitude), gps.get(ExifTags.GPS.GPSLatitudeRef, ""))
        lon = _degres(gps.get(ExifTags.GPS.GPSLongitude), gps.get(ExifTags.GPS.GPSLongitudeRef, ""))
    except Exception:  # a file we do not read is refused further on, with words
        return None
    finally:
        fichier.seek(0)
    if lat is None or lon is None or not (-90 <= lat <= 90 and -180 <= lon <= 180) or (lat == 0 and lon == 0):
        return None
    return lon, lat
