"""The colours of the collectivité, as a style sheet that browsers keep."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.views.decorators.http import require_safe

from syndicat.web.theme import Marque, derive, feuille
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


@login_not_required
@require_safe
def icone_site(request: HttpRequest) -> HttpResponse:
    """The tab's icon: the collectivité's shield in its accent colour."""
    portee = getattr(request, "portee", None)
    vitrine = vitrine_de(portee) if portee else None
    palette = derive(marque_de(vitrine) if vitrine else Marque())
    contexte = {
        "motif": vitrine.blason if vitrine else "ondes",
        "couleurs": (palette.clair["accent"], palette.clair["sur-accent"]),
    }
    reponse = HttpResponse(
        render_to_string("web/composants/blason.html", contexte), content_type="image/svg+xml"
    )
    reponse["Cache-Control"] = "public, max-age=86400"
    return reponse
