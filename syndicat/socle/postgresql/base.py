"""PostgreSQL engine: one statement per change of collectivité, set again whenever the server may have lost it.

Where django-tenants sends ``SET search_path`` at every cursor, this engine remembers what the server holds
and sends one ``set_config`` statement (path, collectivité, act, read-only or not) when the wanted state
differs: before a transaction, after a switch, a checkout from the pool,
a reconnection, a rollback or a rollback to a savepoint (PostgreSQL reverts a SET made in what is undone).
PgBouncer in transaction mode is not supported: settings are per session.
"""

from typing import Any

import psycopg
from django.core.exceptions import ImproperlyConfigured
from django.db.utils import DatabaseError
from django_tenants.postgresql_backend.base import DatabaseWrapper as TenantWrapper
from django_tenants.postgresql_backend.base import FakeTenant, _check_schema_name, original_backend
from django_tenants.utils import quote_schema_name

from syndicat.socle import contexte

FIXER = (
    "SELECT set_config('search_path', %s, false), set_config('syndicat.collectivite', %s, false),"
    " set_config('syndicat.transverse', %s, false), set_config('default_transaction_read_only', %s, false)"
)
Voulu = tuple[str, str, str, str]


def remettre_a_zero(connexion: psycopg.Connection[Any]) -> None:
    """Pool callback: a returned connection forgets the last member before anybody else gets it."""
    connexion.execute(FIXER, ("public", "", "", "off"))
    connexion.commit()


class DatabaseWrapper(TenantWrapper):
    """Wanted state: the forced schema (owner's alias only: migrations), else the context's collectivité."""

    def __init__(self, settings_dict: dict[str, Any], alias: str = "default") -> None:
        self._force: str | None = None
        self._applique: Voulu | None = None
        self._en_cours = False
        self.nb_set = 0
        pool = settings_dict.get("OPTIONS", {}).get("pool")
        if isinstance(pool, dict):
            pool["reset"] = remettre_a_zero
        super().__init__(settings_dict, alias)

    # -- what django-tenants and its callers read -------------------------------------------------
    @property
    def schema_name(self) -> str:
        """The schema statements run in now."""
        if self._force is not None:
            return self._force
        portee = contexte.portee_courante()
        return portee.schema_name if portee is not None else "public"

    @schema_name.setter
    def schema_name(self, valeur: str | None) -> None:
        """Ignored: the parent assigns it, the context decides."""

    @property
    def tenant(self) -> Any:
        """A tenant-like object, for django-tenants' own helpers."""
        return contexte.portee_courante() or FakeTenant(schema_name=self.schema_name)

    @tenant.setter
    def tenant(self, valeur: Any) -> None:
        """Ignored, as above."""

    def set_tenant(self, tenant: Any, include_public: bool = True) -> None:
        """Force a schema: allowed on the owner's alias only. Elsewhere use ``contexte.dans``."""
        nom = tenant.schema_name
        if nom == "public":
            self._force = None
            return
        if self.alias == "default":
            raise ImproperlyConfigured(
                "Le schéma se choisit par socle.contexte.dans(), jamais sur la connexion."
            )
        _check_schema_name(nom)
        self._force = nom

    # -- when the server forgets ------------------------------------------------------------------
    def connect(self) -> None:
        self._applique = None
        super().connect()

    def close(self) -> None:
        self._applique = None
        super().close()

    def rollback(self) -> None:
        self._applique = None
        super().rollback()

    def savepoint_rollback(self, sid: str) -> None:
        try:
            super().savepoint_rollback(sid)
        finally:
            self._applique = None

    def _set_autocommit(self, autocommit: bool) -> None:
        # A transaction takes its read-only mode at BEGIN: the state must be right just before.
        if not autocommit and not self._en_cours:
            voulu = self._voulu()
            if voulu != self._applique:
                self._appliquer(voulu)
        super()._set_autocommit(autocommit)

    # -- every cursor -----------------------------------------------------------------------------
    def _voulu(self) -> Voulu:
        etat = contexte.etat()
        schema = self.schema_name
        chemin = "public" if schema == "public" else f"{quote_schema_name(schema)}, public"
        acte = etat.transverse or ("proprietaire" if self.alias == "proprietaire" else "")
        # Counts from the next transaction: one begun for a member that may write goes on as it began.
        lecture = "on" if etat.lecture_seule and self.alias == "default" else "off"
        return chemin, str(etat.portee.collectivite_id) if etat.portee else "", acte, lecture

    def _cursor(self, name: str | None = None) -> Any:
        curseur = original_backend.DatabaseWrapper._cursor(self, name)
        if not self._en_cours:
            voulu = self._voulu()
            if voulu != self._applique:
                self._appliquer(voulu)
        return curseur

    def _appliquer(self, voulu: Voulu) -> None:
        self._en_cours = True
        try:
            with self.connection.cursor() as brut:
                brut.execute(FIXER, voulu)
            self.nb_set += 1
            self._applique = voulu
        except (DatabaseError, psycopg.errors.InFailedSqlTransaction):
            # The transaction is already broken: the caller's statement will say so itself.
            self._applique = None
        finally:
            self._en_cours = False
