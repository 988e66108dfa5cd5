"""API, as a Django application."""

from syndicat.socle.manifest import ConfigAvecManifest, Manifest


class ApiConfig(ConfigAvecManifest):
    """API."""

    name = "syndicat.api"
    label = "api"
    verbose_name = "API"
    manifest = Manifest(code="api", label="API", service=False, ordre=9, public_urls="syndicat.api.urls")
