"""URLs of the central sign-in host (``connexion.<base>``)."""

from django.urls import include, path

urlpatterns = [
    path("", include("syndicat.web.urls_communes")),
    path("", include("syndicat.comptes.urls_connexion")),
]
handler400 = "syndicat.web.erreurs.requete_invalide"
handler403 = "syndicat.web.erreurs.interdit"
handler404 = "syndicat.web.erreurs.introuvable"
handler500 = "syndicat.web.erreurs.panne"
