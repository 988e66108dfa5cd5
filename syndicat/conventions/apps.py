"""Conventions, as a Django application."""

from syndicat.socle.manifest import ConfigAvecManifest, EntreeMenu, Manifest
from syndicat.socle.protocoles import PorteDesServices, offrir


class ConventionsConfig(ConfigAvecManifest):
    """Conventions."""

    name = "syndicat.conventions"
    label = "conventions"
    verbose_name = "Conventions"
    manifest = Manifest(
        code="conventions",
        label="Conventions",
        icone="convention",
        service=False,
        ordre=7,
        urls="syndicat.conventions.urls",
        urls_syndicat="syndicat.conventions.urls_syndicat",
        menu=(
            EntreeMenu(
                libelle="Conventions",
                url="conventions:liste",
                icone="convention",
                permission="syndicat.conventions.perms.can_voir",
                groupe="gestion",
                ordre=60,
            ),
            EntreeMenu(
                libelle="Conventions des membres",
                url="conventions_syndicat:table",
                icone="convention",
                permission="syndicat.conventions.perms.can_gerer_conventions",
                groupe="syndicat",
                hote="syndicat",
                ordre=10,
            ),
        ),
    )

    def ready(self) -> None:
        """Say the journal's sentences."""
        from syndicat.journal.libelles import declarer_libelles  # noqa: PLC0415 - models load after the applications

        declarer_libelles(
            {
                "conventions.convention.demandee": "Service demandé au syndicat",
                "conventions.convention.etat": "Service ouvert, suspendu ou fermé par le syndicat",
            }
        )
        from syndicat.conventions.porte import Porte  # noqa: PLC0415 - models must be loaded first

        offrir(PorteDesServices, Porte())  # type: ignore[type-abstract]
