"""Conventions, as a Django application."""

from syndicat.socle.manifest import ConfigAvecManifest, Manifest


class ConventionsConfig(ConfigAvecManifest):
    """Conventions."""

    name = "syndicat.conventions"
    label = "conventions"
    verbose_name = "Conventions"
    manifest = Manifest(code="conventions", label="Conventions", service=False, ordre=7)
