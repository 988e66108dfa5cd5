"""URLs of a member's host (and of the syndicate's): the shell, then what each theme declares."""

from django.urls import URLPattern, URLResolver, include, path

from syndicat.socle.manifest import manifests


def _routes() -> list[URLPattern | URLResolver]:
    routes: list[URLPattern | URLResolver] = []
    for m in manifests():
        if m.urls:
            routes.append(path(f"bureau/{m.code}/", include((m.urls, m.code))))
        if m.urls_syndicat:
            routes.append(path(f"syndicat/{m.code}/", include((m.urls_syndicat, f"{m.code}_syndicat"))))
        if m.api_urls:
            routes.append(path(f"api/v1/{m.code}/", include((m.api_urls, f"{m.code}_api"))))
        if m.public_urls:
            routes.append(path("", include((m.public_urls, f"{m.code}_portail"))))
    return routes


urlpatterns = [
    path("", include("syndicat.web.urls_communes")),
    path("", include("syndicat.web.urls")),
    path("fichiers/", include("syndicat.fichiers.urls")),
    *_routes(),
]
handler400 = "syndicat.web.erreurs.requete_invalide"
handler403 = "syndicat.web.erreurs.interdit"
handler404 = "syndicat.web.erreurs.introuvable"
handler500 = "syndicat.web.erreurs.panne"
