"""Sending a file: ranges, entity tags, and an asynchronous reader that opens the file itself.

Under ASGI the middleware have returned when the body is read: the reader knows all it needs (a storage and a key)
and touches neither the database nor the tenancy. In production the proxy sends the bytes (X-Accel-Redirect).
"""

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header, parse_etags

from syndicat.fichiers.stockage import Depot

BLOC = 256 * 1024
_PLAGE = re.compile(r"^bytes=(\d*)-(\d*)$")
CSP_FICHIER = "default-src 'none'; style-src 'unsafe-inline'; sandbox"


class PlageImpossible(ValueError):
    """The range asked lies outside the file (416)."""


@dataclass(frozen=True)
class Envoi:
    """What is sent: ``etag`` is strong (made from content), ``nom`` the name to save it under."""

    depot: Depot
    cle: str
    type_mime: str
    taille: int
    etag: str
    nom: str
    joint: bool
    public: bool


def plage_de(entete: str, taille: int) -> tuple[int, int] | None:
    """(first, last) byte of a single range, None to send everything. Raises :class:`PlageImpossible`.

    Several ranges or another unit: everything is sent, as RFC 9110 § 14.2 allows.
    """
    trouve = _PLAGE.match(entete.strip())
    if trouve is None or not any(trouve.groups()):
        return None
    debut, fin = trouve.groups()
    if not debut:  # the last n bytes
        longueur = int(fin)
        if longueur == 0 or taille == 0:
            raise PlageImpossible
        return max(0, taille - longueur), taille - 1
    premier, dernier = int(debut), int(fin) if fin else taille - 1
    if fin and dernier < premier:
        return None
    if premier >= taille:
        raise PlageImpossible
    return premier, min(dernier, taille - 1)


async def lire(depot: Depot, cle: str, debut: int, fin: int) -> AsyncIterator[bytes]:
    """Bytes ``debut`` to ``fin`` included, by pieces, without blocking the loop."""
    flux = await asyncio.to_thread(depot.plage, cle, debut, fin)
    reste = fin - debut + 1
    try:
        while reste > 0:
            bloc = await asyncio.to_thread(flux.read, min(BLOC, reste))
            if not bloc:
                return
            reste -= len(bloc)
            yield bloc
    finally:
        await asyncio.to_thread(flux.close)


def repondre(request: HttpRequest, envoi: Envoi) -> HttpResponseBase:
    """200, 206, 304 or 416, with the headers that keep a browser from running what it receives."""
    reponse = _corps(request, envoi)
    reponse["ETag"] = envoi.etag
    reponse["Cache-Control"] = (
        "private, max-age=0, must-revalidate" if not envoi.public else "private, max-age=86400"
    )
    reponse["Vary"] = "Cookie"
    if reponse.status_code == 304:
        return reponse
    reponse["Accept-Ranges"] = "bytes"
    reponse["X-Content-Type-Options"] = "nosniff"
    reponse["Content-Security-Policy"] = CSP_FICHIER
    reponse["Cross-Origin-Resource-Policy"] = "same-site"
    return reponse


def _corps(request: HttpRequest, envoi: Envoi) -> HttpResponseBase:
    voulus = parse_etags(request.headers.get("If-None-Match", ""))
    if "*" in voulus or envoi.etag in [v.removeprefix("W/") for v in voulus]:
        return HttpResponseNotModified()
    if settings.FICHIERS_ACCEL and envoi.depot.sur_disque:
        return _accel(envoi)
    plage = None
    entete = request.headers.get("Range", "")
    if entete and request.headers.get("If-Range", envoi.etag) == envoi.etag:
        try:
            plage = plage_de(entete, envoi.taille)
        except PlageImpossible:
            refus = HttpResponse(status=416)
            refus["Content-Range"] = f"bytes */{envoi.taille}"
            return refus
    debut, fin = plage or (0, envoi.taille - 1)
    if request.method == "HEAD":
        reponse: HttpResponseBase = HttpResponse()
    else:
        reponse = StreamingHttpResponse(lire(envoi.depot, envoi.cle, debut, fin))
    if plage is not None:
        reponse.status_code = 206
        reponse["Content-Range"] = f"bytes {debut}-{fin}/{envoi.taille}"
    reponse["Content-Length"] = str(fin - debut + 1)
    _nommer(reponse, envoi)
    return reponse


def _accel(envoi: Envoi) -> HttpResponse:
    """The proxy reads the file itself (internal location), ranges included."""
    reponse = HttpResponse()
    reponse["X-Accel-Redirect"] = f"{settings.FICHIERS_ACCEL.rstrip('/')}/{envoi.depot.prefixe}/{envoi.cle}"
    del reponse["Content-Length"]
    _nommer(reponse, envoi)
    return reponse


def _nommer(reponse: HttpResponseBase, envoi: Envoi) -> None:
    texte = envoi.type_mime.startswith("text/")
    reponse["Content-Type"] = f"{envoi.type_mime}; charset=utf-8" if texte else envoi.type_mime
    disposition = content_disposition_header(envoi.joint, envoi.nom)
    if disposition:
        reponse["Content-Disposition"] = disposition
