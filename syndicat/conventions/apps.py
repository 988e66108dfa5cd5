"""Conventions, as a Django application."""

from syndicat.socle.manifest import ConfigAvecManifest, Manifest
from syndicat.socle.protocoles import PorteDesServices, offrir


class ConventionsConfig(ConfigAvecManifest):
    """Conventions."""

    name = "syndicat.conventions"
    label = "conventions"
    verbose_name = "Conventions"
    manifest = Manifest(code="conventions", label="Conventions", service=False, ordre=7)

    def ready(self) -> None:
        from syndicat.conventions.porte import Porte  # noqa: PLC0415 - models must be loaded first

        offrir(PorteDesServices, Porte())
