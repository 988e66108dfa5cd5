"""Relation aux habitants, as a service of the platform."""

from syndicat.socle.manifest import Manifest, ServiceConfig


class GrcConfig(ServiceConfig):
    """Signalements, démarches et rendez-vous des habitants."""

    name = "apps.grc"
    label = "grc"
    verbose_name = "Relation aux habitants"
    schema = "membre"
    manifest = Manifest(
        code="grc",
        label="Relation aux habitants",
        resume="Signalements, démarches et rendez-vous des habitants.",
        icone="chat-left-text",
        ordre=40,
    )
