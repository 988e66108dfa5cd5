"""Applying one Django migration to one schema: its DDL and its django_migrations row in one transaction.

The template is migrated through an editor that writes down every statement; they are then replayed as they
are in schemas of the same structure, fifty times faster than Django does. What runs Python falls back.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connections, router, transaction
from django.db.backends.postgresql.schema import DatabaseSchemaEditor
from django.db.migrations import Migration, RunPython, SeparateDatabaseAndState
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.operations.base import Operation
from django.db.migrations.recorder import MigrationRecorder
from django.db.migrations.state import ProjectState

from syndicat.membres import verrou
from syndicat.membres.schema import ALIAS

_CONCURRENT = re.compile(
    r'\s*CREATE\s+(?:UNIQUE\s+)?INDEX\s+CONCURRENTLY\s+(?:IF\s+NOT\s+EXISTS\s+)?("(?:[^"]|"")+"|\w+)', re.I
)


@dataclass(frozen=True)
class Collecte:
    """What one migration did to the template. ``rejouable`` is False when Python took part."""

    app: str
    nom: str
    ordres: tuple[str, ...]
    atomique: bool
    rejouable: bool


def index_concurrent_fait(curseur: Any, ordre: str) -> bool:
    """For CREATE INDEX CONCURRENTLY: drop the invalid index a kill left behind; True when a valid one stands."""
    trouve = _CONCURRENT.match(ordre)
    if trouve is None:
        return False
    nom = trouve.group(1).strip('"').replace('""', '"')
    curseur.execute(
        "SELECT i.indisvalid FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid"
        " WHERE c.relname = %s AND c.relnamespace = current_schema()::regnamespace",
        [nom],
    )
    ligne = curseur.fetchone()
    if ligne is None:
        return False
    if ligne[0]:
        return True
    curseur.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {trouve.group(1)}")
    return False


class Editeur(DatabaseSchemaEditor):
    """PostgreSQL's editor, which keeps what it executes in ``ordres`` and resumes concurrent indexes."""

    def __init__(self, connection: Any, collect_sql: bool = False, atomic: bool = True) -> None:
        super().__init__(connection, collect_sql, atomic)
        self.ordres: list[str] = []

    def execute(self, sql: Any, params: Any = ()) -> None:
        ordre = str(sql) if params is None else str(self.connection.ops.compose_sql(str(sql), params))
        self.ordres.append(ordre)
        if not self.atomic_migration:
            with self.connection.cursor() as curseur:
                if index_concurrent_fait(curseur, ordre):
                    return
        super().execute(ordre, None)


def _python(operations: Sequence[Operation], app: str, alias: str) -> bool:
    """True when an operation runs Python in this schema (the router says which applications do)."""
    for op in operations:
        if isinstance(op, SeparateDatabaseAndState):
            if _python(op.database_operations, app, alias):
                return True
        elif isinstance(op, RunPython):
            if op.code is not RunPython.noop and router.allow_migrate(alias, app, **op.hints):
                return True
        elif not type(op).__module__.startswith(("django.", "django_", "syndicat.")):
            return True  # an operation we do not know may do anything
    return False


def appliquer(
    migration: Migration,
    etat: ProjectState,
    alias: str = ALIAS,
    apres: Callable[[Collecte], None] | None = None,
) -> tuple[ProjectState, Collecte]:
    """Apply a migration to the schema the connection is set to; answers the new state and what was executed.

    Atomic migrations: DDL, row and ``apres`` in one transaction. Others: statement by statement, the row last.
    """
    connection = connections[alias]
    recorder = MigrationRecorder(connection)
    app = str(migration.app_label)

    pure = not _python(migration.operations, app, alias) and not migration.replaces

    def derouler() -> tuple[ProjectState, Collecte]:
        with Editeur(connection, atomic=migration.atomic) as editeur:
            nouvel_etat = migration.apply(etat.clone(), editeur)
        faite = Collecte(app, migration.name, tuple(editeur.ordres), bool(migration.atomic), pure)
        with transaction.atomic(using=alias):
            for a, n in migration.replaces or [(app, migration.name)]:
                recorder.record_applied(a, n)
            if apres is not None:
                apres(faite)
        return nouvel_etat, faite

    def d_un_bloc() -> tuple[ProjectState, Collecte]:
        with transaction.atomic(using=alias), connection.cursor() as curseur:
            verrou.court(curseur)
            return derouler()

    def pas_a_pas() -> tuple[ProjectState, Collecte]:
        with verrou.session_courte(connection):
            return derouler()

    recorder.ensure_schema()
    return verrou.avec_reprises(d_un_bloc if migration.atomic else pas_a_pas)


def rejouer(collecte: Collecte, alias: str = ALIAS) -> None:
    """Execute what was collected in the schema the connection is set to, with its django_migrations row."""
    connection = connections[alias]
    noter = "INSERT INTO django_migrations (app, name, applied) VALUES (%s, %s, now())"

    def d_un_bloc() -> None:
        with transaction.atomic(using=alias), connection.cursor() as curseur:
            verrou.court(curseur)
            brut = connection.connection
            with brut.pipeline():
                for ordre in collecte.ordres:
                    brut.execute(ordre, prepare=False)
            curseur.execute(noter, [collecte.app, collecte.nom])

    def pas_a_pas() -> None:
        with verrou.session_courte(connection), connection.cursor() as curseur:
            for ordre in collecte.ordres:
                if not index_concurrent_fait(curseur, ordre):
                    curseur.execute(ordre)
            curseur.execute(noter, [collecte.app, collecte.nom])

    verrou.avec_reprises(d_un_bloc if collecte.atomique else pas_a_pas)


class Executeur(MigrationExecutor):
    """Django's executor with our way of applying (one transaction with its row); keeps what it collected."""

    def __init__(self, connection: Any) -> None:
        super().__init__(connection)
        self.collectes: list[Collecte] = []

    def apply_migration(
        self, state: ProjectState, migration: Migration, fake: bool = False, fake_initial: bool = False
    ) -> ProjectState:
        if fake:
            return super().apply_migration(state, migration, fake=True)
        state, collecte = appliquer(migration, state, self.connection.alias)
        self.collectes.append(collecte)
        return state

    def plan(self) -> list[Migration]:
        """What is not yet applied, in order."""
        return [m for m, _ in self.migration_plan(self.loader.graph.leaf_nodes())]
