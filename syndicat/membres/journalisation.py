"""The registry's lines in the journal, where a journal is present."""

from typing import Any

from syndicat.membres.acteurs import Agissant
from syndicat.membres.models import Collectivite
from syndicat.socle import contexte
from syndicat.socle.protocoles import Journal, demander


def consigner(
    action: str, collectivite: Collectivite, *, by: Agissant, detail: dict[str, Any] | None = None
) -> None:
    """One line in the journal of ``collectivite``, in the transaction in progress."""
    journal = demander(Journal)  # type: ignore[type-abstract]
    if journal is None:
        return
    with contexte.dans(collectivite.portee):
        journal.consigner(action, by=by, objet=("collectivite", str(collectivite.ident)), detail=detail)
