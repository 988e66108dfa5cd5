"""Addresses on a member's portal."""

from django.urls import path

from apps.data import portail

urlpatterns = [
    path("donnees/", portail.liste, name="liste"),
    path("donnees/<uuid:uuid>/", portail.page_jeu, name="jeu"),
]
