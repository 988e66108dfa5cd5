"""Addresses of the syndicate, below ``/syndicat/conventions/``."""

from django.urls import path

from syndicat.conventions import views

urlpatterns = [
    path("", views.table, name="table"),
    path("<uuid:ident>/", views.membre, name="membre"),
    path("<uuid:ident>/<slug:service>/", views.changer, name="changer"),
]
