"""Database router: shared applications migrate in public, the themes' in the members' schemas."""

from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connections


class RouteurDeSchemas:
    """Migrations run on the owner's alias only; reads and writes stay where Django puts them."""

    def allow_migrate(
        self, db: str, app_label: str, model_name: str | None = None, **hints: Any
    ) -> bool | None:
        if db != settings.TENANT_DB_ALIAS:
            return None if db == "default" and hints.get("controle") else False
        nom = apps.get_app_config(app_label).name
        commun = connections[db].schema_name == settings.PUBLIC_SCHEMA_NAME  # type: ignore[attr-defined]
        return nom in (settings.SHARED_APPS if commun else settings.TENANT_APPS)
