"""Accounts and rights as a Django application."""

from importlib import import_module
from typing import ClassVar

from syndicat.membres.acteurs import PremierAdministrateur
from syndicat.socle.manifest import ConfigAvecManifest, EntreeMenu, Manifest, Tache, Traitement
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
        traitements=(
            Traitement(
                code="comptes.droits",
                finalite="Savoir qui travaille pour la collectivité, avec quels droits et quelles délégations de signature",
                base_legale="Mission d’intérêt public (RGPD, art. 6.1.e) ; CGCT, L.2122-18 à L.2122-20 et L.5211-9",
                categories=("identité", "adresse électronique", "rôle, mandat, délégations, absences"),
                personnes=("élus", "agents"),
                destinataires=(
                    "maire ou président, administrateur et délégué à la protection des données de la collectivité",
                ),
                conservation_jours=3650,
                depart="la fin du droit",
                purge="syndicat.comptes.purge.droits",
            ),
            Traitement(
                code="comptes.connexions",
                finalite="Protéger les comptes : sessions ouvertes, second facteur, recherche d’un accès anormal",
                base_legale="Obligation de sécurité (RGPD, art. 32)",
                categories=("dates de connexion", "type de navigateur et d’appareil"),
                personnes=("élus", "agents", "habitants ayant un compte"),
                destinataires=("la personne elle-même", "responsable de la sécurité en cas d’incident"),
                conservation_jours=180,
                depart="la connexion",
                purge="syndicat.comptes.purge.sessions",
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
