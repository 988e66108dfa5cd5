"""The shell as a Django application."""

from syndicat.socle.manifest import ConfigAvecManifest, Manifest
from syndicat.socle.protocoles import Charte, offrir


class WebConfig(ConfigAvecManifest):
    """Layouts, components, cockpit, menu, portal frame."""

    name = "syndicat.web"
    label = "web"
    verbose_name = "Interface"
    manifest = Manifest(code="web", label="Interface", service=False, ordre=8)

    def ready(self) -> None:
        from syndicat.web.vitrines import CharteDeMembre  # noqa: PLC0415 - models must be loaded first

        offrir(Charte, CharteDeMembre())
