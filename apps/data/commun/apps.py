"""Shared tables of open data."""

from django.apps import AppConfig


class DataCommunConfig(AppConfig):
    """The publication index."""

    name = "apps.data.commun"
    label = "data_commun"
    verbose_name = "Données ouvertes : index de publication"
