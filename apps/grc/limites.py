"""How often one address may try: counted in the cache, per collectivité (its keys carry it)."""

from hashlib import sha256

from django.core.cache import cache
from django.http import HttpRequest


def _cle(request: HttpRequest, quoi: str) -> str:
    adresse = request.META.get("REMOTE_ADDR", "")
    return f"grc:limite:{quoi}:{sha256(adresse.encode()).hexdigest()[:24]}"


def trop(request: HttpRequest, quoi: str, *, maximum: int) -> bool:
    """True once ``maximum`` were counted in the running window."""
    return int(cache.get(_cle(request, quoi)) or 0) >= maximum


def compter(request: HttpRequest, quoi: str, *, duree_s: int) -> int:
    """Count one try; the window opens at the first."""
    cle = _cle(request, quoi)
    cache.add(cle, 0, timeout=duree_s)
    try:
        return int(cache.incr(cle))
    except ValueError:  # expired between the two
        cache.set(cle, 1, timeout=duree_s)
        return 1
