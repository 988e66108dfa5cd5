"""The registry of members as a Django application."""

from typing import Any

from syndicat.membres.libelles import LIBELLES
from syndicat.socle import contexte
from syndicat.socle.manifest import ConfigAvecManifest, Manifest


class MembresConfig(ConfigAvecManifest):
    """Tells the seam how an identifier becomes a collectivité in scope."""

    name = "syndicat.membres"
    label = "membres"
    verbose_name = "Membres"
    libelles_journal = LIBELLES
    manifest = Manifest(code="membres", label="Membres", service=False, ordre=1)

    def ready(self) -> None:
        from syndicat.membres import annuaire  # noqa: PLC0415 - models must be loaded first

        contexte.declarer_resolveur(annuaire.portee_par_id)
        _: Any = annuaire
