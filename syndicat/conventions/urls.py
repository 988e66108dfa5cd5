"""Desk addresses of a member, below ``/bureau/conventions/``."""

from django.urls import path

from syndicat.conventions import views

urlpatterns = [
    path("", views.nos_conventions, name="liste"),
    path("demander/<slug:service>/", views.demander, name="demander"),
]
