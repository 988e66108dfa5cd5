"""The gate on the web and the API: a theme's page answers only where a convention opens it."""

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse

from syndicat.conventions.porte import Ouverture, ouverture
from syndicat.socle.contexte import exiger_portee
from syndicat.socle.manifest import services

_SUFFIXES = ("_portail", "_api", "_syndicat", "_donnees")


def service_de(request: HttpRequest) -> str:
    """Code of the theme a request is for, or an empty string."""
    resolu = request.resolver_match
    if resolu is None or not resolu.namespaces:
        return ""
    nom = resolu.namespaces[0]
    for suffixe in _SUFFIXES:
        nom = nom.removesuffix(suffixe)
    return nom if nom in {m.code for m in services()} else ""


def reserve_au_syndicat(request: HttpRequest) -> bool:
    """True for what a manifest declares as ``urls_syndicat``: it exists on the syndicate's host alone."""
    resolu = request.resolver_match
    return resolu is not None and any(nom.endswith("_syndicat") for nom in resolu.namespaces)


class PorteMiddleware:
    """Closed: 404. Winding down: reading stays, new files are refused by the theme (``request.ouverture``)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *args: Any) -> None:
        if reserve_au_syndicat(request) and not exiger_portee().est_syndicat:
            raise Http404
        code = service_de(request)
        if not code:
            return
        etat = ouverture(code)
        request.ouverture = etat  # type: ignore[attr-defined]
        if etat is Ouverture.FERME:
            raise Http404
