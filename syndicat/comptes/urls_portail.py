"""URLs at the root of every member's host: sign-in, sign-out, one's account."""

from django.urls import path

from syndicat.comptes import vues

app_name = "comptes_portail"
urlpatterns = [
    path("connexion/", vues.connexion, name="connexion"),
    path("connexion/retour/", vues.retour, name="retour"),
    path("deconnexion/", vues.deconnexion, name="deconnexion"),
    path("mon-compte/", vues.mon_compte, name="mon_compte"),
    path("mon-espace/", vues.mon_espace, name="mon_espace"),
]
