"""The colours of the collectivité, as a style sheet that browsers keep."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from syndicat.web.theme import Marque, feuille
from syndicat.web.vitrines import marque_de, vitrine_de


@login_not_required
@require_safe
def theme_css(request: HttpRequest) -> HttpResponse:
    """``/theme.css?v=<version>``: kept a year when the version asked is the current one, else five minutes."""
    portee = getattr(request, "portee", None)
    marque = marque_de(vitrine_de(portee)) if portee else Marque()
    reponse = HttpResponse(feuille(marque), content_type="text/css; charset=utf-8")
    a_jour = request.GET.get("v") == marque.version
    reponse["Cache-Control"] = "public, max-age=31536000, immutable" if a_jour else "public, max-age=300"
    reponse["X-Content-Type-Options"] = "nosniff"
    return reponse
