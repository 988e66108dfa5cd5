"""Every request has an identifier, in its logs and in its answer."""

import re
import uuid
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from syndicat.socle.journalisation import requete_courante

_PROPRE = re.compile(r"^[A-Za-z0-9-]{8,64}$")


class RequeteMiddleware:
    """Takes the proxy's ``X-Request-ID`` when well formed, else makes one."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        recu = request.headers.get("X-Request-ID", "")
        identifiant = recu if _PROPRE.match(recu) else uuid.uuid4().hex
        requete_courante.set(identifiant)
        request.requete_id = identifiant  # type: ignore[attr-defined]
        reponse = self.get_response(request)
        reponse["X-Request-ID"] = identifiant
        return reponse
