"""The desk's list of notifications, its preferences, and the one-click way out of e-mails."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from syndicat.comptes.acteur import acteur_de
from syndicat.comptes.perms import exiger
from syndicat.notifications import actions, desabonnement, service
from syndicat.notifications.forms import PreferencesForm
from syndicat.notifications.models import Notification
from syndicat.notifications.perms import can_read_notifications

PAR_PAGE = 25


def _page(lignes: Any, avant: str) -> tuple[list[Notification], str]:
    """A page by keyset: rows older than ``avant`` (a row's number), and the address of the next page."""
    if avant.isdecimal() and len(avant) < 19:
        lignes = lignes.filter(pk__lt=int(avant))
    page = list(lignes.order_by("-pk")[: PAR_PAGE + 1])
    suivante = f"?avant={page[PAR_PAGE - 1].pk}" if len(page) > PAR_PAGE else ""
    return page[:PAR_PAGE], suivante


@require_GET
@exiger(can_read_notifications)
def liste(request: HttpRequest) -> HttpResponse:
    """The person's own notifications, newest first."""
    acteur = acteur_de(request)
    avant = request.GET.get("avant", "")
    lignes, suivante = _page(Notification.objects.filter(user_id=acteur.user_id), avant)
    contexte = {
        "lignes": lignes,
        "suivante": suivante,
        "precedente": reverse("notifications:liste") if avant else "",
        "non_lues": service.compteur(acteur),
    }
    return render(request, "notifications/liste.html", contexte)


@require_POST
@exiger(can_read_notifications)
def ouvrir(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Mark it read and go where it leads."""
    ligne = actions.marquer_lue(uuid=uuid, by=acteur_de(request))
    if ligne is None:
        raise Http404
    if not url_has_allowed_host_and_scheme(ligne.url, allowed_hosts=None):
        return redirect("notifications:liste")
    return redirect(ligne.url)


@require_POST
@exiger(can_read_notifications)
def tout_lire(request: HttpRequest) -> HttpResponse:
    """Everything is read."""
    actions.tout_marquer_lu(by=acteur_de(request))
    messages.success(request, "Toutes vos notifications sont marquées comme lues.")
    return redirect("notifications:liste")


@require_http_methods(["GET", "HEAD", "POST"])
@exiger(can_read_notifications)
def preferences(request: HttpRequest) -> HttpResponse:
    """Rhythm of e-mails, in general and by service."""
    acteur = acteur_de(request)
    form = PreferencesForm(request.POST or None, user_id=acteur.user_id or 0)
    if request.method == "POST" and form.is_valid():
        actions.choisir_rythmes(rythmes=form.rythmes(), by=acteur)
        messages.success(request, "Vos choix sont enregistrés.")
        return redirect("notifications:preferences")
    statut = 422 if form.is_bound else 200
    contexte = {"form": form, "liste": reverse("notifications:liste")}
    return render(request, "notifications/preferences.html", contexte, status=statut)


@login_not_required
@csrf_exempt  # RFC 8058: the mail client posts without cookie; the signed word is the authority
@require_http_methods(["GET", "HEAD", "POST"])
def desabonner(request: HttpRequest, mot: str) -> HttpResponse:
    """GET asks for confirmation (link scanners follow links), POST stops the e-mails."""
    connu = desabonnement.lire(mot)
    fait = request.method == "POST" and connu is not None
    if fait and connu is not None:
        desabonnement.arreter(*connu)
    contexte = {"connu": connu is not None, "fait": fait}
    return render(request, "notifications/desabonner.html", contexte, status=200 if connu else 404)
