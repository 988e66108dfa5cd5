"""``/api/v1/grc/``."""

from django.urls import path

from apps.grc.api import views

app_name = "grc_api"
urlpatterns = [
    path("signalements/", views.Signalements.as_view(), name="signalements"),
    path("signalements/<uuid:uuid>/", views.UnSignalement.as_view(), name="signalement"),
]
