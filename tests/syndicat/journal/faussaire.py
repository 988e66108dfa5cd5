"""A superuser who tampers: what the journal must find out afterwards."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from django.db import connection

from tests.conftest import ADMIN


@contextmanager
def faussaire(*, declencheurs: bool = False) -> Iterator[psycopg.Connection[Any]]:
    """A superuser's connection to the test database; triggers are silent unless ``declencheurs``."""
    with psycopg.connect(ADMIN, dbname=connection.settings_dict["NAME"], autocommit=True) as admin:
        if not declencheurs:
            admin.execute("SET session_replication_role = replica")
        yield admin


def rechainer(admin: psycopg.Connection[Any], collectivite_id: int, depuis: int = 1) -> None:
    """Recompute a whole chain, head included, as someone who read our source would."""
    from syndicat.journal.models import GENESE
    from syndicat.journal.verification import empreinte_attendue

    lignes = admin.execute(
        "SELECT id, instant, contenu, precedente FROM journal_ligne WHERE collectivite_id = %s ORDER BY seq",
        [collectivite_id],
    ).fetchall()
    avant = GENESE if depuis == 1 else lignes[0][3]
    for seq, (ident, instant, contenu, _) in enumerate(lignes, depuis):
        apres = empreinte_attendue(avant, collectivite_id, seq, instant, contenu)
        admin.execute(
            "UPDATE journal_ligne SET seq = %s, precedente = %s, empreinte = %s WHERE id = %s",
            [seq, avant, apres, ident],
        )
        avant = apres
    admin.execute(
        "UPDATE journal_tete SET seq = %s, empreinte = %s WHERE collectivite_id = %s",
        [depuis + len(lignes) - 1, avant, collectivite_id],
    )


def vieillir(admin: psycopg.Connection[Any], collectivite_id: int, jusque: int, annees: int) -> None:
    """Make the first lines older, honestly chained: the test's way of letting years pass."""
    admin.execute(
        "UPDATE journal_ligne SET instant = instant - make_interval(years => %s) WHERE collectivite_id = %s AND seq <= %s",
        [annees, collectivite_id, jusque],
    )
    rechainer(admin, collectivite_id)
