"""Schemas of members, the stock way. DDL runs on the owner's alias, never on the application's.

Rights come from the owner's default privileges (``embarque.preparation``): no GRANT on all tables here, which
would give back what a migration took away.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db import connections, transaction
from django_tenants.utils import quote_schema_name

ALIAS = settings.TENANT_DB_ALIAS
_COLONNES_NUMEROTEES = """
SELECT pg_get_serial_sequence(quote_ident(c.relname), a.attname), quote_ident(c.relname), quote_ident(a.attname)
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
  AND pg_get_serial_sequence(quote_ident(c.relname), a.attname) IS NOT NULL
"""


@contextmanager
def dans_le_schema(nom: str, alias: str = ALIAS) -> Iterator[Any]:
    """The owner's connection works in that schema (and public) until the end of the block."""
    connection: Any = connections[alias]
    connection.set_schema(nom)
    try:
        yield connection
    finally:
        connection.set_schema_to_public()


def migrer_public(*, verbosity: int = 0) -> None:
    """Migrate the shared schema (Django's own command, with its post_migrate: content types, permissions)."""
    connection: Any = connections[ALIAS]
    connection.set_schema_to_public()
    from django.core.management.commands.migrate import Command  # noqa: PLC0415

    call_command(Command(), database=ALIAS, verbosity=verbosity, interactive=False)


def migrer_schema(nom: str) -> int:
    """Create the schema if needed and migrate it the stock way; answers how many migrations were applied."""
    from syndicat.membres.collecte import Executeur  # noqa: PLC0415 - it imports this module

    with connections[ALIAS].cursor() as curseur:
        curseur.execute(f"CREATE SCHEMA IF NOT EXISTS {quote_schema_name(nom)}")
    with dans_le_schema(nom) as connection:
        executeur = Executeur(connection)
        executeur.migrate(executeur.loader.graph.leaf_nodes())
        if executeur.collectes:
            avancer_les_sequences()
    return len(executeur.collectes)


def avancer_les_sequences(alias: str = ALIAS) -> None:
    """In the schema in use: no sequence stands behind the rows that migrations wrote with explicit numbers."""
    with transaction.atomic(using=alias), connections[alias].cursor() as curseur:
        curseur.execute(_COLONNES_NUMEROTEES)
        for sequence, table, colonne in curseur.fetchall():
            curseur.execute(
                f"SELECT setval(%s, m) FROM (SELECT max({colonne}) AS m FROM {table}) x,"  # noqa: S608
                f" (SELECT last_value, is_called FROM {sequence}) s WHERE m > last_value OR (m = last_value AND NOT is_called)",
                [sequence],
            )


def existe(nom: str, alias: str = ALIAS) -> bool:
    """Is there a schema of that name?"""
    with connections[alias].cursor() as curseur:
        curseur.execute("SELECT EXISTS (SELECT FROM pg_namespace WHERE nspname = %s)", [nom])
        return bool(curseur.fetchone()[0])


def supprimer(nom: str, alias: str = ALIAS) -> None:
    """Drop a schema with all it holds."""
    with connections[alias].cursor() as curseur:
        curseur.execute(f"DROP SCHEMA IF EXISTS {quote_schema_name(nom)} CASCADE")
