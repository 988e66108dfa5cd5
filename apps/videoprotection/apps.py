"""Vidéoprotection, as a service of the platform."""

from syndicat.socle.manifest import Manifest, ServiceConfig


class VideoprotectionConfig(ServiceConfig):
    """Caméras de la commune et accès aux images, dans le cadre de la loi."""

    name = "apps.videoprotection"
    label = "videoprotection"
    verbose_name = "Vidéoprotection"
    schema = "membre"
    manifest = Manifest(
        code="videoprotection",
        label="Vidéoprotection",
        resume="Caméras de la commune et accès aux images, dans le cadre de la loi.",
        icone="camera-video",
        ordre=10,
    )
