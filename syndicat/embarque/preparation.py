"""Roles, database, extensions and rights of one cluster, the same for the embedded and an outside one.

Two roles from the first day: ``syndicat_proprietaire`` owns the database and changes its structure,
``syndicat_app`` reads and writes rows, owns nothing, and is neither superuser nor BYPASSRLS, so that row
security applies to it. Each step is idempotent and has one text, run by us or printed for an administrator.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

import psycopg
from psycopg import sql

PROPRIETAIRE = "syndicat_proprietaire"
APP = "syndicat_app"
EXTENSIONS = ("pg_trgm", "btree_gist")
VERROUS_MIN = 1024


@dataclass(frozen=True)
class Etape:
    """One statement, run in ``base`` ("" for the administrator's), when ``condition`` (SQL) holds."""

    ordre: sql.Composed
    condition: sql.Composed | None = None
    dans_la_base: bool = False


def etapes(base: str, mots_de_passe: dict[str, str | None]) -> Iterator[Etape]:
    """The whole preparation, in order. A password of None leaves the role's present one."""
    nom_base, app, proprietaire = sql.Identifier(base), sql.Identifier(APP), sql.Identifier(PROPRIETAIRE)
    if (mot := mots_de_passe.get("postgres")) is not None:  # the embedded superuser
        yield Etape(sql.SQL("ALTER ROLE postgres PASSWORD {}").format(sql.Literal(mot)))
    for role in (PROPRIETAIRE, APP):
        yield Etape(
            sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(role)),
            sql.SQL("NOT EXISTS (SELECT FROM pg_roles WHERE rolname = {})").format(sql.Literal(role)),
        )
        yield Etape(
            # Only when something must change: naming SUPERUSER or BYPASSRLS asks for these very rights.
            sql.SQL(
                "ALTER ROLE {} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS"
            ).format(sql.Identifier(role)),
            sql.SQL(
                "EXISTS (SELECT FROM pg_roles WHERE rolname = {} AND (rolsuper OR rolcreatedb OR rolcreaterole"
                " OR rolreplication OR rolbypassrls OR NOT rolcanlogin))"
            ).format(sql.Literal(role)),
        )
        if (mot := mots_de_passe.get(role)) is not None:
            yield Etape(sql.SQL("ALTER ROLE {} PASSWORD {}").format(sql.Identifier(role), sql.Literal(mot)))
    yield Etape(  # an administrator who is no superuser must belong to the owner to give it a database
        sql.SQL("GRANT {} TO CURRENT_USER").format(proprietaire),
        sql.SQL("NOT pg_has_role(current_user, {}, 'MEMBER')").format(sql.Literal(PROPRIETAIRE)),
    )
    absente = sql.SQL("NOT EXISTS (SELECT FROM pg_database WHERE datname = {})").format(sql.Literal(base))
    yield Etape(
        sql.SQL(
            "CREATE DATABASE {} OWNER {} TEMPLATE template0 ENCODING 'UTF8' LOCALE_PROVIDER libc LOCALE 'C.UTF-8'"
        ).format(nom_base, proprietaire),
        absente,
    )
    yield Etape(sql.SQL("ALTER DATABASE {} OWNER TO {}").format(nom_base, proprietaire))
    yield Etape(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(nom_base))
    yield Etape(sql.SQL("GRANT CONNECT, TEMPORARY ON DATABASE {} TO {}").format(nom_base, app))
    yield Etape(
        sql.SQL("ALTER SCHEMA public OWNER TO {}").format(proprietaire),
        sql.SQL("(SELECT nspowner::regrole::text FROM pg_namespace WHERE nspname = 'public') <> {}").format(
            sql.Literal(PROPRIETAIRE)
        ),
        dans_la_base=True,
    )
    for ordre in (
        "REVOKE CREATE ON SCHEMA public FROM PUBLIC",
        "GRANT USAGE ON SCHEMA public TO {app}",
        *(f"CREATE EXTENSION IF NOT EXISTS {nom} SCHEMA public" for nom in EXTENSIONS),
        # Never GRANT … ON ALL TABLES here: it would give back what a migration took from the journal.
        "ALTER DEFAULT PRIVILEGES FOR ROLE {proprietaire} GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {app}",
        "ALTER DEFAULT PRIVILEGES FOR ROLE {proprietaire} GRANT USAGE, SELECT ON SEQUENCES TO {app}",
        "ALTER DEFAULT PRIVILEGES FOR ROLE {proprietaire} GRANT USAGE ON SCHEMAS TO {app}",
    ):
        yield Etape(sql.SQL(ordre).format(app=app, proprietaire=proprietaire), dans_la_base=True)


def preparer(admin: str, *, base: str, mots_de_passe: dict[str, str | None]) -> list[str]:
    """Prepare the cluster reached by ``admin`` (URL or libpq keywords); return warnings, in French.

    ``admin`` is a superuser, or a role with CREATEDB and CREATEROLE. Raises psycopg.Error.
    """
    with psycopg.connect(admin, autocommit=True) as generale:
        # Two preparations at once (two suites on one machine) would race on roles.
        generale.execute("SELECT pg_advisory_lock(hashtext('syndicat.preparation'))")
        if generale.info.server_version < 150000:
            raise psycopg.NotSupportedError("PostgreSQL 15 ou plus récent est requis.")
        dans_la_base: psycopg.Connection[tuple[object, ...]] | None = None
        try:
            for etape in etapes(base, mots_de_passe):
                if etape.dans_la_base and dans_la_base is None:
                    dans_la_base = psycopg.connect(admin, dbname=base, autocommit=True)
                connexion = dans_la_base if etape.dans_la_base and dans_la_base else generale
                if etape.condition is None or _vrai(connexion, etape.condition):
                    connexion.execute(etape.ordre)
            return _avertissements(generale, base)
        finally:
            if dans_la_base is not None:
                dans_la_base.close()


def script(base: str) -> str:
    """The same steps for psql, for an administrator who runs no program of others on the cluster."""
    lignes = [
        "-- psql -v ON_ERROR_STOP=1 -f ce-fichier -d postgres",
        f"-- Ensuite : \\password {PROPRIETAIRE} et \\password {APP}",
    ]
    connecte = False
    for etape in etapes(base, {}):
        if etape.dans_la_base and not connecte:
            lignes.append(f"\\connect {base}")
            connecte = True
        ordre = etape.ordre.as_string()
        if etape.condition is None:
            lignes.append(f"{ordre};")
        else:
            lignes.append(
                f"SELECT {sql.Literal(ordre).as_string()} WHERE {etape.condition.as_string()} \\gexec"
            )
    return "\n".join(lignes) + "\n"


def url(admin: str, role: str, mot_de_passe: str | None, base: str) -> str:
    """Address of ``base`` for ``role`` on the cluster that the URL ``admin`` reaches."""
    parties = urlsplit(admin)
    hote = parties.netloc.rpartition("@")[2]
    secret = f":{quote(mot_de_passe, safe='')}" if mot_de_passe else ""
    suite = f"?{parties.query}" if parties.query else ""
    return f"postgresql://{role}{secret}@{hote}/{quote(base)}{suite}"


def _vrai(connexion: "psycopg.Connection[tuple[object, ...]]", condition: sql.Composed) -> bool:
    ligne = connexion.execute(sql.SQL("SELECT {}").format(condition)).fetchone()
    return bool(ligne and ligne[0])


def _avertissements(connexion: "psycopg.Connection[tuple[object, ...]]", base: str) -> list[str]:
    avis = []
    ligne = connexion.execute(
        "SELECT current_setting('max_locks_per_transaction')::int, datcollate FROM pg_database WHERE datname = %s",
        [base],
    ).fetchone()
    verrous, tri = ligne if ligne else (0, "")
    if int(str(verrous)) < VERROUS_MIN:
        avis.append(
            f"max_locks_per_transaction vaut {verrous} : il en faut {VERROUS_MIN} (ALTER SYSTEM SET "
            f"max_locks_per_transaction = {VERROUS_MIN}, puis redémarrage), sinon une sauvegarde complète échoue."
        )
    if str(tri).replace("-", "").lower() not in ("c.utf8",):
        avis.append(
            f"La base {base} est triée selon {tri}, non C.UTF-8 : recréez-la avant d’y mettre des données."
        )
    return avis
