"""Portal: leaving e-mails in one click."""

from django.urls import path

from syndicat.notifications import views

urlpatterns = [path("courriels/arreter/<str:mot>/", views.desabonner, name="desabonner")]
