"""Pages of conventions: a member's own, and the syndicate's table of members × services."""

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from syndicat.comptes.acteur import acteur_de
from syndicat.comptes.perms import exiger
from syndicat.conventions import actions
from syndicat.conventions.models import TRANSITIONS_CONVENTION, Convention, EtatConvention
from syndicat.conventions.perms import can_demander_adhesion, can_gerer_conventions, can_voir
from syndicat.membres.models import Collectivite
from syndicat.membres.registre import sans_accents
from syndicat.socle import contexte
from syndicat.socle.manifest import Manifest, services

ACTE_TABLE = contexte.declarer_acte(
    "conventions.table", "Lire, au syndicat, quelles conventions ouvrent quels services à quels membres"
)
NIVEAUX = {
    EtatConvention.PROJET: "alerte",
    EtatConvention.ACTIVE: "ok",
    EtatConvention.SUSPENDUE: "alerte",
    EtatConvention.ECHUE: "neutre",
    EtatConvention.RESILIEE: "neutre",
    EtatConvention.RESTITUEE: "neutre",
}
VERBES = {
    EtatConvention.ACTIVE: "Ouvrir le service",
    EtatConvention.SUSPENDUE: "Suspendre",
    EtatConvention.RESILIEE: "Résilier",
    EtatConvention.ECHUE: "Noter l’échéance",
    EtatConvention.RESTITUEE: "Données restituées",
}
PAR_PAGE = 50


def _lisible(convention: Convention) -> dict[str, Any]:
    return {"objet": convention, "niveau": NIVEAUX[EtatConvention(convention.etat)]}


def proposables() -> list[Manifest]:
    """Themes that do something."""
    return [m for m in services() if m.urls or m.public_urls or m.menu]


@require_safe
@exiger(can_voir)
def nos_conventions(request: HttpRequest) -> HttpResponse:
    """The conventions of the collectivité, the latest first, and what can still be asked for."""
    connus = {m.code: m for m in services()}
    lignes = list(Convention.objects.order_by("-debut", "-pk"))
    vivantes = {
        c.service
        for c in lignes
        if c.etat in (EtatConvention.PROJET, EtatConvention.ACTIVE, EtatConvention.SUSPENDUE)
    }
    return render(
        request,
        "conventions/nos_conventions.html",
        {
            "conventions": [{**_lisible(c), "manifeste": connus.get(c.service)} for c in lignes],
            "autres": [m for m in proposables() if m.code not in vivantes],
        },
    )


@require_POST
@exiger(can_demander_adhesion)
def demander(request: HttpRequest, service: str) -> HttpResponse:
    """Ask the syndicate for a service."""
    try:
        actions.demander_adhesion(service=service, jour=timezone.localdate(), by=acteur_de(request))
    except LookupError as inconnu:
        raise Http404 from inconnu
    except ValidationError as refus:
        messages.error(request, " ".join(refus.messages))
    else:
        messages.success(
            request, "Votre demande est partie. Le syndicat prépare une convention et vous rappelle."
        )
    return redirect(reverse("conventions:liste"))


# -- At the syndicate ----------------------------------------------------------------------------------
def _par_membre(ids: list[int]) -> dict[int, dict[str, Convention]]:
    """The convention that counts for each service (the open one first), of each member."""
    poids = {EtatConvention.ACTIVE: 0, EtatConvention.PROJET: 1, EtatConvention.SUSPENDUE: 2}
    trouvees: dict[int, dict[str, Convention]] = {}
    with contexte.transverse(ACTE_TABLE):
        lignes = list(Convention.objects.filter(collectivite_id__in=ids))
    for c in sorted(lignes, key=lambda c: -poids.get(EtatConvention(c.etat), 3)):
        trouvees.setdefault(c.collectivite_id, {})[c.service] = c
    return trouvees


@require_safe
@exiger(can_gerer_conventions)
def table(request: HttpRequest) -> HttpResponse:
    """Members × services, fifty members a page, three queries."""
    demande = request.GET.get("q", "").strip()[:60]
    membres = Collectivite.objects.embarquees().exclude(nature="syndicat")
    if demande:
        membres = membres.filter(nom_tri__contains=sans_accents(demande).replace("-", " "))
    total = membres.count()
    apres = request.GET.get("apres", "")
    page = list(
        (membres.filter(nom_tri__gt=apres) if apres else membres).order_by("nom_tri", "pk")[: PAR_PAGE + 1]
    )
    suite = len(page) > PAR_PAGE
    page = page[:PAR_PAGE]
    themes = proposables()
    connues = _par_membre([m.pk for m in page])
    lignes = [
        (m, [_lisible(c) if (c := connues.get(m.pk, {}).get(t.code)) else None for t in themes]) for m in page
    ]
    return render(
        request,
        "conventions/table.html",
        {
            "themes": themes,
            "lignes": lignes,
            "total": total,
            "q": demande,
            "precedente": f"?q={demande}" if apres else "",
            "suivante": f"?q={demande}&apres={page[-1].nom_tri}" if suite else "",
        },
    )


def _membre(ident: UUID) -> Collectivite:
    trouve: Collectivite = get_object_or_404(
        Collectivite.objects.embarquees().exclude(nature="syndicat"), ident=ident
    )
    return trouve


@require_safe
@exiger(can_gerer_conventions)
def membre(request: HttpRequest, ident: UUID) -> HttpResponse:
    """The services of one member, and what the manager can do with each."""
    objet = _membre(ident)
    connues = _par_membre([objet.pk]).get(objet.pk, {})
    lignes = []
    for theme in proposables():
        c = connues.get(theme.code)
        suites = [(e, VERBES[EtatConvention(e)]) for e in TRANSITIONS_CONVENTION[c.etat]] if c else []
        if c is None or not suites:
            suites = [(EtatConvention.ACTIVE.value, VERBES[EtatConvention.ACTIVE])]
        lignes.append({"theme": theme, "convention": _lisible(c) if c else None, "suites": suites})
    return render(request, "conventions/membre.html", {"membre": objet, "lignes": lignes})


def _changer(
    convention: Convention | None, service: str, vers: str, jour: date, request: HttpRequest
) -> None:
    by = acteur_de(request)
    if convention is None or not TRANSITIONS_CONVENTION[convention.etat]:
        if vers != EtatConvention.ACTIVE:
            raise ValidationError("Ce changement n’est pas possible.")
        actions.ouvrir_service(service=service, jour=jour, by=by)
    else:
        actions.changer_etat(convention=convention, vers=vers, jour=jour, by=by)


@require_POST
@exiger(can_gerer_conventions)
def changer(request: HttpRequest, ident: UUID, service: str) -> HttpResponse:
    """Open, suspend or end a service of a member; written in that member's journal."""
    objet = _membre(ident)
    if service not in {m.code for m in services()}:
        raise Http404
    convention = _par_membre([objet.pk]).get(objet.pk, {}).get(service)
    try:
        with contexte.dans(objet.portee):
            _changer(convention, service, request.POST.get("vers", ""), timezone.localdate(), request)
    except ValidationError as refus:
        messages.error(request, " ".join(refus.messages))
    else:
        messages.success(request, "C’est fait. Le changement joue partout dans les deux secondes.")
    return redirect(reverse("conventions_syndicat:membre", args=[ident]))
