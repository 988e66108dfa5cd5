"""URLs of the shell: portal frame, desk, catalogue of components."""

from django.urls import path

from syndicat.web import catalogue, pages

app_name = "web"
urlpatterns = [
    path("", pages.accueil, name="accueil"),
    path("services/", pages.services, name="services"),
    path("horaires/", pages.horaires, name="horaires"),
    path("aide/", pages.aide, name="aide"),
    path("accessibilite/", pages.accessibilite, name="accessibilite"),
    path("mentions-legales/", pages.mentions, name="mentions"),
    path("donnees-personnelles/", pages.donnees_personnelles, name="donnees_personnelles"),
    path("conditions-utilisation/", pages.conditions, name="conditions"),
    path("plan-du-site/", pages.plan_du_site, name="plan_du_site"),
    path("recherche/", pages.recherche, name="recherche_portail"),
    path("plan.geojson", pages.fond_de_plan, name="fond_de_plan"),
    path("composants/", catalogue.composants, name="composants"),
    path("composants/marques.css", catalogue.marques_css, name="composants_marques"),
]
