"""Authentication of the API: the member host's own session (checked by the middleware), with its CSRF token."""

from typing import Any

from django.conf import settings
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import SessionAuthentication


class SessionDuMembre(SessionAuthentication):
    """DRF's, that answers 401 (not 403) when nobody is signed in."""

    def authenticate_header(self, request: Any) -> str:
        return "Session"


class SchemaDeSession(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """Its line in the OpenAPI description."""

    target_class = "syndicat.api.authentification.SessionDuMembre"
    name = "session"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "apiKey", "in": "cookie", "name": settings.SESSION_COOKIE_NAME}
