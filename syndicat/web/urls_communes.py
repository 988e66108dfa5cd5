"""What every host serves, the central ones included: the collectivité's colours."""

from django.urls import path

from syndicat.web.vues_theme import icone_site, theme_css

urlpatterns = [
    path("theme.css", theme_css, name="theme_css"),
    path("favicon.svg", icone_site, name="icone_site"),
]
