"""Desk: the inbox and its files. Mounted at ``/bureau/grc/``."""

from django.urls import path

from apps.grc import views

app_name = "grc"
urlpatterns = [
    path("", views.boite, name="boite"),
    path("nouveau/", views.saisir, name="saisir"),
    path("reglages/", views.reglages, name="reglages"),
    path("<uuid:uuid>/", views.dossier, name="dossier"),
    path("<uuid:uuid>/confier/", views.confier, name="confier"),
    path("<uuid:uuid>/prendre/", views.prendre, name="prendre"),
    path("<uuid:uuid>/repondre/", views.repondre, name="repondre"),
    path("<uuid:uuid>/noter/", views.noter, name="noter"),
    path("<uuid:uuid>/programmer/", views.programmer, name="programmer"),
    path("<uuid:uuid>/clore/", views.clore, name="clore"),
    path("<uuid:uuid>/rouvrir/", views.rouvrir, name="rouvrir"),
    path("<uuid:uuid>/relire/", views.relire, name="relire"),
    path("<uuid:uuid>/regrouper/", views.regrouper, name="regrouper"),
]
