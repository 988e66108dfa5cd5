"""Accounts and rights as a Django application."""

from importlib import import_module
from typing import ClassVar

from syndicat.membres.acteurs import PremierAdministrateur
from syndicat.socle.manifest import ConfigAvecManifest, EntreeMenu, Manifest, Tache
from syndicat.socle.protocoles import offrir


class ComptesConfig(ConfigAvecManifest):
    """Users of the whole platform, their adhesions, sign-in."""

    name = "syndicat.comptes"
    label = "comptes"
    verbose_name = "Comptes"
    manifest = Manifest(
        code="comptes",
        label="Comptes et droits",
        service=False,
        ordre=2,
        urls="syndicat.comptes.urls",
        public_urls="syndicat.comptes.urls_portail",
        menu=(
            EntreeMenu(
                libelle="Équipe et droits",
                url="comptes:equipe",
                icone="equipe",
                permission="syndicat.comptes.perms.can_see_team",
                groupe="gestion",
                hote="tous",
                ordre=80,
            ),
            EntreeMenu(
                libelle="Délégations",
                url="comptes:delegations",
                icone="signer",
                permission="syndicat.comptes.perms.can_see_delegations",
                groupe="gestion",
                hote="tous",
                ordre=81,
            ),
        ),
        taches=(
            Tache(code="fins", tache="syndicat.comptes.tasks.finir_adhesions", toutes_les=300),
            Tache(code="menage", tache="syndicat.comptes.tasks.menage", toutes_les=3600),
        ),
    )

    #: Sentences of the journal's lines (read by ``journal``).
    libelles_journal: ClassVar[dict[str, str]] = {
        "comptes.session.ouvrir": "Connexion au bureau",
        "comptes.adhesion.donner": "Droit donné",
        "comptes.adhesion.changer": "Services d’un agent changés",
        "comptes.adhesion.finir": "Droit terminé",
        "comptes.delegation.creer": "Délégation de signature enregistrée",
        "comptes.delegation.retirer": "Délégation de signature retirée",
        "comptes.absence.noter": "Absence d’un signataire notée",
        "comptes.compte.desactiver": "Compte désactivé",
    }

    def ready(self) -> None:
        import_module("syndicat.comptes.suites").brancher()
        offrir(PremierAdministrateur, import_module("syndicat.comptes.premier"))  # type: ignore[type-abstract]
