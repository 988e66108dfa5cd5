"""Locks around changes of structure: one advisory lock, short waits for rows and tables, and retries."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from django.db import OperationalError, connections

from syndicat.membres.schema import ALIAS

T = TypeVar("T")
#: Key of the advisory lock: shared by onboardings, exclusive for migrations.
CLE = "hashtextextended('syndicat.membres', 0)"
ATTENTE_VERROU = "3s"
ESSAIS = 20
_REPRENABLES = {"55P03", "40P01", "40001"}  # lock not available, deadlock, serialization


class VerrouPris(RuntimeError):
    """Another onboarding or migration is under way and did not end in time."""


@contextmanager
def structure(*, exclusif: bool, attendre: float = 600.0, alias: str = ALIAS) -> Iterator[None]:
    """Hold the advisory lock on a connection of its own (the working one may be recycled meanwhile).

    Shared and exclusive as for readers and a writer. Raises :class:`VerrouPris` after ``attendre`` seconds.
    """
    a_part = connections[alias].copy()
    a_part.inc_thread_sharing()
    suffixe = "" if exclusif else "_shared"
    fin = time.monotonic() + attendre
    try:
        with a_part.cursor() as curseur:
            while True:
                curseur.execute(f"SELECT pg_try_advisory_lock{suffixe}({CLE})")
                if curseur.fetchone()[0]:
                    break
                if time.monotonic() > fin:
                    raise VerrouPris("Un embarquement ou une migration est déjà en cours.")
                time.sleep(0.2)
        yield
    finally:
        a_part.close()  # the end of the session releases the lock


def code_sql(erreur: BaseException) -> str:
    """SQLSTATE of a Django or psycopg error, or an empty string."""
    for exc in (erreur, erreur.__cause__):
        etat = getattr(exc, "sqlstate", None)
        if etat:
            return str(etat)
    return ""


def avec_reprises(faire: Callable[[], T], *, essais: int = ESSAIS, pause: float = 0.25) -> T:
    """Run ``faire`` (a transaction) again when a lock could not be had in time; the last error is raised."""
    for essai in range(essais):
        try:
            return faire()
        except OperationalError as erreur:
            if code_sql(erreur) not in _REPRENABLES or essai == essais - 1:
                raise
            time.sleep(min(pause * 2**essai, 5.0))
    raise AssertionError("inatteignable")


def court(curseur: Any) -> None:
    """In the transaction in progress: do not queue behind a long reader, everybody would queue behind us."""
    curseur.execute(f"SET LOCAL lock_timeout = '{ATTENTE_VERROU}'")


@contextmanager
def session_courte(connection: Any) -> Iterator[None]:
    """The same for statements outside a transaction (CONCURRENTLY)."""
    with connection.cursor() as curseur:
        curseur.execute(f"SET lock_timeout = '{ATTENTE_VERROU}'")
    try:
        yield
    finally:
        if connection.is_usable():
            with connection.cursor() as curseur:
                curseur.execute("RESET lock_timeout")
