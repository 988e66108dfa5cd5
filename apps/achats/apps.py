"""Achats, as a service of the platform."""

from syndicat.socle.manifest import Manifest, ServiceConfig


class AchatsConfig(ServiceConfig):
    """Catalogue de la centrale d’achat et commandes."""

    name = "apps.achats"
    label = "achats"
    verbose_name = "Achats"
    schema = "membre"
    manifest = Manifest(
        code="achats",
        label="Achats",
        resume="Catalogue de la centrale d’achat et commandes.",
        icone="cart",
        ordre=70,
    )
