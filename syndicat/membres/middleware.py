"""From the Host header to the collectivité: unknown host, bare 404; central hosts run in the syndicate's schema."""

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse, HttpResponseNotFound
from django.http.request import split_domain_port

from syndicat.membres import annuaire, lecture_seule
from syndicat.socle import contexte

_URLCONFS = {
    settings.HOTE_CONNEXION: settings.URLCONF_CONNEXION,
    settings.HOTE_DONNEES: settings.URLCONF_DONNEES,
}


#: Host headers already found valid and known, with their name: validation costs as much as all the rest here.
_valides: dict[str, str] = {}


class RedirectionPermanente(HttpResponse):
    """308: the method and the body follow (a form sent to a former address is not lost)."""

    status_code = 308


class MembreMiddleware:
    """Sets the tenancy context for the request, and puts the former one back."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith("/sante/"):  # health answers on any host, reads nothing of a member
            return self.get_response(request)
        brut = "" if settings.USE_X_FORWARDED_HOST else request.META.get("HTTP_HOST", "")
        hote = _valides.get(brut, "")
        if not hote:
            try:
                hote = split_domain_port(request.get_host())[0]
            except DisallowedHost:
                return HttpResponseNotFound()
        portee = annuaire.portee_par_hote(hote)
        if portee is not None and brut and len(_valides) < 2000:
            _valides[brut] = hote
        if portee is None:
            nouvelle = annuaire.redirection(hote, request.get_full_path())
            if nouvelle:
                return RedirectionPermanente(headers={"Location": nouvelle})
            return HttpResponseNotFound()
        if hote in _URLCONFS:
            request.urlconf = _URLCONFS[hote]
        request.portee = portee  # type: ignore[attr-defined]
        technique = portee.lecture_seule and lecture_seule.technique(request)
        ancien = contexte.fixer(portee, technique=technique)
        try:
            if portee.lecture_seule and not technique and request.method not in lecture_seule.SANS_EFFET:
                return lecture_seule.refus(request)
            return self.get_response(request)
        finally:
            contexte.retablir(ancien)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """A read that wanted to write for a read-only collectivité: the same page."""
        return lecture_seule.refus(request) if lecture_seule.est_ecriture_refusee(exception) else None
