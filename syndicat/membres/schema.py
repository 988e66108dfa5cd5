"""Schemas of members: create, migrate. DDL runs on the owner's alias, never on the application's."""

from django.conf import settings
from django.core.management import call_command
from django.db import connections
from django.db.migrations.executor import MigrationExecutor
from django_tenants.utils import quote_schema_name

ALIAS = settings.TENANT_DB_ALIAS


def migrer_public(*, verbosity: int = 0) -> None:
    """Migrate the shared schema (Django's own command, with its post_migrate: content types, permissions)."""
    connection = connections[ALIAS]
    connection.set_schema_to_public()  # type: ignore[attr-defined]
    from django.core.management.commands.migrate import Command  # noqa: PLC0415

    call_command(Command(), database=ALIAS, verbosity=verbosity, interactive=False)


def migrer_schema(nom: str) -> None:
    """Create the schema if needed and migrate it the stock way."""
    connection = connections[ALIAS]
    with connection.cursor() as curseur:
        curseur.execute(f"CREATE SCHEMA IF NOT EXISTS {quote_schema_name(nom)}")
    connection.set_schema(nom)  # type: ignore[attr-defined]
    try:
        executor = MigrationExecutor(connection)
        executor.migrate(executor.loader.graph.leaf_nodes())
    finally:
        connection.set_schema_to_public()  # type: ignore[attr-defined]
    with connection.cursor() as curseur:
        q = quote_schema_name(nom)
        curseur.execute(f"GRANT USAGE ON SCHEMA {q} TO syndicat_app")
        curseur.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {q} TO syndicat_app")
        curseur.execute(f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA {q} TO syndicat_app")
