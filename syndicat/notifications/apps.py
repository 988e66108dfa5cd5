"""Notifications, as a Django application."""

from syndicat.socle.manifest import ConfigAvecManifest, Manifest


class NotificationsConfig(ConfigAvecManifest):
    """Notifications."""

    name = "syndicat.notifications"
    label = "notifications"
    verbose_name = "Notifications"
    manifest = Manifest(code="notifications", label="Notifications", service=False, ordre=5)
