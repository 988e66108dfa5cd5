"""Pages of every portal: home, services, hours, legal pages."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe


def _page(gabarit: str):  # type: ignore[no-untyped-def]
    @login_not_required
    @require_safe
    def vue(request: HttpRequest) -> HttpResponse:
        return render(request, gabarit)

    return vue


accueil = _page("web/portail.html")
services = horaires = aide = accessibilite = mentions = donnees_personnelles = conditions = plan_du_site = (
    accueil
)
