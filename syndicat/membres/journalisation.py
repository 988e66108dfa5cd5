"""The registry's lines in the journal, where a journal is present."""

from typing import Any

from syndicat.membres.acteurs import Agissant
from syndicat.membres.models import Collectivite
from syndicat.socle import contexte
from syndicat.socle.protocoles import Journal, demander

#: Sentences of the actions; declared to the journal by itself at start (it stands above this room).
LIBELLES = {
    "membres.collectivite.embarquee": "Espace ouvert",
    "membres.collectivite.renommee": "Adresse changée",
    "membres.collectivite.suspendue": "Espace mis en lecture seule",
    "membres.collectivite.retablie": "Espace rétabli",
    "membres.collectivite.fusionnee": "Commune fusionnée, espace remis à son successeur en lecture seule",
    "membres.collectivite.recue": "Commune fusionnée reçue",
    "membres.collectivite.exportee": "Données exportées pour restitution",
    "membres.collectivite.visee": "Visa des Archives enregistré",
    "membres.collectivite.archivee": "Espace supprimé après restitution",
    "membres.collectivite.restauree": "Espace restauré depuis une sauvegarde",
}


def consigner(
    action: str, collectivite: Collectivite, *, by: Agissant, detail: dict[str, Any] | None = None
) -> None:
    """One line in the journal of ``collectivite``, in the transaction in progress."""
    journal = demander(Journal)  # type: ignore[type-abstract]
    if journal is None:
        return
    with contexte.dans(collectivite.portee):
        journal.consigner(action, by=by, objet=("collectivite", str(collectivite.ident)), detail=detail)
