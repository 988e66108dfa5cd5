"""Desk addresses of a member, below ``/bureau/achats/``."""

from django.urls import path

from apps.achats import views, vues_commandes

urlpatterns = [
    path("", views.liste, name="catalogue"),
    path("articles/<uuid:uuid>/", views.article, name="article"),
    path("articles/<uuid:uuid>/ajouter/", views.ajouter, name="ajouter"),
    path("panier/", views.panier, name="panier"),
    path("panier/<uuid:uuid>/<uuid:article>/", views.ligne, name="ligne"),
    path("commandes/", vues_commandes.liste, name="commandes"),
    path("commandes/<uuid:uuid>/", vues_commandes.page, name="commande"),
    path("commandes/<uuid:uuid>/approuver/", vues_commandes.approuver, name="approuver"),
    path("commandes/<uuid:uuid>/refuser/", vues_commandes.refuser, name="refuser"),
    path("commandes/<uuid:uuid>/annuler/", vues_commandes.annuler, name="annuler"),
    path("commandes/<uuid:uuid>/livrer/", vues_commandes.livrer, name="livrer"),
    path("commandes/<uuid:uuid>/attester/", vues_commandes.attester, name="attester"),
    path("reglages/", vues_commandes.reglages, name="reglages"),
]
