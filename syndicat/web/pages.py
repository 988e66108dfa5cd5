"""Pages of every portal: home, services, search, hours, help, and the legal pages."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.decorators.http import require_safe

from syndicat.membres import annuaire
from syndicat.web import legal, portail
from syndicat.web.plans import plan_de
from syndicat.web.vitrines import portee_de


@login_not_required
@require_safe
def accueil(request: HttpRequest) -> HttpResponse:
    """« Que souhaitez-vous faire ? »: search, doors, alerts, hours, what the services supply."""
    compose = portail.composer(request)
    annonces = portail.contexte_annonces(request)
    contexte: dict[str, Any] = {
        "portes": compose.portes[:3],
        "souvent": compose.portes[3:7],
        "services_portail": [{"url": p.url, "libelle": p.titre} for p in compose.portes],
        "blocs": {
            zone: [render_to_string(b.gabarit, {**b.contexte}, request=request) for b in blocs]
            for zone, blocs in compose.blocs.items()
        },
        "plan": plan_de(portee_de(request)),
        **portail.contexte_horaires(request),
        **annonces,
    }
    return render(request, "web/portail_accueil.html", contexte)


@login_not_required
@require_safe
def services(request: HttpRequest) -> HttpResponse:
    """Every service open here, by group."""
    portes = portail.composer(request).portes
    groupes: dict[str, list[Any]] = {}
    for porte in portes:
        groupes.setdefault(porte.groupe, []).append(porte)
    return render(request, "web/portail_services.html", {"groupes": groupes})


@login_not_required
@require_safe
def recherche(request: HttpRequest) -> HttpResponse:
    """Search over the services, in the person's words."""
    demande = request.GET.get("q", "")[:100].strip()
    portes = portail.composer(request).portes
    return render(
        request,
        "web/portail_recherche.html",
        {"demande": demande, "trouves": portail.chercher(portes, demande), "portes": portes},
    )


@login_not_required
@require_safe
def horaires(request: HttpRequest) -> HttpResponse:
    """The week's hours, the address, how to reach someone."""
    return render(request, "web/portail_horaires.html", portail.contexte_horaires(request, 7))


@login_not_required
@require_safe
def aide(request: HttpRequest) -> HttpResponse:
    """Questions people ask, and who answers."""
    contexte = {"portes": portail.composer(request).portes, **portail.contexte_horaires(request)}
    return render(request, "web/portail_aide.html", contexte)


@login_not_required
@require_safe
def accessibilite(request: HttpRequest) -> HttpResponse:
    """The statement the law asks of each site (décret 2019-768; RGAA 4.1)."""
    return render(request, "web/legal/accessibilite.html", legal.accessibilite(portee_de(request)))


@login_not_required
@require_safe
def mentions(request: HttpRequest) -> HttpResponse:
    """Publisher, director of publication, host (LCEN article 6 III)."""
    return render(
        request,
        "web/legal/mentions.html",
        {"syndicat": annuaire.portee_du_syndicat(), **legal.editeur(portee_de(request))},
    )


@login_not_required
@require_safe
def donnees_personnelles(request: HttpRequest) -> HttpResponse:
    """What is done with personal data: the processings declared by the open services (RGPD articles 13 and 30)."""
    return render(request, "web/legal/donnees_personnelles.html", legal.traitements(portee_de(request)))


@login_not_required
@require_safe
def conditions(request: HttpRequest) -> HttpResponse:
    """Conditions of use of the teleservices (CRPA L.112-8 and R.112-9-1)."""
    return render(request, "web/legal/conditions.html", {"portes": portail.composer(request).portes})


@login_not_required
@require_safe
def plan_du_site(request: HttpRequest) -> HttpResponse:
    """Every page one may reach without an account."""
    return render(request, "web/legal/plan_du_site.html", {"portes": portail.composer(request).portes})


@login_not_required
@require_safe
def fond_de_plan(request: HttpRequest) -> HttpResponse:
    """GeoJSON of the collectivité (``nous``) and of its neighbours: what the map shows without any tile."""
    reponse = JsonResponse(plan_de(portee_de(request)).geojson, content_type="application/geo+json")
    reponse["Cache-Control"] = "public, max-age=86400"
    return reponse
