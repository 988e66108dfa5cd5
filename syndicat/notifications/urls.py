"""Desk: ``/bureau/notifications/``."""

from django.urls import path

from syndicat.notifications import views

urlpatterns = [
    path("", views.liste, name="liste"),
    path("<uuid:uuid>/ouvrir/", views.ouvrir, name="ouvrir"),
    path("tout-lire/", views.tout_lire, name="tout_lire"),
    path("preferences/", views.preferences, name="preferences"),
]
