"""A suspended or merged collectivité is read, never written: a clear page before the view, and the database behind it."""

from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template import TemplateDoesNotExist
from django.template.loader import render_to_string
from django.urls import Resolver404, resolve

from syndicat.membres.verrou import code_sql

SANS_EFFET = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
#: Signing in and out writes the platform's rows, not the collectivité's.
ESPACES_TECHNIQUES = frozenset({"comptes_portail"})
TITRE = "Cet espace est en lecture seule"
TEXTE = "Vous pouvez tout consulter, mais rien n’a été enregistré : cette collectivité n’écrit plus ici pour le moment."
_ECRITURE_REFUSEE = "25006"  # read_only_sql_transaction


def technique(request: HttpRequest) -> bool:
    """True where the request only concerns signing in or out."""
    try:
        trouve = resolve(request.path_info, getattr(request, "urlconf", None))
    except (Resolver404, ImproperlyConfigured):
        return False
    return bool(ESPACES_TECHNIQUES & set(trouve.namespaces))


def refus(request: HttpRequest) -> HttpResponse:
    """403 in the form the caller understands."""
    if request.path.startswith("/api/"):
        return JsonResponse({"code": "lecture_seule", "detail": f"{TITRE}. {TEXTE}"}, status=403)
    erreur = {"code": 403, "titre": TITRE, "texte": TEXTE, "icone": "verrou"}
    try:
        page = render_to_string("web/erreur_nue.html", {"erreur": erreur})
    except TemplateDoesNotExist:
        return HttpResponse(f"{TITRE}. {TEXTE}", status=403, content_type="text/plain; charset=utf-8")
    return HttpResponse(page, status=403)


def est_ecriture_refusee(exception: BaseException) -> bool:
    """The database refused to write for this reason."""
    return isinstance(exception, DatabaseError) and code_sql(exception) == _ECRITURE_REFUSEE
