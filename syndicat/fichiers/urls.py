"""Addresses of files, on every member's host: ``/fichiers/<uuid>/<variante>`` and the resumable uploads."""

from django.urls import path, re_path

from syndicat.fichiers import views, views_transferts

app_name = "fichiers"
_UUID = r"(?P<uuid>[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})"
urlpatterns = [
    path("transferts/", views_transferts.transferts, name="transferts"),
    path("transferts/<uuid:uuid>/", views_transferts.transfert, name="transfert"),
    re_path(rf"^communs/{_UUID}/(?P<variante>[a-z_]{{1,20}})$", views.servir_commun, name="servir_commun"),
    re_path(rf"^{_UUID}/(?P<variante>[a-z_]{{1,20}})$", views.servir, name="servir"),
]
