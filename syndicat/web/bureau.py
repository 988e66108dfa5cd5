"""Pages of the desk that belong to no theme: switching collectivité, searching, joining a service."""

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from syndicat.comptes.acteur import Acteur, acteur_de
from syndicat.comptes.perms import can_open_desk, exiger
from syndicat.conventions.porte import Ouverture, ouverture
from syndicat.socle.manifest import services
from syndicat.suivi import service as suivi
from syndicat.web import cockpit, francais, menu
from syndicat.web.portail import plier


@require_safe
@exiger(can_open_desk)
def mes_collectivites(request: HttpRequest) -> HttpResponse:
    """What waits in each of the person's collectivités; contents are never merged."""
    acteur = acteur_de(request)
    comptes = suivi.compter_par_collectivite(acteur.user_id) if acteur.user_id else {}
    lignes = [(c, _attend(comptes.get(c.collectivite_id, 0))) for c in menu.mes_collectivites(acteur)]
    return render(request, "web/mes_collectivites.html", {"lignes": lignes})


def _attend(nombre: int) -> str:
    return f"{francais.pluriel(nombre, 'chose attend', 'choses attendent')}" if nombre else ""


def _trouver(acteur: Acteur, demande: str, chemin: str) -> list[dict[str, str]]:
    """Lines of the menu, then what waits and falls due, whose words contain every word asked. Two queries."""
    mots = plier(demande).split()
    if not mots:
        return []
    candidats = [
        {"titre": li.libelle, "url": li.url, "sorte": groupe.titre or "Aller à"}
        for groupe in menu.menu_de(acteur, chemin)
        for li in groupe.lignes
    ]
    candidats += [
        {"titre": a.titre, "url": a.url, "sorte": "À décider"} for a in suivi.a_traiter_pour(acteur)[:300]
    ]
    candidats += [
        {"titre": e.titre, "url": e.url, "sorte": f"Échéance, {francais.jour_court(e.le)}"}
        for e in suivi.echeances(366)[:300]
    ]
    trouves = [c for c in candidats if all(m in plier(c["titre"]) for m in mots)]
    return list({c["url"] + c["titre"]: c for c in trouves}.values())[:40]


@require_safe
@exiger(can_open_desk)
def recherche(request: HttpRequest) -> HttpResponse:
    """The palette's page without script."""
    demande = request.GET.get("q", "")[:100].strip()
    ctx = {"demande": demande, "resultats": _trouver(acteur_de(request), demande, request.path)}
    return render(request, "web/recherche_bureau.html", ctx)


@require_safe
@exiger(can_open_desk)
def palette(request: HttpRequest) -> JsonResponse:
    """What the palette adds to the menu lines it already has: [{titre, url, sorte}]."""
    demande = request.GET.get("q", "")[:100].strip()
    trouves = _trouver(acteur_de(request), demande, reverse("web:bureau"))
    return JsonResponse(
        [t for t in trouves if t["sorte"] == "À décider" or t["sorte"].startswith("Échéance")][:8], safe=False
    )


def contexte_adhesion(code: str, *, ferme: bool) -> dict[str, Any]:
    """The join page of a service; Http404 when the platform has no such service."""
    service = next((m for m in services() if m.code == code), None)
    if service is None:
        raise Http404
    return {
        "service": service,
        "n": cockpit.adherents().get(code, 0),
        "ferme": ferme,
        "contact": service.contacts.get("adhesion", "") or settings.DEFAULT_FROM_EMAIL
        if service.contacts
        else "",
    }


@require_safe
@exiger(can_open_desk)
def adherer(request: HttpRequest, code: str) -> HttpResponse:
    """« Comment adhérer »."""
    ferme = ouverture(code) == Ouverture.FERME
    return render(request, "web/adherer.html", contexte_adhesion(code, ferme=ferme))
