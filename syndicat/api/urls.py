"""URLs of the API's own pages; each theme's stand at ``/api/v1/<code>/``."""

from django.urls import path

from syndicat.api.schema import Description

app_name = "api_portail"
urlpatterns = [path("api/schema/", Description.as_view(), name="schema")]
