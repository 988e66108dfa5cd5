"""Archives, as a service of the platform."""

from syndicat.socle.manifest import Manifest, ServiceConfig


class ArchivageConfig(ServiceConfig):
    """Dépôt des documents dans un système d’archivage électronique."""

    name = "apps.archivage"
    label = "archivage"
    verbose_name = "Archives"
    schema = "membre"
    manifest = Manifest(
        code="archivage",
        label="Archives",
        resume="Dépôt des documents dans un système d’archivage électronique.",
        icone="archive",
        ordre=30,
    )
