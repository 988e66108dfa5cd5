"""Pages of the sign-in host that are ours: the hand-off, the second factor asked for, one's open sign-ins."""

import uuid
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from syndicat.comptes import mfa, sessions
from syndicat.comptes import passage as passages
from syndicat.comptes.espaces import espaces_de
from syndicat.comptes.models import User
from syndicat.comptes.models_sessions import ConnexionCentrale
from syndicat.membres import annuaire

EN_ATTENTE = "passage_en_attente"


def _personne(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


def _connexion(request: HttpRequest) -> ConnexionCentrale:
    return ConnexionCentrale.objects.select_related("user").get(uuid=request.session[sessions.PARENT])


@login_not_required
@require_GET
@never_cache
def accueil(request: HttpRequest) -> HttpResponse:
    """Where to go: one's collectivités, one's security. Signed out: the sign-in page."""
    if not request.user.is_authenticated:
        return HttpResponseRedirect(reverse("account_login"))
    attente = request.session.pop(EN_ATTENTE, "")
    if attente:
        return HttpResponseRedirect(attente)
    return render(request, "comptes/accueil_connexion.html", {"espaces": espaces_de(_personne(request))})


def _refus(request: HttpRequest) -> HttpResponse:
    return render(
        request,
        "comptes/passage_refuse.html",
        {"recommencer": annuaire.adresse(annuaire.portee_du_syndicat())},
        status=400,
    )


@require_GET
@never_cache
def passage(request: HttpRequest) -> HttpResponse:
    """Hand the signed-in person over to a member's host. Asks for the second factor first where it is due.

    The answer is a page that posts a code to that host (by itself with script, by a button without); it alone allows
    that host in ``form-action``.
    """
    try:
        demande = passages.lire_demande(
            hote=request.GET.get("hote", ""),
            jeton=request.GET.get("jeton", ""),
            suite=request.GET.get("suite", ""),
        )
    except passages.PassageRefuse:
        return _refus(request)
    parent = _connexion(request)
    if not parent.mfa and mfa.exige(parent.user):
        request.session[EN_ATTENTE] = request.get_full_path()
        if not mfa.inscrit(parent.user):
            return HttpResponseRedirect(reverse("securite_requise"))
        # signed in before the second factor was recorded, in another browser: start again
        sessions.fermer_connexions([str(parent.uuid)], motif="securite")
        request.session.flush()
        return HttpResponseRedirect(
            f"{reverse('account_login')}?{urlencode({'next': request.get_full_path()})}"
        )
    code = passages.emettre(demande, parent)
    reponse = render(
        request,
        "comptes/passage.html",
        {"code": code, "action": f"{demande.origine}/connexion/retour/", "membre": demande.portee},
    )
    reponse._csp_update = {"form-action": [demande.origine]}  # type: ignore[attr-defined]
    reponse["Referrer-Policy"] = "no-referrer"
    return reponse


@require_GET
@never_cache
def securite_requise(request: HttpRequest) -> HttpResponse:
    """Why a second factor is asked, and the two ways to have one."""
    if mfa.inscrit(_personne(request)):
        return HttpResponseRedirect(reverse("accueil_connexion"))
    return render(request, "comptes/securite_requise.html", {})


@require_GET
@never_cache
def connexions(request: HttpRequest) -> HttpResponse:
    """The sign-ins of this person that are still open, this one marked."""
    ouvertes: list[dict[str, Any]] = [
        {"connexion": c, "ici": str(c.uuid) == request.session.get(sessions.PARENT)}
        for c in ConnexionCentrale.objects.filter(
            user=_personne(request), ended_at__isnull=True, expire_at__gt=timezone.now()
        ).order_by("-created_at")
    ]
    return render(request, "comptes/connexions.html", {"ouvertes": ouvertes})


@require_POST
def fermer(request: HttpRequest) -> HttpResponse:
    """End one sign-in of one's own, or all the others."""
    ici = request.session[sessions.PARENT]
    choisie = request.POST.get("connexion", "")
    if choisie:
        siennes = ConnexionCentrale.objects.filter(
            user=_personne(request), uuid=sessions.uuid_ou_rien(choisie) or uuid.UUID(int=0)
        )
        nombre = sessions.fermer_connexions([str(c.uuid) for c in siennes], motif="appareils")
    else:
        nombre = sessions.fermer_tout(_personne(request), motif="appareils", sauf=ici)
    if nombre:
        messages.success(
            request,
            "C’est fait : cet accès est fermé."
            if nombre == 1
            else f"C’est fait : {nombre} accès sont fermés.",
        )
    return HttpResponseRedirect(reverse("connexions"))
