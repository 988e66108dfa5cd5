"""Per-object rights as a Django application of the member's schema."""

from django.apps import AppConfig


class DroitsConfig(AppConfig):
    """Its only table is guardian's, in each member's schema."""

    name = "syndicat.comptes.droits"
    label = "droits"
    verbose_name = "Droits par objet"
