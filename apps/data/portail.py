"""Portal pages: what the collectivité publishes, for a person who reads."""

from uuid import UUID

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from apps.data.apercu import apercu_de
from apps.data.commun.models import EtatJeu, JeuDeDonnees
from apps.data.dcat.profil import Adresses
from apps.data.dcat.vocabulaires import FREQUENCES, LICENCES, THEMES


def adresses_publiques() -> Adresses:
    """Addresses of the harvesters' host, from any host."""
    port = f":{settings.PORT_PUBLIC}" if settings.PORT_PUBLIC else ""
    return Adresses(f"{settings.SCHEMA_PUBLIC}://{settings.HOTE_DONNEES}{port}")


def fichiers_de(jeu: JeuDeDonnees) -> list[dict[str, object]]:
    """Download buttons: format, size, address."""
    adresses = adresses_publiques()
    usages = {"csv": "pour un tableur", "geojson": "pour une carte"}
    return [
        {
            "nom": d.get_format_display(),
            "usage": usages[d.format],
            "octets": d.octets,
            "url": adresses.donnees(jeu.uuid, d.format),
        }
        for d in jeu.distributions.order_by("format")
    ]


def fiche(jeu: JeuDeDonnees) -> dict[str, object]:
    """What the page of a data set needs, published or being read again before approval."""
    adresses = adresses_publiques()
    nom_licence, url_licence = LICENCES[jeu.licence]
    return {
        "jeu": jeu,
        "apercu": apercu_de(jeu),
        "fichiers": fichiers_de(jeu),
        "api": {"csv": adresses.donnees(jeu.uuid, "csv"), "ttl": f"{adresses.jeu(jeu.uuid)}.ttl"},
        "licence": nom_licence,
        "licence_url": url_licence,
        "frequence": FREQUENCES.get(jeu.frequence, ""),
        "theme": THEMES.get(jeu.theme, ""),
        "portail_donnees": adresses.accueil(),
    }


@login_not_required
@require_safe
def liste(request: HttpRequest) -> HttpResponse:
    """``/donnees/``: the data sets of this collectivité."""
    jeux = (
        JeuDeDonnees.objects.filter(etat=EtatJeu.PUBLIE).order_by("titre").prefetch_related("distributions")
    )
    return render(
        request,
        "data/portail_liste.html",
        {
            "jeux": [(j, FREQUENCES.get(j.frequence, ""), THEMES.get(j.theme, "")) for j in jeux],
            "portail_donnees": adresses_publiques().accueil(),
        },
    )


@login_not_required
@require_safe
def page_jeu(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """``/donnees/<uuid>/``: one data set."""
    jeu = JeuDeDonnees.objects.filter(uuid=uuid, etat=EtatJeu.PUBLIE).first()
    if jeu is None:
        raise Http404
    return render(request, "data/portail_jeu.html", fiche(jeu))
