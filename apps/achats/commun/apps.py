"""Shared tables of purchasing."""

from django.apps import AppConfig


class AchatsCommunConfig(AppConfig):
    """Markets, catalogue, orders."""

    name = "apps.achats.commun"
    label = "achats_commun"
    verbose_name = "Achats : marchés, catalogue et commandes"
