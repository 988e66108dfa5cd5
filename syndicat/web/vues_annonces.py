"""What the collectivité announces on its portal: list, publish, withdraw."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from syndicat.comptes.acteur import acteur_de
from syndicat.comptes.perms import exiger
from syndicat.web import actions
from syndicat.web.forms import AnnonceForm
from syndicat.web.models import Annonce
from syndicat.web.perms import can_announce


@require_http_methods(["GET", "HEAD", "POST"])
@exiger(can_announce)
def annonces(request: HttpRequest) -> HttpResponse:
    """The announcements, and the form to publish one."""
    form = AnnonceForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.publish_announcement(**form.cleaned_data, by=acteur_de(request))
        messages.success(request, "L’annonce est en ligne.")
        return redirect("web:annonces")
    maintenant = timezone.now()
    lignes = [
        (a, a.affichee_au is None or a.affichee_au > maintenant)
        for a in Annonce.objects.order_by("-affichee_du")[:40]
    ]
    return render(
        request, "web/annonces.html", {"form": form, "lignes": lignes}, status=422 if form.errors else 200
    )


@require_POST
@exiger(can_announce)
def retirer(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Take one off the portal."""
    actions.withdraw_announcement(annonce=get_object_or_404(Annonce, uuid=uuid), by=acteur_de(request))
    messages.success(request, "L’annonce n’est plus affichée.")
    return redirect("web:annonces")
