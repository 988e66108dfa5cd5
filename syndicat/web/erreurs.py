"""Error pages, for people and for machines: what happened, what was kept, what to do."""

import logging
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from syndicat.conventions.middleware import service_de
from syndicat.web.bureau import contexte_adhesion

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Erreur:
    """The words of an error page."""

    code: int
    titre: str
    texte: str
    icone: str
    quoi: str = ""


ERREURS = {
    400: Erreur(400, "Cette demande n’a pas été comprise", "Elle est incomplète ou abîmée. Revenez en arrière et recommencez ; rien n’a été enregistré.", "alerte"),
    403: Erreur(403, "Cette page ne vous est pas ouverte", "Votre rôle ici ne le permet pas. L’administratrice ou l’administrateur de votre collectivité peut vous en donner le droit.", "cadenas"),
    404: Erreur(404, "Cette page n’existe pas", "L’adresse est fausse, ou la page a été retirée. Rien de ce que vous avez envoyé n’est perdu.", "chercher"),
    500: Erreur(500, "Quelque chose s’est cassé chez nous", "Nous en sommes prévenus. Ce que vous aviez déjà envoyé est conservé ; réessayez dans quelques minutes.", "outils"),
    503: Erreur(503, "Le service fait une pause", "Une opération de maintenance est en cours. Il revient dans quelques minutes ; rien n’est perdu.", "pause"),
}  # fmt: skip


def page(request: HttpRequest, code: int) -> HttpResponse:
    """The page of an error, in the layout of the collectivité; bare words when even that fails."""
    erreur = ERREURS[code]
    reference = getattr(request, "requete_id", "")
    try:
        return render(request, "web/erreur.html", {"erreur": erreur, "reference": reference}, status=code)
    except Exception:
        log.exception("La page d’erreur elle-même est en panne")
        texte = render_to_string("web/erreur_nue.html", {"erreur": erreur, "reference": reference})
        return HttpResponse(texte, status=code)


def requete_invalide(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """400."""
    return page(request, 400)


def interdit(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """403, to an agent who lacks the right (others get a 404)."""
    return page(request, 403)


def introuvable(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """404; where the page belongs to a service not open here, an agent is told how to join it."""
    acteur = getattr(request, "acteur", None)
    code = service_de(request) if acteur is not None and acteur.est_agent else ""
    if code and getattr(request, "ouverture", None) == "ferme":
        return render(request, "web/adherer.html", contexte_adhesion(code, ferme=True), status=404)
    return page(request, 404)


def panne(request: HttpRequest) -> HttpResponse:
    """500: reads as little as it can, the database may be the cause."""
    texte = render_to_string(
        "web/erreur_nue.html", {"erreur": ERREURS[500], "reference": getattr(request, "requete_id", "")}
    )
    return HttpResponse(texte, status=500)


def pause(request: HttpRequest) -> HttpResponse:
    """503, for the maintenance mode and the proxy."""
    reponse = HttpResponse(
        render_to_string("web/erreur_nue.html", {"erreur": ERREURS[503], "reference": ""}), status=503
    )
    reponse["Retry-After"] = "300"
    return reponse


def introuvable_machine(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """404 on the data host: words for a machine, the page for whoever came with a browser."""
    if "text/html" in request.headers.get("Accept", ""):
        return page(request, 404)
    return JsonResponse({"detail": "Introuvable."}, status=404)


def panne_machine(request: HttpRequest) -> JsonResponse:
    """500, for a machine."""
    return JsonResponse({"detail": "Panne passagère."}, status=500)
