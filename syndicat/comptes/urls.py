"""URLs of the desk: the team and its rights, the delegations."""

from django.urls import path

from syndicat.comptes import vues_equipe as vues

app_name = "comptes"
urlpatterns = [
    path("", vues.equipe, name="equipe"),
    path("inviter/", vues.inviter, name="inviter"),
    path("<uuid:uuid>/", vues.adhesion, name="adhesion"),
    path("<uuid:uuid>/retirer/", vues.retirer, name="retirer"),
    path("delegations/", vues.delegations, name="delegations"),
    path("delegations/nouvelle/", vues.nouvelle_delegation, name="nouvelle_delegation"),
    path("delegations/<uuid:uuid>/retirer/", vues.retirer_delegation, name="retirer_delegation"),
    path("delegations/absence/", vues.absence, name="absence"),
]
