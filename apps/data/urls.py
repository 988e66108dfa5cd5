"""Desk addresses, below ``/bureau/data/``."""

from django.urls import path

from apps.data import views

urlpatterns = [
    path("", views.liste, name="liste"),
    path("<uuid:uuid>/", views.jeu, name="jeu"),
    path("<uuid:uuid>/publier/", views.publier, name="publier"),
    path("<uuid:uuid>/retirer/", views.retirer, name="retirer"),
    path("<uuid:uuid>/description/", views.notice, name="notice"),
]
