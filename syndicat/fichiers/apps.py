"""Fichiers, as a Django application."""

from syndicat.membres.acteurs import FichiersDesMembres
from syndicat.socle.manifest import ConfigAvecManifest, Manifest, Tache
from syndicat.socle.protocoles import offrir


class FichiersConfig(ConfigAvecManifest):
    """One way in and out for every upload and download of a member."""

    name = "syndicat.fichiers"
    label = "fichiers"
    verbose_name = "Fichiers"
    manifest = Manifest(
        code="fichiers",
        label="Fichiers",
        service=False,
        ordre=4,
        taches=(
            Tache(code="balayer", tache="syndicat.fichiers.tasks.balayer", toutes_les=60),
            Tache(code="purger", tache="syndicat.fichiers.tasks.purger", cron="20 3"),
        ),
    )

    def ready(self) -> None:
        from syndicat.fichiers import stockage  # noqa: PLC0415 - settings first

        offrir(FichiersDesMembres, stockage)  # type: ignore[type-abstract]
