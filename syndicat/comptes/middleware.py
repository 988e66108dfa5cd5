"""Sessions belong to one host; adhesions to one collectivité; everything asks for an account unless it says otherwise."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from syndicat.comptes import sessions
from syndicat.comptes.acteur import Acteur, acteur_pour

_CENTRAUX = (settings.URLCONF_CONNEXION, settings.URLCONF_DONNEES)


def _central(request: HttpRequest) -> bool:
    return getattr(request, "urlconf", None) in _CENTRAUX


class SessionDeMembreMiddleware:
    """Refuses a session opened for another collectivité, or whose parent sign-in has ended."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        portee = getattr(request, "portee", None)
        if portee is None:  # health pages: on any host, for nobody in particular
            request.user = AnonymousUser()
        elif request.session.session_key and SESSION_KEY in request.session:
            sur_donnees = getattr(request, "urlconf", None) == settings.URLCONF_DONNEES
            if sur_donnees or not sessions.valide(request.session, portee, central=_central(request)):
                request.session.flush()
                request.user = AnonymousUser()
        return self.get_response(request)


class ConnexionRequiseMiddleware(LoginRequiredMiddleware):
    """LoginRequiredMiddleware that knows htmx, and asks to come back only to what a link can open."""

    def handle_no_permission(  # type: ignore[override]
        self, request: HttpRequest, view_func: Any
    ) -> HttpResponse:
        htmx = request.headers.get("HX-Request") == "true"
        if request.path.startswith("/api/"):
            reponse = HttpResponse(
                '{"detail": "Connexion demandée."}', status=401, content_type="application/json"
            )
            reponse["WWW-Authenticate"] = "Session"
            return reponse
        suite = request.get_full_path() if request.method == "GET" and not htmx else ""
        url = settings.LOGIN_URL
        if suite:
            url += "?" + urlencode({"next" if _central(request) else "suite": suite})
        if htmx:
            return HttpResponse(status=204, headers={"HX-Redirect": url})
        return HttpResponseRedirect(url)


class AdhesionMiddleware:
    """Gives ``request.acteur``, and sends back to sign in an agent whose session was opened without a second factor."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not hasattr(request, "portee"):
            return self.get_response(request)
        if _central(request) or not request.user.is_authenticated:
            request.acteur = Acteur.anonyme()  # type: ignore[attr-defined]
            return self.get_response(request)
        acteur = acteur_pour(request.user)
        if acteur.est_agent and settings.MFA_OBLIGATOIRE and not request.session.get(sessions.MFA):
            sessions.fermer_ici(request.session)
            request.session.flush()
            suite = request.get_full_path() if request.method == "GET" else ""
            return HttpResponseRedirect(
                settings.LOGIN_URL + ("?" + urlencode({"suite": suite}) if suite else "")
            )
        request.acteur = acteur  # type: ignore[attr-defined]
        return self.get_response(request)
