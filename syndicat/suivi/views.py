"""Undelivered facts, on the syndicate's desk."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from syndicat.comptes.acteur import acteur_de
from syndicat.comptes.perms import exiger
from syndicat.suivi import livraison
from syndicat.suivi.perms import can_see_deliveries


@require_GET
@exiger(can_see_deliveries)
def faits(request: HttpRequest) -> HttpResponse:
    """Counts by state, and those given up, with a button to try again."""
    contexte = {"comptes": livraison.compter_par_etat(), "lignes": livraison.abandonnees()}
    return render(request, "suivi/faits.html", contexte)


@require_POST
@exiger(can_see_deliveries)
def relancer(request: HttpRequest) -> HttpResponse:
    """Give those given up their tries again."""
    nombre = livraison.relancer(by=acteur_de(request))
    messages.success(
        request, f"{nombre} message(s) relancé(s)." if nombre else "Il n’y avait rien à relancer."
    )
    return redirect("suivi_syndicat:faits")
