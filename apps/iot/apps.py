"""Capteurs, as a service of the platform."""

from syndicat.socle.manifest import Manifest, ServiceConfig


class IotConfig(ServiceConfig):
    """Bâtiments, éclairage, déchets : ce que mesurent les capteurs."""

    name = "apps.iot"
    label = "iot"
    verbose_name = "Capteurs"
    schema = "membre"
    manifest = Manifest(
        code="iot",
        label="Capteurs",
        resume="Bâtiments, éclairage, déchets : ce que mesurent les capteurs.",
        icone="broadcast",
        ordre=50,
    )
