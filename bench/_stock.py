"""Settings and child process of stock django-tenants on the same models, same database, owner's role."""

import os

from syndicat.settings.dev import *  # noqa: F403
from syndicat.settings.dev import DATABASES

DATABASES = {
    "default": {
        **DATABASES["proprietaire"],
        "ENGINE": "django_tenants.postgresql_backend",
        "CONN_MAX_AGE": None,
    }
}
TENANT_DB_ALIAS = "default"
TENANT_SYNC_ROUTER = "django_tenants.routers.TenantSyncRouter"
DATABASE_ROUTERS = [TENANT_SYNC_ROUTER]
if os.environ.get("BANC_MIGRATIONS"):
    MIGRATION_MODULES = {"videoprotection": os.environ["BANC_MIGRATIONS"]}

if __name__ == "__main__":
    from bench._commun import servir

    def creer(schema: str) -> dict[str, object]:
        """What the stock product does when a tenant is saved."""
        from syndicat.membres.models import Collectivite

        Collectivite(schema_name=schema).create_schema(verbosity=0)
        return {}

    def migrer(schema: str) -> dict[str, object]:
        """``manage.py migrate_schemas --schema=…``."""
        from django.core.management import call_command

        call_command("migrate_schemas", tenant=True, schema_name=schema, verbosity=0, interactive=False)
        return {}

    servir({"creer": creer, "migrer": migrer})
