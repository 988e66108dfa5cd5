"""Health for the supervisor and the proxy, figures for Prometheus: answered before anything of a member is touched.

``/sante/vivant``: the process answers. ``/sante/pret``: the database and the cache answer too (503 otherwise).
``/metrics``: with the token of ``METRIQUES_JETON``, or from this very machine when none is set.
"""

import logging
import secrets
import time
from collections.abc import Callable
from ipaddress import ip_address

from django.conf import settings
from django.core.cache import cache
from django.db import connections
from django.http import HttpRequest, HttpResponse, HttpResponseNotFound, JsonResponse
from prometheus_client import CONTENT_TYPE_LATEST

from syndicat.fichiers import antivirus
from syndicat.socle import contexte, mesures

acces = logging.getLogger("syndicat.acces")
_METHODES = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_RELAIS = ("Forwarded", "X-Forwarded-For", "X-Real-Ip")


def _base() -> str:
    with contexte.hors_membre(), connections["default"].cursor() as curseur:
        curseur.execute("SELECT 1")
    return "ok"


def _cache() -> str:
    with contexte.hors_membre():
        cache.get("sante")
    return "ok"


def _antivirus() -> str:
    """Said, never blocking: without it files wait, the rest goes on."""
    bien, mot = antivirus.sante()
    return mot if bien else "injoignable"


VERIFICATIONS: dict[str, tuple[Callable[[], str], bool]] = {
    "base": (_base, True),
    "cache": (_cache, True),
    "antivirus": (_antivirus, False),
}


def etat() -> tuple[bool, dict[str, str]]:
    """(ready, a word by check). Words never carry an address or an error's text."""
    pret, mots = True, {}
    for nom, (verifier, exige) in VERIFICATIONS.items():
        try:
            mots[nom] = verifier()
        except Exception as exc:
            logging.getLogger("syndicat.sante").warning("%s ne répond pas : %s", nom, exc)
            mots[nom] = "injoignable"
            pret = pret and not exige
    return pret, mots


def _de_la_machine(request: HttpRequest) -> bool:
    """From this machine and not relayed by the proxy that runs on it."""
    if any(request.headers.get(nom) for nom in _RELAIS):
        return False
    try:
        return ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False


def _peut_mesurer(request: HttpRequest) -> bool:
    if settings.METRIQUES_JETON:
        recu = request.headers.get("Authorization", "").removeprefix("Bearer ")
        return secrets.compare_digest(recu.encode(), settings.METRIQUES_JETON.encode())
    return _de_la_machine(request)


class SanteMiddleware:
    """Answers the three addresses, on any host, without session or collectivité."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path == "/sante/vivant":
            return _non_garde(JsonResponse({"etat": "vivant"}))
        if request.path == "/sante/pret":
            pret, mots = etat()
            mot = "pret" if pret else "indisponible"
            return _non_garde(JsonResponse({"etat": mot, **mots}, status=200 if pret else 503))
        if request.path == "/metrics":
            if not _peut_mesurer(request):
                return HttpResponseNotFound()
            return _non_garde(HttpResponse(mesures.exposition(), content_type=CONTENT_TYPE_LATEST))
        return self.get_response(request)


def _non_garde(reponse: HttpResponse) -> HttpResponse:
    reponse["Cache-Control"] = "no-store"
    return reponse


class MesureMiddleware:
    """Counts and times requests by route; writes the access line where ``LOG_ACCES`` asks for it (route, never address)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        debut = time.perf_counter()
        reponse = self.get_response(request)
        duree = time.perf_counter() - debut
        resolu = request.resolver_match
        route = f"/{resolu.route}" if resolu is not None else "(aucune)"
        methode = request.method if request.method in _METHODES else "AUTRE"
        mesures.REQUETES.labels(route, methode, str(reponse.status_code)).inc()
        mesures.DUREES.labels(route).observe(duree)
        if settings.LOG_ACCES:
            portee = getattr(request, "portee", None)
            acces.info(
                "%s %s %s", methode, route, reponse.status_code,
                extra={"collectivite": portee.slug if portee else "-", "duree_ms": round(duree * 1000, 1)},
            )  # fmt: skip
        return reponse
