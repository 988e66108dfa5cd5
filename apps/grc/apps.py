"""Relation aux habitants, as a service of the platform."""

from syndicat.socle.manifest import EntreeMenu, Flux, Manifest, ServiceConfig, Traitement


class GrcConfig(ServiceConfig):
    """Signalements, démarches et rendez-vous des habitants."""

    name = "apps.grc"
    label = "grc"
    verbose_name = "Relation aux habitants"
    schema = "membre"
    manifest = Manifest(
        code="grc",
        label="Relation aux habitants",
        resume="Les habitants signalent, votre équipe répond, chacun suit.",
        icone="bulle",
        ordre=40,
        urls="apps.grc.urls",
        public_urls="apps.grc.public_urls",
        api_urls="apps.grc.api.urls",
        menu=(
            EntreeMenu(
                libelle="Demandes",
                url="grc:boite",
                icone="boite",
                permission="apps.grc.perms.can_lire",
                groupe="collectivite",
                compteur="apps.grc.coquille.compteur",
                ordre=20,
            ),
        ),
        tuiles=("apps.grc.coquille.tuile",),
        gestes=("apps.grc.coquille.gestes",),
        couches=("apps.grc.coquille.couche",),
        blocs_portail=(
            "apps.grc.coquille.porte_signaler",
            "apps.grc.coquille.bloc_suivre",
            "apps.grc.coquille.bloc_voisins",
        ),
        traitements=(
            Traitement(
                code="grc.signalements",
                finalite="Recevoir les signalements des habitants, y répondre et les tenir informés",
                base_legale="Mission d’intérêt public (RGPD art. 6.1.e)",
                categories=(
                    "adresse électronique ou téléphone, facultatifs",
                    "texte et photo du signalement",
                    "nom, au guichet",
                ),
                personnes=("habitants qui signalent ou suivent un signalement",),
                destinataires=("agents et élus chargés de la relation aux habitants",),
                conservation_jours=365,
                depart="la clôture du signalement",
                purge="apps.grc.purge.purger_contacts",
            ),
            Traitement(
                code="grc.brouillons",
                finalite="Garder un signalement commencé pour le reprendre",
                base_legale="Mission d’intérêt public (RGPD art. 6.1.e)",
                categories=("réponses et photo non envoyées",),
                personnes=("habitants qui commencent un signalement",),
                destinataires=("personne : le brouillon n’est lu que par son auteur",),
                conservation_jours=7,
                depart="le début du brouillon",
                purge="apps.grc.purge.purger_brouillons",
            ),
        ),
        flux=(
            Flux(
                code="signalements",
                titre="Signalements des habitants",
                description="Problèmes signalés sur l’espace public, sans texte libre ni coordonnées : mois, sujet, état, délai, position arrondie.",
                lignes="apps.grc.ouvert.lignes",
                colonnes=(
                    ("mois", "yearmonth"),
                    ("categorie", "string"),
                    ("etat", "string"),
                    ("canal", "string"),
                    ("delai_jours", "number"),
                    ("longitude", "number"),
                    ("latitude", "number"),
                ),
                libelles=(
                    ("mois", "Mois du signalement"),
                    ("categorie", "Sujet, dans la liste de la collectivité"),
                    ("etat", "Où en est le signalement"),
                    ("canal", "Par où il est arrivé"),
                    ("delai_jours", "Jours jusqu’à la résolution, vide s’il n’est pas résolu"),
                    (
                        "longitude",
                        "Centre d’un carreau d’environ 730 × 1 100 mètres, vide si moins de trois signalements s’y trouvent",
                    ),
                    (
                        "latitude",
                        "Centre d’un carreau d’environ 730 × 1 100 mètres, vide si moins de trois signalements s’y trouvent",
                    ),
                ),
                mots_cles=("signalement", "voirie", "éclairage public", "propreté"),
                geo=("longitude", "latitude"),
                theme="REGI",
            ),
        ),
        faits_publies=("SignalementClos",),
        suivi="apps.grc.suivi.lignes",
        demo="apps.grc.demo.construire",
    )

    def ready(self) -> None:
        from apps.grc import coquille  # noqa: PLC0415 - models are loaded by now
        from syndicat.fichiers import service as fichiers  # noqa: PLC0415
        from syndicat.journal.libelles import declarer_libelles  # noqa: PLC0415

        fichiers.declarer_droit("grc.photo", coquille.can_voir_photo)
        declarer_libelles(
            {
                "grc.signalement.recu": "Signalement reçu",
                "grc.signalement.attribue": "Signalement confié à un agent",
                "grc.signalement.lu": "Signalement lu",
                "grc.signalement.repondu": "Réponse envoyée à l’habitant",
                "grc.signalement.note": "Note interne ajoutée",
                "grc.signalement.prevu": "Intervention annoncée",
                "grc.signalement.clos": "Signalement clos",
                "grc.signalement.rouvert": "Signalement rouvert",
                "grc.signalement.regroupe": "Signalement regroupé avec un autre",
                "grc.signalement.suivi": "Signalement suivi par une personne de plus",
                "grc.signalement.avis": "Avis donné par l’habitant",
                "grc.signalement.modere": "Texte et photo d’un signalement relus",
                "grc.signalement.efface": "Coordonnées et texte d’un signalement effacés",
            }
        )
