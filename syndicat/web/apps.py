"""The shell as a Django application."""

from syndicat.socle.manifest import ConfigAvecManifest, Manifest


class WebConfig(ConfigAvecManifest):
    """Layouts, components, cockpit, menu, portal frame."""

    name = "syndicat.web"
    label = "web"
    verbose_name = "Interface"
    manifest = Manifest(code="web", label="Interface", service=False, ordre=8)
