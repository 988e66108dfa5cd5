"""Journal, as a Django application: offers its writing to the rooms below, gathers everybody's sentences."""

from typing import ClassVar

from django.apps import apps

from syndicat.socle.manifest import ConfigAvecManifest, EntreeMenu, Manifest, Tache, Traitement
from syndicat.socle.protocoles import Journal, offrir


class JournalConfig(ConfigAvecManifest):
    """Any application may carry ``libelles_journal`` (action → sentence): rooms below this one declare so."""

    name = "syndicat.journal"
    label = "journal"
    verbose_name = "Journal"
    libelles_journal: ClassVar[dict[str, str]] = {
        "journal.chaine.coupee": "Lignes anciennes du journal effacées à un point de coupe signé",
        "journal.lignes.exportees": "Journal exporté",
        "rgpd.purge.faite": "Données personnelles effacées à leur terme",
        "rgpd.registre.complete": "Registre des traitements complété",
        "rgpd.registre.exporte": "Registre des traitements exporté",
    }
    manifest = Manifest(
        code="journal",
        label="Journal",
        service=False,
        ordre=3,
        urls="syndicat.journal.urls",
        menu=(
            EntreeMenu(
                libelle="Journal",
                url="journal:liste",
                icone="journal",
                permission="syndicat.journal.perms.can_read_journal",
                groupe="gestion",
                hote="tous",
                ordre=80,
            ),
            EntreeMenu(
                libelle="Registre des traitements",
                url="journal:registre",
                icone="bouclier",
                permission="syndicat.journal.perms.can_read_registre",
                groupe="gestion",
                hote="tous",
                ordre=81,
            ),
        ),
        taches=(
            Tache(code="tetes", tache="syndicat.journal.tasks.ecrire_tetes", toutes_les=900),
            Tache(code="purge", tache="syndicat.journal.tasks.purger", toutes_les=900),
        ),
        traitements=(
            Traitement(
                code="journal.personnel",
                finalite="Garder trace des actes accomplis sur la plateforme : ce qui nomme une personne",
                base_legale="Obligation légale de sécurité (RGPD, art. 6.1.c et 32)",
                categories=("identité", "coordonnées", "contenu de l’acte"),
                personnes=("usagers", "agents", "élus"),
                destinataires=("administrateur de la collectivité", "délégué à la protection des données"),
                conservation_jours=365,
                depart="l’acte consigné",
                purge="syndicat.journal.coupe.purger_personnel",
            ),
            Traitement(
                code="journal.lignes",
                finalite="Prouver qui a fait quoi, sans nommer : identifiants et codes, chaînés et signés",
                base_legale="Obligation légale de sécurité (RGPD, art. 6.1.c et 32)",
                categories=("identifiant du compte", "action", "date"),
                personnes=("agents", "élus", "usagers"),
                destinataires=("administrateur de la collectivité", "délégué à la protection des données"),
                conservation_jours=1825,
                depart="l’acte consigné",
                purge="syndicat.journal.coupe.purger_lignes",
            ),
        ),
    )

    def ready(self) -> None:
        from syndicat.journal import service  # noqa: PLC0415 - models must be loaded first
        from syndicat.journal.libelles import declarer_libelles  # noqa: PLC0415

        offrir(Journal, service)  # type: ignore[type-abstract]
        for config in apps.get_app_configs():
            declarer_libelles(getattr(config, "libelles_journal", {}))
