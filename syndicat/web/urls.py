"""URLs of the shell: portal frame, desk, catalogue of components."""

from django.urls import path

from syndicat.web import bureau, catalogue, cockpit, pages, tableau, vues_annonces

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
    path("bureau/", cockpit.bureau, name="bureau"),
    path("bureau/a-decider/", cockpit.a_decider, name="a_decider"),
    path("bureau/echeances/", cockpit.echeances, name="echeances"),
    path("bureau/services/", cockpit.page_offres, name="offres"),
    path("bureau/services/<slug:code>/", bureau.adherer, name="adherer"),
    path("bureau/mes-collectivites/", bureau.mes_collectivites, name="mes_collectivites"),
    path("bureau/recherche/", bureau.recherche, name="recherche"),
    path("bureau/palette/", bureau.palette, name="palette"),
    path("bureau/annonces/", vues_annonces.annonces, name="annonces"),
    path("bureau/annonces/<uuid:uuid>/retirer/", vues_annonces.retirer, name="annonce_retirer"),
    path("syndicat/tableau/", tableau.tableau, name="tableau"),
    path("syndicat/tableau/<slug:slug>/", tableau.membre, name="tableau_membre"),
    path("syndicat/tableau.csv", tableau.tableau_csv, name="tableau_csv"),
    path("composants/", catalogue.composants, name="composants"),
    path("composants/marques.css", catalogue.marques_css, name="composants_marques"),
]
