"""Journal, as a Django application."""

from syndicat.socle.manifest import ConfigAvecManifest, Manifest


class JournalConfig(ConfigAvecManifest):
    """Journal."""

    name = "syndicat.journal"
    label = "journal"
    verbose_name = "Journal"
    manifest = Manifest(code="journal", label="Journal", service=False, ordre=3)
