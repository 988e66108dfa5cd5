"""Données ouvertes, as a service of the platform."""

from syndicat.socle.manifest import EntreeMenu, Flux, Manifest, ServiceConfig, Tache
from syndicat.socle.protocoles import PublicationDonnees, offrir

FLUX_MEMBRES = Flux(
    code="membres",
    titre="Collectivités membres du syndicat",
    description=(
        "Liste des collectivités du périmètre\u00a0: communes, intercommunalités, département et syndicat, avec leurs identifiants "
        "officiels, leur population et leur rattachement. Source\u00a0: code officiel géographique (INSEE) et registre du syndicat."
    ),
    lignes="apps.data.flux.membres",
    colonnes=(
        ("siren", "string"),
        ("code_insee", "string"),
        ("nom", "string"),
        ("nature", "string"),
        ("population_municipale", "integer"),
        ("population_millesime", "year"),
        ("codes_postaux", "string"),
        ("siren_epci", "string"),
        ("adherent_statutaire", "boolean"),
        ("sur_la_plateforme", "boolean"),
        ("longitude", "number"),
        ("latitude", "number"),
    ),
    libelles=(
        ("siren", "Numéro SIREN de la collectivité"),
        ("code_insee", "Code officiel géographique, pour une commune"),
        ("nom", "Nom de la collectivité"),
        ("nature", "Commune, intercommunalité, département ou syndicat"),
        ("population_municipale", "Population municipale (INSEE)"),
        ("population_millesime", "Année de référence de la population"),
        ("codes_postaux", "Codes postaux, séparés par une espace"),
        ("siren_epci", "SIREN de l’intercommunalité de la commune"),
        ("adherent_statutaire", "Membre du syndicat par ses statuts"),
        ("sur_la_plateforme", "Dispose d’un espace sur la plateforme"),
        ("longitude", "Longitude du centre, WGS 84"),
        ("latitude", "Latitude du centre, WGS 84"),
    ),
    mots_cles=("collectivités", "communes", "intercommunalités", "population", "Moselle"),
    frequence="daily",
    geo=("longitude", "latitude"),
    theme="REGI",
    hote="syndicat",
)


class DataConfig(ServiceConfig):
    """Publication des données de la collectivité."""

    name = "apps.data"
    label = "data"
    verbose_name = "Données ouvertes"
    schema = "membre"
    manifest = Manifest(
        code="data",
        label="Données ouvertes",
        resume="Publication des données de la collectivité.",
        icone="donnees",
        ordre=60,
        urls="apps.data.urls",
        public_urls="apps.data.portail_urls",
        donnees_urls="apps.data.donnees_urls",
        menu=(
            EntreeMenu(
                libelle="Données ouvertes",
                url="data:liste",
                icone="donnees",
                permission="apps.data.perms.can_voir",
                hote="tous",
                ordre=60,
            ),
        ),
        tuiles=("apps.data.tuiles.tuile",),
        blocs_portail=("apps.data.tuiles.porte",),
        taches=(
            Tache(code="rafraichir", tache="apps.data.tasks.rafraichir", toutes_les=60),
            Tache(code="proposer", tache="apps.data.tasks.proposer", toutes_les=900),
        ),
        flux=(FLUX_MEMBRES,),
        faits_entendus=(("SignalementClos", "apps.data.consommateurs.signalement_clos"),),
        demo="apps.data.demo.remplir",
        suivi="apps.data.suivi.lignes",
    )

    def ready(self) -> None:
        """Offer publication to the other themes; say the journal's sentences."""
        from apps.data.publication import Publication  # noqa: PLC0415 - models load after the applications
        from syndicat.journal.libelles import declarer_libelles  # noqa: PLC0415

        offrir(PublicationDonnees, Publication())  # type: ignore[type-abstract]
        declarer_libelles(
            {
                "data.jeu.projete": "Données préparées pour la publication",
                "data.jeu.refuse": "Publication arrêtée\u00a0: données personnelles trouvées",
                "data.jeu.publie": "Jeu de données publié",
                "data.jeu.retire": "Jeu de données retiré",
                "data.jeu.notice": "Description d’un jeu de données modifiée",
            }
        )
