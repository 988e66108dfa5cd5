"""Addresses of the catalogue's manager, below ``/syndicat/achats/`` on the syndicate's host."""

from django.urls import path

from apps.achats import vues_syndicat as vues

urlpatterns = [
    path("", vues.marches, name="marches"),
    path("marches/nouveau/", vues.marche_nouveau, name="marche_nouveau"),
    path("marches/<uuid:uuid>/", vues.marche, name="marche"),
    path("marches/<uuid:uuid>/etat/", vues.marche_etat, name="marche_etat"),
    path("marches/<uuid:uuid>/lots/nouveau/", vues.lot_nouveau, name="lot_nouveau"),
    path("lots/<uuid:uuid>/", vues.lot, name="lot"),
    path("lots/<uuid:uuid>/maximum/", vues.lot_maximum, name="lot_maximum"),
    path("lots/<uuid:uuid>/articles/nouveau/", vues.article_nouveau, name="article_nouveau"),
    path("articles/<uuid:uuid>/", vues.article, name="article"),
    path("articles/<uuid:uuid>/modifier/", vues.article_modifier, name="article_modifier"),
    path("articles/<uuid:uuid>/publier/", vues.article_publier, name="article_publier"),
    path("commandes/", vues.commandes, name="commandes"),
    path("commandes/<uuid:uuid>/", vues.commande, name="commande"),
]
