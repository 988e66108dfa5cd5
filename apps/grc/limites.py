"""How often one address may try: counted in the cache, per collectivité (its keys carry it).

Without cache nobody is refused: a code is worth 28⁶ tries, the limit only spares the machine.
"""

import logging
from hashlib import sha256

from django.core.cache import cache
from django.http import HttpRequest

log = logging.getLogger(__name__)


def _cle(request: HttpRequest, quoi: str) -> str:
    adresse = request.META.get("REMOTE_ADDR", "")
    return f"grc:limite:{quoi}:{sha256(adresse.encode()).hexdigest()[:24]}"


def trop(request: HttpRequest, quoi: str, *, maximum: int) -> bool:
    """True once ``maximum`` were counted in the running window."""
    try:
        return int(cache.get(_cle(request, quoi)) or 0) >= maximum
    except Exception:
        log.warning("Cache injoignable : essais non comptés.")
        return False


def compter(request: HttpRequest, quoi: str, *, duree_s: int) -> int:
    """Count one try; the window opens at the first. Answers the count."""
    cle = _cle(request, quoi)
    try:
        if cache.add(cle, 1, timeout=duree_s):
            return 1
        return int(cache.incr(cle))
    except Exception:  # expired between the two, or no cache
        return 1
