"""What this theme offers to the others: the Protocol ``PublicationDonnees``."""

from collections.abc import Iterator
from typing import Any

from apps.data import actions
from syndicat.comptes.acteur import Acteur


class Publication:
    """Publishing a declared feed for the collectivité in scope."""

    def publier(self, *, flux: str, lignes: Iterator[dict[str, Any]]) -> str:
        """Answers the data set's public id. The first publication waits for a person's approval."""
        jeu = actions.publier_flux(flux=flux, lignes=lignes, by=Acteur.systeme("data.publication"))
        return str(jeu.uuid)
