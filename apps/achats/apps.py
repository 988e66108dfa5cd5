"""Achats, as a service of the platform."""

from syndicat.socle.manifest import EntreeMenu, Manifest, ServiceConfig, Traitement


class AchatsConfig(ServiceConfig):
    """Catalogue de la centrale d’achat et commandes."""

    name = "apps.achats"
    label = "achats"
    verbose_name = "Achats"
    schema = "membre"
    manifest = Manifest(
        code="achats",
        label="Achats",
        resume="Catalogue de la centrale d’achat et commandes.",
        icone="achat",
        ordre=70,
        urls="apps.achats.urls",
        urls_syndicat="apps.achats.urls_syndicat",
        menu=(
            EntreeMenu(
                libelle="Achats",
                url="achats:catalogue",
                icone="achat",
                permission="apps.achats.perms.can_consulter",
                ordre=70,
            ),
            EntreeMenu(
                libelle="Marchés et catalogue",
                url="achats_syndicat:marches",
                icone="achat",
                permission="apps.achats.perms.can_gerer_catalogue",
                groupe="syndicat",
                hote="syndicat",
                ordre=20,
            ),
            EntreeMenu(
                libelle="Commandes des membres",
                url="achats_syndicat:commandes",
                icone="colis",
                permission="apps.achats.perms.can_gerer_catalogue",
                groupe="syndicat",
                hote="syndicat",
                ordre=21,
            ),
        ),
        tuiles=("apps.achats.tuiles.tuile",),
        traitements=(
            Traitement(
                code="commandes",
                finalite="Passer les commandes de la collectivité, en garder la preuve et le suivi",
                base_legale="Exécution d’un contrat et mission d’intérêt public (code de la commande publique)",
                categories=(
                    "identité de la personne qui demande et de celle qui approuve",
                    "dates des décisions",
                ),
                personnes=("agents et élus de la collectivité",),
                destinataires=(
                    "la collectivité",
                    "le syndicat, pour les marchés de la centrale d’achat",
                    "le fournisseur, pour la livraison",
                ),
                conservation_jours=3653,
                depart="la fin de la commande (service fait, refus ou annulation)",
                purge="apps.achats.purge.purger",
            ),
        ),
        faits_publies=("CommandePassee",),
        demo="apps.achats.demo.remplir",
        suivi="apps.achats.suivi.lignes",
    )

    def ready(self) -> None:
        """Say the journal's sentences."""
        from syndicat.journal.libelles import declarer_libelles  # noqa: PLC0415 - models load after the applications

        declarer_libelles(
            {
                "achats.commande.demandee": "Commande demandée",
                "achats.commande.engagee": "Commande approuvée, engagée et envoyée",
                "achats.commande.refusee": "Commande refusée",
                "achats.commande.annulee": "Commande annulée",
                "achats.commande.livree": "Livraison notée",
                "achats.commande.service_fait": "Service fait attesté",
                "achats.reglage.cumul": "Règle d’approbation des commandes modifiée",
                "achats.marche.cree": "Marché créé",
                "achats.marche.etat": "État d’un marché changé",
                "achats.marche.maximum": "Maximum d’un marché modifié",
                "achats.lot.cree": "Lot créé",
                "achats.lot.maximum": "Maximum d’un lot modifié",
                "achats.article.cree": "Article créé",
                "achats.article.modifie": "Article modifié",
                "achats.article.prix": "Prix d’un article posé",
                "achats.article.publie": "Article publié au catalogue",
                "achats.article.retire": "Article retiré du catalogue",
            }
        )
