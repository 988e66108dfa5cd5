"""Errors of the API: one shape, French sentences. ``{"code", "detail", "champs": {field: [sentences]}}``."""

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from rest_framework import exceptions, status
from rest_framework.response import Response
from rest_framework.serializers import as_serializer_error
from rest_framework.views import set_rollback

PHRASES: dict[int, tuple[str, str]] = {
    400: ("invalide", "Certaines valeurs ne conviennent pas."),
    401: ("connexion", "Connectez-vous pour continuer."),
    403: ("interdit", "Vous n’avez pas ce droit dans cette collectivité."),
    404: ("introuvable", "Rien ne se trouve à cette adresse."),
    405: ("methode", "Cette adresse n’accepte pas cette méthode."),
    406: ("format", "Ce format de réponse n’est pas proposé."),
    415: ("format", "Ce format d’envoi n’est pas accepté."),
    429: ("trop", "Trop de demandes. Réessayez un peu plus tard."),
}


def reponse_d_erreur(exc: Exception, context: dict[str, Any]) -> Response | None:
    """EXCEPTION_HANDLER of DRF. Django's own ValidationError (from an action) is a 400 too; anything else is a 500."""
    if isinstance(exc, Http404):
        exc = exceptions.NotFound()
    elif isinstance(exc, PermissionDenied):
        exc = exceptions.PermissionDenied()
    elif isinstance(exc, ValidationError):
        exc = exceptions.ValidationError(detail=as_serializer_error(exc))
    if not isinstance(exc, exceptions.APIException):
        return None
    set_rollback()
    code, phrase = PHRASES.get(exc.status_code, ("erreur", str(exc.detail)))
    corps: dict[str, Any] = {"code": code, "detail": phrase}
    if exc.status_code == status.HTTP_400_BAD_REQUEST:
        champs = exc.detail if isinstance(exc.detail, dict) else {"non_field_errors": exc.detail}
        if isinstance(exc, exceptions.ParseError):
            corps["detail"] = "Le contenu envoyé ne se lit pas."
        else:
            generales = champs.pop("non_field_errors", None)
            if generales:
                corps["detail"] = " ".join(
                    str(g) for g in (generales if isinstance(generales, list) else [generales])
                )
            corps["champs"] = champs
    entetes = {}
    attente = getattr(exc, "wait", None)
    if attente is not None:
        entetes["Retry-After"] = str(int(attente) + 1)
    if isinstance(exc, exceptions.NotAuthenticated | exceptions.AuthenticationFailed):
        entetes["WWW-Authenticate"] = getattr(exc, "auth_header", "Session")
    return Response(corps, status=exc.status_code, headers=entetes)
