"""Desk pages: the data sets of the collectivité, their state, and the decision to publish."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.data import actions
from apps.data.commun.models import EtatJeu, JeuDeDonnees
from apps.data.dcat.vocabulaires import FREQUENCES
from apps.data.forms import FormulaireNotice
from apps.data.perms import can_publier, can_voir
from apps.data.portail import fiche
from syndicat.comptes.acteur import acteur_de
from syndicat.comptes.perms import exiger

NIVEAUX = {
    EtatJeu.PUBLIE: "ok",
    EtatJeu.PROPOSE: "alerte",
    EtatJeu.RETIRE: "neutre",
    EtatJeu.REFUSE: "danger",
}


@require_safe
@exiger(can_voir)
def liste(request: HttpRequest) -> HttpResponse:
    """Every data set here, those that wait for somebody first."""
    ordre = {EtatJeu.PROPOSE: 0, EtatJeu.REFUSE: 0, EtatJeu.PUBLIE: 1, EtatJeu.RETIRE: 2}
    jeux = sorted(JeuDeDonnees.objects.all(), key=lambda j: (ordre[EtatJeu(j.etat)], j.titre))
    lignes = [(j, NIVEAUX[EtatJeu(j.etat)], FREQUENCES.get(j.frequence, "")) for j in jeux]
    return render(
        request,
        "data/liste.html",
        {"lignes": lignes, "en_ligne": sum(j.etat == EtatJeu.PUBLIE for j in jeux)},
    )


def _jeu(uuid: UUID) -> JeuDeDonnees:
    jeu: JeuDeDonnees = get_object_or_404(JeuDeDonnees.objects, uuid=uuid)
    return jeu


@require_safe
@exiger(can_voir)
def jeu(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """One data set, as it will be read, and what can be done with it."""
    objet = _jeu(uuid)
    acteur = acteur_de(request)
    return render(
        request,
        "data/jeu.html",
        {
            **fiche(objet),
            "niveau": NIVEAUX[EtatJeu(objet.etat)],
            "peut": can_publier(acteur, objet),
            "publiable": objet.version > 0 and objet.etat in (EtatJeu.PROPOSE, EtatJeu.RETIRE),
            "retirable": objet.etat == EtatJeu.PUBLIE,
        },
    )


def _agir(request: HttpRequest, uuid: UUID, action: str, reussite: str) -> HttpResponse:
    try:
        getattr(actions, action)(jeu=_jeu(uuid), by=acteur_de(request))
    except ValidationError as refus:
        messages.error(request, " ".join(refus.messages))
    else:
        messages.success(request, reussite)
    return redirect(reverse("data:jeu", args=[uuid]))


@require_POST
@exiger(can_publier)
def publier(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Approve and publish."""
    return _agir(
        request,
        uuid,
        "ouvrir_jeu",
        "Le jeu de données est publié. Il sera tenu à jour sans que vous ayez à y penser.",
    )


@require_POST
@exiger(can_publier)
def retirer(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Withdraw."""
    return _agir(
        request,
        uuid,
        "retirer_jeu",
        "Le jeu de données n’est plus publié. Vous pourrez le remettre en ligne.",
    )


@require_http_methods(["GET", "HEAD", "POST"])
@exiger(can_publier)
def notice(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Edit the description."""
    objet = _jeu(uuid)
    formulaire = FormulaireNotice.pour(objet, request.POST if request.method == "POST" else None)
    if request.method == "POST" and formulaire.is_valid():
        actions.modifier_notice(jeu=objet, champs=formulaire.cleaned_data, by=acteur_de(request))
        messages.success(request, "La description est enregistrée.")
        return redirect(reverse("data:jeu", args=[uuid]))
    statut = 422 if formulaire.is_bound else 200
    return render(request, "data/notice.html", {"jeu": objet, "form": formulaire}, status=statut)
