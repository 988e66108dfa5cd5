"""Suivi, as a Django application."""

from syndicat.socle.manifest import ConfigAvecManifest, Manifest


class SuiviConfig(ConfigAvecManifest):
    """Suivi."""

    name = "syndicat.suivi"
    label = "suivi"
    verbose_name = "Suivi"
    manifest = Manifest(code="suivi", label="Suivi", service=False, ordre=6)
