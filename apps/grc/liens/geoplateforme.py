"""Address → place, by the Géoplateforme (IGN, open, at most 50 requests a second). Copes with no network.

Asked by the server only for a person without JavaScript; after a failure nobody waits again for a minute.
"""

import json
import logging
from urllib.error import URLError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

from django.conf import settings
from django.core.cache import cache

log = logging.getLogger(__name__)
ADRESSE = "https://data.geopf.fr/geocodage/search"
DELAI_S = 1.5
_PANNE = "grc:geoplateforme:panne"


def chercher(
    adresse: str, *, emprise: tuple[float, float, float, float], contexte: str = ""
) -> tuple[float, float] | None:
    """(longitude, latitude) of the best address inside ``emprise`` (west, south, east, north), or None."""
    if not getattr(settings, "GEOCODAGE", True) or not adresse.strip() or cache.get(_PANNE):
        return None
    ouest, sud, est, nord = emprise
    q = f"{adresse} {contexte}".strip()
    url = f"{ADRESSE}?{urlencode({'q': q, 'limit': 5, 'lon': (ouest + est) / 2, 'lat': (sud + nord) / 2})}"
    try:
        with urlopen(Request(url, headers={"User-Agent": "syndicat"}), timeout=DELAI_S) as reponse:  # noqa: S310 - constant https address
            lieux = json.loads(reponse.read(200_000)).get("features", [])
    except (URLError, TimeoutError, OSError, ValueError):
        cache.set(_PANNE, 1, 60)
        log.info("Géoplateforme injoignable : l’adresse sera placée à la main.")
        return None
    for lieu in lieux:
        lon, lat = lieu.get("geometry", {}).get("coordinates", (None, None))[:2]
        if (
            isinstance(lon, float | int)
            and isinstance(lat, float | int)
            and ouest <= lon <= est
            and sud <= lat <= nord
        ):
            return float(lon), float(lat)
    return None
