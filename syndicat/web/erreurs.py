"""Error pages, for people and for machines."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse


def _page(code: int) -> HttpResponse:
    return HttpResponse(f"Erreur {code}", status=code)


def requete_invalide(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """400."""
    return _page(400)


def interdit(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """403."""
    return _page(403)


def introuvable(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """404."""
    return _page(404)


def panne(request: HttpRequest) -> HttpResponse:
    """500."""
    return _page(500)


def introuvable_machine(request: HttpRequest, exception: Any = None) -> JsonResponse:
    """404, for a machine."""
    return JsonResponse({"detail": "Introuvable."}, status=404)


def panne_machine(request: HttpRequest) -> JsonResponse:
    """500, for a machine."""
    return JsonResponse({"detail": "Panne passagère."}, status=500)
