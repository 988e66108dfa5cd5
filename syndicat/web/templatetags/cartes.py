"""Maps as template tags: the drawn plan, the place picker. Loaded with ``{% load ui %}``."""

from collections.abc import Iterable
from typing import Any

from django import template
from django.conf import settings
from django.forms import BoundField
from django.template import Context
from django.urls import reverse

from syndicat.web.plans import Plan, plan_de
from syndicat.web.tuiles import Couche, Point

register = template.Library()


@register.inclusion_tag("web/composants/plan.html")
def plan(
    plan: Plan, points: Iterable[Point] = (), couches: Iterable[Couche] = (), description: str = ""
) -> dict[str, Any]:
    """``{% plan plan points description="…" %}`` : le plan dessiné par le serveur, avec repères numérotés ou couches.

    La liste qui dit la même chose est à côté (règle de la maison) : ``data-rang="1"`` sur son élément lie les deux.
    """
    return {
        "plan": plan,
        "reperes": plan.reperes(points),
        "couches": [{"couche": c, "reperes": plan.couche(c)} for c in couches],
        "description": description or f"Plan de {plan.nom} ; les lieux sont décrits dans la liste voisine",
    }


@register.inclusion_tag("web/composants/lieu.html", takes_context=True)
def lieu(
    context: Context, latitude: BoundField, longitude: BoundField, adresse: BoundField | None = None
) -> dict[str, Any]:
    """``{% lieu form.latitude form.longitude form.adresse %}`` : poser le repère sur la carte.

    Sans script, le champ d’adresse suffit ; sans réseau, le contour et le quadrillage de la commune tiennent lieu de fond.
    La page ajoute ``carte.css`` et ``carte.js`` dans ses blocs ``styles`` et ``scripts``.
    """
    e = plan_de(context["portee"]).emprise
    return {
        "latitude": latitude,
        "longitude": longitude,
        "adresse": adresse,
        "emprise": f"{e.ouest:.5f},{e.sud:.5f},{e.est:.5f},{e.nord:.5f}",
        "fond": reverse("web:fond_de_plan"),
        "tuiles": settings.CARTE_TUILES,
        "inverse": getattr(settings, "CARTE_INVERSE", ""),
    }
