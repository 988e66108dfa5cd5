"""Manners of the harvesters' host: who may call (everybody), how often, from which page, compressed or not."""

import hashlib
import re
import time
import zlib
from collections.abc import AsyncIterator, Callable
from datetime import datetime
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase, StreamingHttpResponse
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.http import http_date
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.gzip import gzip_page

FENETRE = 60
#: Calls a minute and an address. A catalogue of 4 471 data sets takes 45 pages.
LIMITE = 240
_GZIP = re.compile(r"\bgzip\b(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))")
_METHODES = "GET, HEAD, OPTIONS"
Vue = Callable[..., HttpResponseBase]


def _trop(request: HttpRequest) -> int:
    """Seconds to wait, or 0. Addresses are counted under a digest, one minute. Without cache, nobody is refused."""
    limite = int(getattr(settings, "DONNEES_LIMITE_PAR_MINUTE", LIMITE))
    maintenant = time.time()
    minute = int(maintenant // FENETRE)
    qui = hashlib.sha256(f"{minute}:{request.META.get('REMOTE_ADDR', '')}".encode()).hexdigest()[:32]
    cle = f"data:debit:{qui}"
    try:
        cache.add(cle, 0, timeout=2 * FENETRE)
        appels = cache.incr(cle)
    except Exception:
        return 0
    return 0 if appels <= limite else max(1, int((minute + 1) * FENETRE - maintenant))


def _ouvrir_a_tous(reponse: HttpResponseBase) -> HttpResponseBase:
    reponse["Access-Control-Allow-Origin"] = "*"
    reponse["Access-Control-Expose-Headers"] = "ETag, Last-Modified, Link, Content-Disposition, Retry-After"
    reponse["Cross-Origin-Resource-Policy"] = "cross-origin"
    return reponse


async def _un_seul_flux(morceaux: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """One gzip member for the whole body, sent as it comes (RFC 1952).

    Django's own wrapper makes one member a chunk, of which several HTTP clients read only the first.
    """
    serre = zlib.compressobj(6, zlib.DEFLATED, 16 + zlib.MAX_WBITS)
    async for morceau in morceaux:
        yield serre.compress(morceau) + serre.flush(zlib.Z_SYNC_FLUSH)
    yield serre.flush()


def _serrer_le_flux(request: HttpRequest, reponse: HttpResponseBase) -> HttpResponseBase:
    """gzip for a streamed answer; whole answers are left to Django's decorator."""
    if not isinstance(reponse, StreamingHttpResponse) or not reponse.is_async:
        return reponse
    patch_vary_headers(reponse, ("Accept-Encoding",))
    if not _GZIP.search(request.headers.get("Accept-Encoding", "")) or reponse.has_header("Content-Encoding"):
        return reponse
    reponse.streaming_content = _un_seul_flux(reponse.streaming_content)  # type: ignore[arg-type]
    reponse["Content-Encoding"] = "gzip"
    del reponse["Content-Length"]
    etag = reponse.get("ETag", "")
    if etag.startswith('"'):
        reponse["ETag"] = "W/" + etag
    return reponse


def surface_machine(vue: Vue) -> Vue:
    """Public, read only, CORS open, limited by address with ``Retry-After``, gzip; HEAD sends no body."""

    @wraps(vue)
    def enveloppe(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method == "OPTIONS":
            reponse = HttpResponse(status=204, headers={"Allow": _METHODES})
            reponse["Access-Control-Allow-Methods"] = _METHODES
            reponse["Access-Control-Allow-Headers"] = "If-None-Match, If-Modified-Since, Accept, Range"
            reponse["Access-Control-Max-Age"] = "86400"
            return _ouvrir_a_tous(reponse)
        if request.method not in ("GET", "HEAD"):
            return _ouvrir_a_tous(HttpResponse(status=405, headers={"Allow": _METHODES}))
        attente = _trop(request)
        if attente:
            return _ouvrir_a_tous(
                HttpResponse(
                    f"Trop d’appels. Réessayez dans {attente} secondes.\n",
                    status=429,
                    content_type="text/plain; charset=utf-8",
                    headers={"Retry-After": str(attente)},
                )
            )
        return _ouvrir_a_tous(_serrer_le_flux(request, vue(request, *args, **kwargs)))

    decoree: Vue = csrf_exempt(login_not_required(gzip_page(enveloppe)))
    return decoree


def inchange(request: HttpRequest, *, etag: str, modifie: datetime | None) -> HttpResponseBase | None:
    """304 where the caller already has it, else None."""
    reponse: HttpResponseBase | None = get_conditional_response(
        request, etag=etag, last_modified=int(modifie.timestamp()) if modifie else None
    )
    return reponse


def dater(reponse: HttpResponseBase, *, etag: str, modifie: datetime | None) -> HttpResponseBase:
    """Put ETag, Last-Modified and a short public life on an answer."""
    reponse["ETag"] = etag
    if modifie:
        reponse["Last-Modified"] = http_date(modifie.timestamp())
    reponse["Cache-Control"] = "public, max-age=60"
    return reponse
