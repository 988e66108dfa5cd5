"""From the Host header to the collectivité: unknown host, bare 404; central hosts run in the syndicate's schema."""

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse, HttpResponseNotFound
from django.http.request import split_domain_port

from syndicat.membres import annuaire
from syndicat.socle import contexte

_URLCONFS = {
    settings.HOTE_CONNEXION: settings.URLCONF_CONNEXION,
    settings.HOTE_DONNEES: settings.URLCONF_DONNEES,
}


class MembreMiddleware:
    """Sets the tenancy context for the request, and puts the former one back."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith("/sante/"):  # health answers on any host, reads nothing of a member
            return self.get_response(request)
        try:
            hote = split_domain_port(request.get_host())[0]
        except DisallowedHost:
            return HttpResponseNotFound()
        portee = annuaire.portee_par_hote(hote)
        if portee is None:
            return HttpResponseNotFound()
        if hote in _URLCONFS:
            request.urlconf = _URLCONFS[hote]  # type: ignore[attr-defined]
        request.portee = portee  # type: ignore[attr-defined]
        ancien = contexte.fixer(portee)
        try:
            return self.get_response(request)
        finally:
            contexte.retablir(ancien)
