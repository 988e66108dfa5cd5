"""Pages of the room, under ``/bureau/journal/``."""

from django.urls import path

from syndicat.journal import views

urlpatterns = [
    path("", views.liste, name="liste"),
    path("export.csv", views.exporter, name="exporter"),
    path("registre/", views.liste_registre, name="registre"),
    path("registre/export.csv", views.exporter_registre, name="exporter_registre"),
    path("registre/<str:traitement>/", views.completer, name="completer"),
]
