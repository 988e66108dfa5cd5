"""Databases of the tests: one template per state of the migrations, one copy per worker, never a flush."""

import os
from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.db import connections
from django.test import Client, TransactionTestCase
from psycopg import sql

from syndicat.embarque import preparation
from tests import monde

ADMIN = os.environ.get("TEST_ADMIN_DATABASE_URL", "postgresql://postgres@127.0.0.1:5432/postgres")


def _admin() -> psycopg.Connection[Any]:
    return psycopg.connect(ADMIN, autocommit=True)


def _existe(connexion: psycopg.Connection[Any], base: str) -> bool:
    return connexion.execute("SELECT 1 FROM pg_database WHERE datname = %s", [base]).fetchone() is not None


def _pointer_vers(base: str) -> None:
    """Every connection of this process now reaches ``base``, each under its own role."""
    for alias, role in (("default", preparation.APP), ("proprietaire", preparation.PROPRIETAIRE)):
        connections[alias].close()
        url = settings.ENV_URLS_DE_TEST[alias] if hasattr(settings, "ENV_URLS_DE_TEST") else None
        reglages = psycopg.conninfo.conninfo_to_dict(url or ADMIN)
        connections[alias].settings_dict.update(
            NAME=base,
            USER=role,
            PASSWORD=_mot_de_passe(role),
            HOST=reglages.get("host", ""),
            PORT=str(reglages.get("port", "")),
        )


def _mot_de_passe(role: str) -> str:
    return "test-" + role


class Bases:
    """The template and this worker's copy."""

    def __init__(self, worker: str) -> None:
        # The random suffix of the copy lets several suites run on one cluster.
        self.modele = f"syndicat_modele_{monde.empreinte()}"
        self.copie = f"syndicat_t_{monde.empreinte()}_{worker}_{os.getpid()}"

    def assurer_modele(self) -> None:
        with _admin() as admin:
            admin.execute("SELECT pg_advisory_lock(hashtext('syndicat_tests_modele'))")
            if _existe(admin, self.modele):
                return
            chantier = self.modele + "_chantier"
            admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(chantier)))
            roles = {r: _mot_de_passe(r) for r in (preparation.APP, preparation.PROPRIETAIRE)}
            preparation.preparer(ADMIN, base=chantier, mots_de_passe=roles)
            _pointer_vers(chantier)
            monde.construire()
            for alias in ("default", "proprietaire"):
                connections[alias].close()
            admin.execute(
                sql.SQL("ALTER DATABASE {} RENAME TO {}").format(
                    sql.Identifier(chantier), sql.Identifier(self.modele)
                )
            )
            self._oublier_les_anciens(admin)

    def _oublier_les_anciens(self, admin: psycopg.Connection[Any]) -> None:
        """Keep the six newest templates: other branches and other suites may use them."""
        lignes = admin.execute(
            "SELECT datname FROM pg_database WHERE datname LIKE 'syndicat_modele_%' AND datname NOT LIKE '%chantier'"
            " ORDER BY oid DESC OFFSET 6"
        ).fetchall()
        for (nom,) in lignes:
            admin.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(nom)))

    def recopier(self) -> None:
        for alias in ("default", "proprietaire"):
            connections[alias].close()
        with _admin() as admin:
            self._supprimer(admin)
            admin.execute(
                sql.SQL("CREATE DATABASE {} TEMPLATE {} OWNER {}").format(
                    sql.Identifier(self.copie),
                    sql.Identifier(self.modele),
                    sql.Identifier(preparation.PROPRIETAIRE),
                )
            )
            admin.execute(
                sql.SQL("GRANT CONNECT, TEMPORARY ON DATABASE {} TO {}").format(
                    sql.Identifier(self.copie), sql.Identifier(preparation.APP)
                )
            )
        _pointer_vers(self.copie)

    def _supprimer(self, admin: psycopg.Connection[Any]) -> None:
        admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(self.copie)))

    def ranger(self) -> None:
        for alias in ("default", "proprietaire"):
            connections[alias].close()
        with _admin() as admin:
            self._supprimer(admin)


@pytest.fixture(scope="session")
def django_db_setup(request: pytest.FixtureRequest, django_db_blocker: Any) -> Iterator[None]:
    """Replaces pytest-django's: template once per state, copy per worker, re-copy after transactional tests."""
    bases = Bases(getattr(request.config, "workerinput", {}).get("workerid", "maitre"))
    with django_db_blocker.unblock():
        bases.assurer_modele()
        bases.recopier()
        with connections["default"].cursor() as curseur:
            curseur.execute("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user")
            if curseur.fetchone()[0]:
                pytest.exit(
                    "La suite est connectée en superutilisateur : la sécurité de ligne ne jouerait pas."
                )

    def recopier_apres(self: TransactionTestCase) -> None:
        bases.recopier()
        _oublier_les_caches()

    avant = TransactionTestCase._fixture_teardown
    TransactionTestCase._fixture_teardown = recopier_apres  # type: ignore[method-assign]
    try:
        yield
    finally:
        TransactionTestCase._fixture_teardown = avant  # type: ignore[method-assign]
        with django_db_blocker.unblock():
            bases.ranger()


def _oublier_les_caches() -> None:
    """What processes remember between requests must not pass from one test to the next."""
    from django.core.cache import cache

    from syndicat.conventions import porte
    from syndicat.membres import annuaire
    from syndicat.socle import contexte

    with contexte.hors_membre():
        cache.clear()
    annuaire._par_hote.clear()
    annuaire._par_id.clear()
    porte._memoire.clear()


@pytest.fixture(scope="session", autouse=True)
def _cache_a_soi(request: pytest.FixtureRequest) -> None:
    """Each worker has its own keys in Redis: its database number is its own too."""
    worker = getattr(request.config, "workerinput", {}).get("workerid", "gw0")
    numero = 6 + 3 * (
        int(worker.removeprefix("gw") or 0) % 3
    )  # the next one is that of the servers it starts
    url = settings.REDIS_URL.rsplit("/", 1)[0] + f"/{numero}"
    settings.CACHES["default"]["LOCATION"] = url
    settings.CACHES["default"]["KEY_PREFIX"] = f"test-{os.getpid()}"
    settings.CHANNEL_LAYERS["default"]["CONFIG"] = {"hosts": [url], "prefix": f"test-{os.getpid()}"}


@pytest.fixture(autouse=True)
def _sans_portee() -> Iterator[None]:
    """A test starts without collectivité and must not leave one."""
    from syndicat.socle import contexte

    contexte.fixer(None)
    yield
    contexte.fixer(None)


@pytest.fixture(autouse=True)
def _caches_vides(request: pytest.FixtureRequest) -> Iterator[None]:
    yield
    if {"db", "transactional_db"} & set(request.fixturenames):
        _oublier_les_caches()


def _collectivite(slug: str) -> Any:
    from syndicat.membres.models import Collectivite

    return Collectivite.objects.get(slug=slug)


@pytest.fixture
def syndicat(db: None) -> Any:
    return _collectivite("syndicat")


@pytest.fixture
def hettange(db: None) -> Any:
    return _collectivite("hettange-grande")


@pytest.fixture
def rodemack(db: None) -> Any:
    return _collectivite("rodemack")


@pytest.fixture
def cattenom(db: None) -> Any:
    return _collectivite("cc-de-cattenom-et-environs")


@pytest.fixture
def chez_hettange(hettange: Any) -> Iterator[Any]:
    """The body of the test runs for Hettange-Grande."""
    from syndicat.socle import contexte

    with contexte.dans(hettange) as portee:
        yield portee


@pytest.fixture
def compte(db: None) -> Callable[[str], Any]:
    """``compte("maire")`` → the account ``maire@exemple.fr`` of :data:`tests.monde.COMPTES`."""
    from syndicat.comptes.models import User

    return lambda local: User.objects.get(email=f"{local}@exemple.fr")


@pytest.fixture
def acteur(compte: Callable[[str], Any]) -> Callable[..., Any]:
    """``acteur("agent.grc", hettange)`` → the :class:`Acteur` of that account in that collectivité."""
    from syndicat.comptes.acteur import acteur_pour
    from syndicat.socle import contexte

    def faire(local: str, collectivite: Any) -> Any:
        with contexte.dans(collectivite):
            return acteur_pour(compte(local))

    return faire


@pytest.fixture
def visite(compte: Callable[[str], Any]) -> Callable[..., Client]:
    """``visite("hettange-grande", "maire")`` → a test client on that host, signed in (or not)."""
    from tests.connexion import ouvrir_session

    def faire(slug: str, local: str = "") -> Client:
        hote = "localhost" if slug == "syndicat" else f"{slug}.localhost"
        client = Client(headers={"host": hote})
        if local:
            ouvrir_session(client, compte(local), slug)
        return client

    return faire
