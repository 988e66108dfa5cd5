"""Suivi, as a Django application."""

from typing import ClassVar

from syndicat.socle.manifest import ConfigAvecManifest, EntreeMenu, Manifest, Tache


class SuiviConfig(ConfigAvecManifest):
    """Projections (deadlines, to-dos, figures) and the outbox of facts."""

    name = "syndicat.suivi"
    label = "suivi"
    verbose_name = "Suivi"
    libelles_journal: ClassVar[dict[str, str]] = {
        "suivi.tableau.consulte": "Tableau de bord de tous les membres consulté",
        "suivi.livraison.relancee": "Échanges entre services relancés",
    }
    manifest = Manifest(
        code="suivi",
        label="Suivi",
        service=False,
        ordre=6,
        urls_syndicat="syndicat.suivi.urls_syndicat",
        menu=(
            EntreeMenu(
                libelle="Échanges entre services",
                url="suivi_syndicat:faits",
                icone="sync",
                permission="syndicat.suivi.perms.can_see_deliveries",
                groupe="gestion",
                hote="syndicat",
                ordre=90,
            ),
        ),
        taches=(
            Tache(code="faits", tache="syndicat.suivi.tasks.livrer_faits", toutes_les=10),
            Tache(code="rappels", tache="syndicat.suivi.tasks.rappeler_echeances", cron="*/20 7-19"),
            Tache(code="menage", tache="syndicat.suivi.tasks.faire_le_menage", cron="30 3"),
        ),
    )
