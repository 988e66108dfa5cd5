"""The same preparation on an outside PostgreSQL 15 or newer, by a superuser, by a lesser one, or by script."""

import os
import subprocess
import sys
from collections.abc import Iterator
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from psycopg import sql

from syndicat.embarque.exigences import ADRESSES, eprouver
from syndicat.embarque.lieu import RACINE_PROJET
from syndicat.embarque.preparation import APP, PROPRIETAIRE, preparer, script

pytestmark = [pytest.mark.services, pytest.mark.xdist_group("embarque-externe")]
ADMIN = os.environ.get("TEST_ADMIN_DATABASE_URL", ADRESSES["TEST_ADMIN_DATABASE_URL"])
BASE = f"syndicat_essai_{os.getpid()}"
INTENDANT = f"intendant_{os.getpid()}"


def vers(url: str, base: str, role: str = "") -> str:
    parties = urlsplit(url)
    hote = parties.netloc.rpartition("@")[2]
    return urlunsplit(parties._replace(netloc=f"{role}@{hote}" if role else parties.netloc, path=f"/{base}"))


@pytest.fixture
def admin() -> Iterator["psycopg.Connection[tuple[object, ...]]"]:
    with psycopg.connect(ADMIN, autocommit=True) as connexion:
        yield connexion
        connexion.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(BASE)))


@pytest.fixture
def intendant(admin) -> Iterator[str]:
    """What a hosting firm gives: a role that makes databases and roles, and is no superuser."""
    admin.execute(f"CREATE ROLE {INTENDANT} LOGIN CREATEDB CREATEROLE PASSWORD 'essai'")
    # From PostgreSQL 16 on a CREATEROLE role manages the roles it was given, not every one.
    for role in (APP, PROPRIETAIRE):
        if (
            admin.info.server_version >= 160000
            and admin.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone()
        ):
            admin.execute(f"GRANT {role} TO {INTENDANT} WITH ADMIN OPTION")
    yield vers(ADMIN, "postgres", f"{INTENDANT}:essai")
    admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(BASE)))
    admin.execute(f"REVOKE {PROPRIETAIRE} FROM {INTENDANT}")
    admin.execute(f"DROP ROLE {INTENDANT}")


def verifier_la_base() -> None:
    """The shape every way of preparing must give."""
    with psycopg.connect(vers(ADMIN, BASE), autocommit=True) as connexion:
        un = lambda requete: connexion.execute(requete).fetchone()[0]  # noqa: E731
        assert (
            un("SELECT datdba::regrole::text FROM pg_database WHERE datname = current_database()")
            == PROPRIETAIRE
        )
        assert un("SELECT datcollate FROM pg_database WHERE datname = current_database()") == "C.UTF-8"
        assert un("SELECT nspowner::regrole::text FROM pg_namespace WHERE nspname = 'public'") == PROPRIETAIRE
        assert un("SELECT count(*) FROM pg_extension WHERE extname IN ('pg_trgm', 'btree_gist')") == 2
        connexion.execute(f"SET ROLE {PROPRIETAIRE}")
        connexion.execute("CREATE SCHEMA membre")
        connexion.execute("CREATE TABLE membre.t (id int)")
        connexion.execute(f"SET ROLE {APP}")
        connexion.execute("INSERT INTO membre.t VALUES (1)")
        for interdit in ("TRUNCATE membre.t", "CREATE TABLE public.t (id int)", "CREATE SCHEMA s"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connexion.execute(interdit)


def test_un_superutilisateur_prepare_la_base_deux_fois(admin):
    for _ in range(2):
        preparer(ADMIN, base=BASE, mots_de_passe={})
    verifier_la_base()


def test_un_role_createdb_createrole_suffit(admin, intendant):
    for _ in range(2):
        preparer(intendant, base=BASE, mots_de_passe={})
    verifier_la_base()


def test_le_script_psql_donne_la_meme_base(admin):
    for _ in range(2):
        fait = subprocess.run(
            ["psql", "--no-psqlrc", "-q", "-v", "ON_ERROR_STOP=1", ADMIN],
            input=script(BASE), capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert fait.returncode == 0, fait.stderr
    verifier_la_base()


def test_un_serveur_aux_verrous_trop_peu_nombreux_est_signale(admin):
    avis = preparer(ADMIN, base=BASE, mots_de_passe={})
    verrous = int(admin.execute("SHOW max_locks_per_transaction").fetchone()[0])
    assert any("max_locks_per_transaction" in a for a in avis) == (verrous < 1024)


def test_la_commande_affiche_les_deux_adresses(admin):
    # Throwaway passwords would change the machine's roles for other suites: those of the suite are given.
    mots = {
        "SYNDICAT_APP_MOT_DE_PASSE": f"test-{APP}",
        "SYNDICAT_PROPRIETAIRE_MOT_DE_PASSE": f"test-{PROPRIETAIRE}",
    }
    fait = subprocess.run(
        [sys.executable, "-m", "syndicat.embarque", "preparer", "--admin-url", ADMIN, "--base", BASE],
        cwd=RACINE_PROJET, env=os.environ | mots, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert fait.returncode == 0, fait.stderr
    adresses = dict(ligne.removeprefix("export ").split("=", 1) for ligne in fait.stdout.splitlines())
    assert set(adresses) == {"DATABASE_URL", "DATABASE_URL_PROPRIETAIRE"}
    for nom, role in (("DATABASE_URL", APP), ("DATABASE_URL_PROPRIETAIRE", PROPRIETAIRE)):
        with psycopg.connect(adresses[nom]) as connexion:
            assert connexion.execute("SELECT current_user, current_database()").fetchone() == (role, BASE)


def test_les_quatre_services_de_la_machine_repondent():
    presents, manques = eprouver()
    assert manques == []
    assert len(presents) == 4


def test_un_service_absent_est_nomme():
    sourd = {"MQTT_URL": "mqtt://127.0.0.1:1", "RABBITMQ_URL": "amqp://guest:guest@127.0.0.1:1//"}
    sourd |= {"REDIS_URL": "redis://127.0.0.1:1/0", "TEST_ADMIN_DATABASE_URL": "postgresql://x@127.0.0.1:1/x"}
    presents, manques = eprouver(sourd)
    assert presents == []
    assert {m.split()[0] for m in manques} == set(ADRESSES)
