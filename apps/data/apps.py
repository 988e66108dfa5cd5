"""Données ouvertes, as a service of the platform."""

from syndicat.socle.manifest import Manifest, ServiceConfig


class DataConfig(ServiceConfig):
    """Publication des données de la collectivité."""

    name = "apps.data"
    label = "data"
    verbose_name = "Données ouvertes"
    schema = "membre"
    manifest = Manifest(
        code="data",
        label="Données ouvertes",
        resume="Publication des données de la collectivité.",
        icone="database",
        ordre=60,
    )
