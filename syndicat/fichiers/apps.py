"""Fichiers, as a Django application."""

from syndicat.socle.manifest import ConfigAvecManifest, Manifest


class FichiersConfig(ConfigAvecManifest):
    """Fichiers."""

    name = "syndicat.fichiers"
    label = "fichiers"
    verbose_name = "Fichiers"
    manifest = Manifest(code="fichiers", label="Fichiers", service=False, ordre=4)
