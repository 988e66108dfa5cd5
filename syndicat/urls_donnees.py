"""URLs of the harvesters' host (``data.<base>``): what the themes declare for machines."""

from django.urls import include, path

from syndicat.socle.manifest import manifests

urlpatterns = [
    path("", include("syndicat.web.urls_communes")),
    *(path("", include((m.donnees_urls, f"{m.code}_donnees"))) for m in manifests() if m.donnees_urls),
]
handler404 = "syndicat.web.erreurs.introuvable_machine"
handler500 = "syndicat.web.erreurs.panne_machine"
