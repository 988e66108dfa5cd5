"""Addresses of the harvesters' host."""

from django.urls import path, register_converter

from apps.data import vues_accueil
from apps.data import vues_donnees as vues


class Extension:
    """Forms of a description."""

    regex = "ttl|jsonld|rdf|nt"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class Siren(Extension):
    """Nine digits."""

    regex = "[0-9]{9}"


class FormatDonnees(Extension):
    """Forms of the rows."""

    regex = "csv|geojson"


register_converter(Extension, "extension")
register_converter(Siren, "siren")
register_converter(FormatDonnees, "format_donnees")

urlpatterns = [
    path("", vues_accueil.accueil, name="accueil"),
    path("<siren:siren>/", vues_accueil.accueil, name="accueil_membre"),
    path("catalog.<extension:extension>", vues.vue_catalogue, name="catalogue"),
    path("catalog", vues.vue_catalogue_negociee, name="catalogue_negocie"),
    path("<siren:siren>/catalog.<extension:extension>", vues.vue_catalogue, name="catalogue_membre"),
    path("<siren:siren>/catalog", vues.vue_catalogue_negociee, name="catalogue_membre_negocie"),
    path("dataset/<uuid:uuid>.<extension:extension>", vues.vue_jeu, name="jeu"),
    path("dataset/<uuid:uuid>.html", vues.vue_page, name="jeu_page"),
    path("dataset/<uuid:uuid>", vues.vue_jeu_negociee, name="jeu_negocie"),
    path("dataset/<uuid:uuid>/donnees.<format_donnees:format_>", vues.vue_donnees, name="donnees"),
]
