"""``{% peut "grc.perms.can_assign" signalement as droit %}``: the same predicate as the view's, in a template."""

from datetime import date, datetime, timedelta
from functools import cache
from importlib import import_module
from typing import Any

from django import template
from django.template import Context
from django.utils import timezone

from syndicat.comptes.acteur import Acteur, acteur_de
from syndicat.comptes.perms import Droit

register = template.Library()


@cache
def droit_nomme(chemin: str) -> Droit:
    """The predicate of a short path (``grc.perms.can_x`` in apps or in the core); LookupError when there is none."""
    module, _, nom = chemin.rpartition(".")
    if not nom.startswith("can_"):
        raise LookupError(f"« {chemin} » n’est pas un droit : son nom commence par can_.")
    for paquet in ("apps", "syndicat"):
        try:
            trouve: Droit = getattr(import_module(f"{paquet}.{module}"), nom)
        except ModuleNotFoundError as exc:
            if not f"{paquet}.{module}".startswith(exc.name or "\0"):
                raise
        else:
            return trouve
    raise LookupError(f"Aucun droit ne se nomme « {chemin} ».")


@register.simple_tag(takes_context=True)
def peut(context: Context, chemin: str, objet: Any = None) -> bool:
    """True where the person of this page holds the right."""
    acteur = context.get("acteur")
    if not isinstance(acteur, Acteur):
        acteur = acteur_de(context["request"])
    droit = droit_nomme(chemin)
    return droit(acteur, objet) if objet is not None else droit(acteur)


@register.filter
def jour_avant(fin: datetime) -> date:
    """Last day included of an end that is the first instant after it."""
    return timezone.localdate(fin - timedelta(seconds=1))
