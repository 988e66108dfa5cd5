"""Memory of one PostgreSQL backend that visits many members, with and without recycling every 50 schemas.

A sweep reads every table of every member. Measured by the server itself (pg_backend_memory_contexts), and by /proc
where the server is local. Goal: with recycling, a quarter at most of what it is without, over 556.
"""

from pathlib import Path
from typing import Any

import psycopg

from bench import _commun

_TABLES = "SELECT quote_ident(relname) FROM pg_class WHERE relkind = 'r' AND relnamespace = %s::regnamespace"


def memoire(connexion: Any) -> tuple[float, float]:
    """(MB in contexts, MB of private memory or 0)."""
    ligne = connexion.execute("SELECT sum(total_bytes) FROM pg_backend_memory_contexts").fetchone()
    prive = 0.0
    try:
        lignes = Path(f"/proc/{connexion.info.backend_pid}/smaps_rollup").read_text().splitlines()
        prive = sum(int(x.split()[1]) for x in lignes if x.startswith("Private_")) / 1024
    except OSError:
        pass
    return float(ligne[0]) / 1e6, prive


def visiter(base: str, schemas: list[str], recyclage: int) -> tuple[float, float]:
    """The highest memory seen."""
    plus_haut = (0.0, 0.0)
    connexion = psycopg.connect(_commun.ADMIN, dbname=base, autocommit=True)
    for i, schema in enumerate(schemas, 1):
        connexion.execute(f'SET search_path = "{schema}", public')
        for (table,) in connexion.execute(_TABLES, [f'"{schema}"']).fetchall():
            connexion.execute(f"SELECT * FROM {table} LIMIT 1", prepare=False)
        if i % recyclage == 0 or i == len(schemas):
            plus_haut = max(plus_haut, memoire(connexion))
            connexion.close()
            connexion = psycopg.connect(_commun.ADMIN, dbname=base, autocommit=True)
    connexion.close()
    return plus_haut


def main() -> None:
    options = _commun.arguments(__doc__)
    base = _commun.base("memoire")
    _commun.registre()
    membres = options.membres or (_commun.TOUS if options.complet else 150)
    _commun.embarquer(membres)
    from syndicat.membres import migrateur, parcours

    schemas = migrateur.schemas_des_membres()
    sans = visiter(base, schemas, len(schemas) + 1)
    avec = visiter(base, schemas, parcours.RECYCLAGE)
    seuil = max(0.25, 1.4 * parcours.RECYCLAGE / len(schemas))
    _commun.conclure(
        "memoire_backend",
        value=avec[0],
        unit="Mo",
        reference=sans[0],
        ratio=sans[0] / avec[0],
        goal="≤ un quart du serveur non recyclé, pour 556",
        tenu=avec[0] <= seuil * sans[0],
        membres=len(schemas),
        mo_par_schema=round(sans[0] / len(schemas), 3),
        prive_sans_mo=round(sans[1], 1),
        prive_avec_mo=round(avec[1], 1),
    )


if __name__ == "__main__":
    main()
