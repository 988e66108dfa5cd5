"""Journal, as a Django application: offers its writing to the rooms below, gathers everybody's sentences."""

from django.apps import apps

from syndicat.socle.manifest import ConfigAvecManifest, Manifest
from syndicat.socle.protocoles import Journal, offrir


class JournalConfig(ConfigAvecManifest):
    """Any application may carry ``libelles_journal`` (action → sentence): rooms below this one declare so."""

    name = "syndicat.journal"
    label = "journal"
    verbose_name = "Journal"
    manifest = Manifest(code="journal", label="Journal", service=False, ordre=3)

    def ready(self) -> None:
        from syndicat.journal import service  # noqa: PLC0415 - models must be loaded first
        from syndicat.journal.libelles import declarer_libelles  # noqa: PLC0415

        offrir(Journal, service)  # type: ignore[type-abstract]
        for config in apps.get_app_configs():
            declarer_libelles(getattr(config, "libelles_journal", {}))
