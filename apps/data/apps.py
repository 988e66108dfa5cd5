"""Données ouvertes, as a service of the platform."""

from syndicat.socle.manifest import Flux, Manifest, ServiceConfig

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
        donnees_urls="apps.data.donnees_urls",
        flux=(FLUX_MEMBRES,),
    )
