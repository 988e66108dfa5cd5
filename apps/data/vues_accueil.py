"""Landing page of the harvesters' host, for a person: what is published, by whom, and where machines look."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from apps.data.commun.models import JeuDeDonnees
from syndicat.membres import annuaire
from syndicat.membres.models import Collectivite

PAR_PAGE = 25
FORMES = (("ttl", "Turtle"), ("jsonld", "JSON-LD"), ("rdf", "RDF/XML"), ("nt", "N-Triples"))


def _ligne(jeu: JeuDeDonnees) -> dict[str, Any]:
    return {
        "titre": jeu.titre,
        "producteur": jeu.collectivite.nom,
        "page": annuaire.adresse(jeu.collectivite.portee, f"/donnees/{jeu.uuid}/"),
        "modifie": jeu.modified_at,
        "nb": jeu.nb_lignes,
        "formats": [d.get_format_display() for d in jeu.distributions.all()],
    }


def _apres(request: HttpRequest) -> int:
    try:
        return max(0, min(int(request.GET.get("apres", "0")), 2**62))
    except ValueError:
        return 0


@login_not_required
@require_safe
def accueil(request: HttpRequest, siren: str = "") -> HttpResponse:
    """``/`` and ``/<siren>/``, pages of 25 by keyset."""
    editeur = Collectivite.objects.embarquees().filter(siren=siren).first() if siren else None
    if siren and editeur is None:
        raise Http404
    jeux = JeuDeDonnees.index.publies()
    if editeur is not None:
        jeux = jeux.filter(collectivite=editeur)
    comptes = jeux.aggregate(total=Count("pk"), producteurs=Count("collectivite", distinct=True))
    apres = _apres(request)
    page = list(jeux.complets().filter(pk__gt=apres).order_by("pk")[: PAR_PAGE + 1])
    suite = len(page) > PAR_PAGE
    page = page[:PAR_PAGE]
    return render(
        request,
        "data/accueil_donnees.html",
        {
            "editeur": editeur,
            "racine": f"/{siren}/" if siren else "/",
            "jeux": [_ligne(j) for j in page],
            "precedente": "?" if apres else "",
            "suivante": f"?apres={page[-1].pk}" if suite else "",
            "formes": FORMES,
            **comptes,
        },
    )
