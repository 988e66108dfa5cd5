"""The desk's pages « Équipe et droits » and « Délégations »."""

from itertools import groupby
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from syndicat.comptes import actions, perms
from syndicat.comptes.acteur import acteur_de
from syndicat.comptes.actions import lendemain
from syndicat.comptes.enums import Role
from syndicat.comptes.formulaires_equipe import Invitation, NouvelleAbsence, NouvelleDelegation, Services
from syndicat.comptes.models import Absence, Adhesion, Delegation
from syndicat.comptes.perms import exiger
from syndicat.socle.manifest import services


def _reporter(form: forms.Form, refus: ValidationError) -> None:
    """Put an action's refusal on the form, beside the field it speaks of."""
    if hasattr(refus, "error_dict"):
        for champ, erreurs in refus.error_dict.items():
            form.add_error(champ if champ in form.fields else None, erreurs)
    else:
        form.add_error(None, refus)


def _lignes() -> list[dict[str, Any]]:
    noms = {m.code: m.label for m in services()}
    adhesions = (
        Adhesion.objects.filter(revoquee_at__isnull=True, fin_traitee_at__isnull=True, user__is_active=True)
        .de_travail()
        .select_related("user")
        .order_by("user__nom", "user__prenom", "user_id", "role")
    )
    lignes = []
    for user, groupe in groupby(adhesions, key=lambda a: a.user):
        siennes = [a for a in groupe if a.fin is None or a.fin > timezone.now()]
        for a in siennes:
            a.services = [noms.get(t, t) for t in a.themes]  # type: ignore[attr-defined]
        if siennes:
            lignes.append({"user": user, "adhesions": siennes})
    return lignes


@require_GET
@exiger(perms.can_see_team)
def equipe(request: HttpRequest) -> HttpResponse:
    """Who may do what here. Two queries whatever the number of people."""
    contexte = {"lignes": _lignes(), "donne": perms.can_give_adhesion(acteur_de(request))}
    return render(request, "comptes/equipe.html", contexte)


@require_http_methods(["GET", "POST"])
@exiger(perms.can_give_adhesion)
def inviter(request: HttpRequest) -> HttpResponse:
    """Give a role to an e-mail address."""
    form = Invitation(request.POST or None)
    if request.method == "POST" and form.is_valid():
        d = form.cleaned_data
        elu = d["role"] in Role.elus()
        try:
            actions.invite(
                email=d["email"],
                role=d["role"],
                by=acteur_de(request),
                civilite=d["civilite"],
                prenom=d["prenom"],
                nom=d["nom"],
                themes=d["themes"],
                fin=lendemain(d["fin"]) if d["fin"] and not elu else None,
                fin_de_mandat=d["fin"] if elu else None,
            )
        except ValidationError as refus:
            _reporter(form, refus)
        else:
            messages.success(request, f"L’invitation part à {d['email']}.")
            return HttpResponseRedirect(reverse("comptes:equipe"))
    return render(request, "comptes/inviter.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@exiger(perms.can_give_adhesion)
def adhesion(request: HttpRequest, uuid: str) -> HttpResponse:
    """One role of one person: its services (for an agent), and the way to withdraw it."""
    objet = get_object_or_404(Adhesion.objects.en_vigueur().de_travail().select_related("user"), uuid=uuid)
    form = (
        Services(request.POST or None, initial={"themes": objet.themes}) if objet.role == Role.AGENT else None
    )
    if request.method == "POST" and form is not None and form.is_valid():
        actions.change_themes(adhesion=objet, themes=form.cleaned_data["themes"], by=acteur_de(request))
        messages.success(request, "Les services confiés sont changés, dès maintenant.")
        return HttpResponseRedirect(reverse("comptes:equipe"))
    return render(request, "comptes/adhesion.html", {"adhesion": objet, "form": form})


@require_POST
@exiger(perms.can_give_adhesion)
def retirer(request: HttpRequest, uuid: str) -> HttpResponse:
    """Withdraw a role, at once."""
    objet = get_object_or_404(Adhesion.objects.de_travail().select_related("user"), uuid=uuid)
    try:
        actions.revoke_adhesion(adhesion=objet, by=acteur_de(request))
    except ValidationError as refus:
        messages.error(request, refus.messages[0])
        return HttpResponseRedirect(reverse("comptes:adhesion", args=[objet.uuid]))
    messages.success(
        request, "Ce droit est retiré. Ses sessions ouvertes ici se ferment en quelques secondes."
    )
    return HttpResponseRedirect(reverse("comptes:equipe"))


@require_GET
@exiger(perms.can_see_delegations)
def delegations(request: HttpRequest) -> HttpResponse:
    """Orders of delegation in force or to come, absences, and the way to add one."""
    jour = timezone.localdate()
    lignes = (
        Delegation.objects.filter(retiree_at__isnull=True)
        .exclude(fin__lt=jour)
        .select_related("delegant", "delegataire")
        .order_by("domaine", "suppleance", "debut")
    )
    absences = Absence.objects.filter(fin__gte=jour).select_related("user").order_by("debut")
    contexte = {
        "lignes": lignes,
        "absences": absences,
        "aujourdhui": jour,
        "delegue": perms.can_delegate(acteur_de(request)),
    }
    return render(request, "comptes/delegations.html", contexte)


@require_http_methods(["GET", "POST"])
@exiger(perms.can_delegate)
def nouvelle_delegation(request: HttpRequest) -> HttpResponse:
    """Record an order of delegation."""
    form = NouvelleDelegation(request.POST or None, initial={"debut": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        try:
            actions.create_delegation(by=acteur_de(request), **form.cleaned_data)
        except ValidationError as refus:
            _reporter(form, refus)
        else:
            messages.success(request, "La délégation est enregistrée.")
            return HttpResponseRedirect(reverse("comptes:delegations"))
    return render(
        request, "comptes/nouvelle_delegation.html", {"form": form}, status=422 if form.errors else 200
    )


@require_POST
@exiger(perms.can_delegate)
def retirer_delegation(request: HttpRequest, uuid: str) -> HttpResponse:
    """Withdraw an order of delegation."""
    objet = get_object_or_404(Delegation, uuid=uuid)
    actions.withdraw_delegation(delegation=objet, by=acteur_de(request))
    messages.success(request, "La délégation est retirée.")
    return HttpResponseRedirect(reverse("comptes:delegations"))


@require_http_methods(["GET", "POST"])
@exiger(perms.can_delegate)
def absence(request: HttpRequest) -> HttpResponse:
    """Say that a signatory is away: substitutes sign."""
    form = NouvelleAbsence(request.POST or None, initial={"debut": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        d = form.cleaned_data
        actions.record_absence(user=d["personne"], debut=d["debut"], fin=d["fin"], by=acteur_de(request))
        messages.success(request, "L’absence est notée : les suppléants signent pendant ce temps.")
        return HttpResponseRedirect(reverse("comptes:delegations"))
    return render(request, "comptes/absence.html", {"form": form}, status=422 if form.errors else 200)
