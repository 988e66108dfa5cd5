"""Pages of the syndicate, under ``/syndicat/suivi/``."""

from django.urls import path

from syndicat.suivi import views

urlpatterns = [
    path("", views.faits, name="faits"),
    path("relancer/", views.relancer, name="relancer"),
]
