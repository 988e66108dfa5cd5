"""Sécurité informatique, as a service of the platform."""

from syndicat.socle.manifest import Manifest, ServiceConfig


class CyberConfig(ServiceConfig):
    """Un responsable de la sécurité partagé, pour prévenir et réagir."""

    name = "apps.cyber"
    label = "cyber"
    verbose_name = "Sécurité informatique"
    schema = "membre"
    manifest = Manifest(
        code="cyber",
        label="Sécurité informatique",
        resume="Un responsable de la sécurité partagé, pour prévenir et réagir.",
        icone="shield-check",
        ordre=20,
    )
