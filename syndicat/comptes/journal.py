"""Writing to the audit journal from a room below it, by the Protocol the journal offers. Without a journal, nothing is done."""

from typing import Any

from django.core.exceptions import ImproperlyConfigured

from syndicat.comptes.acteur import Acteur
from syndicat.socle.protocoles import Journal, demander


def consigner(
    action: str,
    *,
    by: Acteur,
    objet: tuple[str, str] | None = None,
    droit: str = "",
    detail: dict[str, Any] | None = None,
    personnel: dict[str, Any] | None = None,
) -> None:
    """One line for the collectivité in scope. Fails closed: an act that cannot be journaled does not happen."""
    journal = demander(Journal)  # type: ignore[type-abstract]
    if journal is None:
        raise ImproperlyConfigured("Le journal n’est pas chargé : cet acte ne peut pas être tracé.")
    journal.consigner(action, by=by, objet=objet, droit=droit, detail=detail, personnel=personnel)
