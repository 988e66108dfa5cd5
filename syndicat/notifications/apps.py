"""Notifications, as a Django application."""

from importlib import import_module

from syndicat.socle.manifest import ConfigAvecManifest, Consommateur, EntreeMenu, Manifest, Tache, Traitement
from syndicat.socle.mesures import declarer_jauge
from syndicat.socle.protocoles import Courrier, offrir


class NotificationsConfig(ConfigAvecManifest):
    """E-mail, SMS, desk and live messages; preferences and digests."""

    name = "syndicat.notifications"
    label = "notifications"
    verbose_name = "Notifications"
    manifest = Manifest(
        code="notifications",
        label="Notifications",
        service=False,
        ordre=5,
        urls="syndicat.notifications.urls",
        public_urls="syndicat.notifications.urls_portail",
        menu=(
            EntreeMenu(
                libelle="Notifications",
                url="notifications:liste",
                icone="cloche",
                permission="syndicat.notifications.perms.can_read_notifications",
                groupe="collectivite",
                hote="tous",
                compteur="syndicat.notifications.service.compteur",
                ordre=5,
            ),
        ),
        taches=(
            Tache(code="balayer", tache="syndicat.notifications.tasks.balayer", toutes_les=30),
            Tache(code="resumer", tache="syndicat.notifications.tasks.resumer", cron="0 7"),
        ),
        consommateurs=(
            Consommateur(
                chemin="notifications",
                consommateur="syndicat.notifications.consommateurs.NotificationsConsommateur",
            ),
        ),
        traitements=(
            Traitement(
                code="notifications.envois",
                finalite="Adresser aux usagers et aux agents les messages que leurs démarches appellent",
                base_legale="Mission d’intérêt public (RGPD, art. 6.1.e)",
                categories=("adresse électronique ou numéro de téléphone", "contenu du message"),
                personnes=("usagers", "agents", "élus"),
                destinataires=("services de la collectivité concernés par la demande",),
                conservation_jours=90,
                depart="l’envoi du message",
                purge="syndicat.notifications.purge.envois",
            ),
            Traitement(
                code="notifications.bureau",
                finalite="Signaler aux agents et aux élus ce qui les attend sur leur bureau",
                base_legale="Mission d’intérêt public (RGPD, art. 6.1.e)",
                categories=("compte destinataire", "titre sans donnée personnelle"),
                personnes=("agents", "élus"),
                destinataires=("la personne elle-même",),
                conservation_jours=180,
                depart="la création de la notification",
                purge="syndicat.notifications.purge.notifications",
            ),
        ),
    )

    def ready(self) -> None:
        offrir(Courrier, import_module("syndicat.notifications.service"))  # type: ignore[type-abstract]
        from syndicat.notifications import envois  # noqa: PLC0415 - models must be loaded first

        declarer_jauge(
            "syndicat_envois_retard_secondes",
            "Âge du plus vieux message dû et non envoyé.",
            envois.retard_secondes,
        )
