"""The whole backup, tried: base, archived logs, restoration up to the end or to an instant."""

import os
import subprocess
import time
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest

from syndicat.embarque.lieu import RACINE_PROJET
from syndicat.embarque.postgres import installation
from syndicat.embarque.services import Services

SCRIPTS = RACINE_PROJET / "deploy" / "sauvegarde"
pytestmark = pytest.mark.xdist_group("embarque-sauvegarde")


@pytest.fixture
def serveur(dossier_neuf: Path) -> Services:
    """A server that archives its logs into ``archives/``."""
    services = Services.de(dossier_neuf / "origine", environnement={})
    services.demarrer()
    archives = services.lieu.posseder(dossier_neuf / "archives")
    scripts = services.lieu.posseder(dossier_neuf / "scripts")
    for script in SCRIPTS.iterdir():  # the services' account may not walk down to the project
        (scripts / script.name).write_bytes(script.read_bytes())
        (scripts / script.name).chmod(0o755)
    with psycopg.connect(services.postgres.adresse_admin(), autocommit=True) as admin:
        admin.execute("ALTER SYSTEM SET archive_mode = on")
        commande = f"{scripts}/archiver-journal.sh %p {archives}/journaux/%f"
        admin.execute(f"ALTER SYSTEM SET archive_command = '{commande}'")
    services.arreter()
    services.demarrer()
    yield services
    services.arreter()


def jouer(services: Services, script: str, *arguments: str, **env: str) -> "subprocess.CompletedProcess[str]":
    dossier = services.lieu.racine.parent
    variables = {
        "PATH": f"{services.postgres._binaires()}/bin:{os.environ['PATH']}",
        "PGHOST": str(services.lieu.sockets), "PGPORT": str(services.postgres.port), "PGUSER": "postgres", "LC_ALL": "C.UTF-8",
    }  # fmt: skip
    return subprocess.run(
        [str(dossier / "scripts" / script), *arguments],
        cwd="/", env=variables | env, capture_output=True, text=True, check=False, **services.lieu.identite,
    )  # fmt: skip


def ecrire(services: Services, *ordres: str) -> None:
    with psycopg.connect(services.environnement()["DATABASE_URL_PROPRIETAIRE"], autocommit=True) as connexion:
        for ordre in ordres:
            connexion.execute(ordre)


def archiver_le_journal_courant(services: Services) -> None:
    with psycopg.connect(services.postgres.adresse_admin(), autocommit=True) as admin:
        nom = admin.execute("SELECT pg_walfile_name(pg_switch_wal())").fetchone()[0]
        fin = time.monotonic() + 30
        while time.monotonic() < fin:
            dernier = admin.execute("SELECT last_archived_wal FROM pg_stat_archiver").fetchone()[0]
            if dernier and dernier >= nom:
                return
            time.sleep(0.1)
    pytest.fail("le journal n’a pas été archivé")


def restaurer(services: Services, nom: str, instant: str = "") -> Services:
    racine = services.lieu.racine.parent
    copie = Services.de(racine / nom, environnement={})
    copie.lieu.posseder(racine / nom)
    (racine / nom).chmod(0o700)
    archives = str(racine / "archives")
    fait = jouer(
        services, "restaurer.sh", archives, str(copie.postgres.dossier), *([instant] if instant else [])
    )
    assert fait.returncode == 0, fait.stderr
    copie.postgres.demarrer()
    return copie


def lire(copie: Services) -> list[str]:
    with psycopg.connect(copie.postgres.adresse_admin("syndicat")) as connexion:
        # Open for writing: recovery is over.
        fin = time.monotonic() + 30
        while connexion.execute("SELECT pg_is_in_recovery()").fetchone()[0] and time.monotonic() < fin:
            time.sleep(0.1)
        return [t for (t,) in connexion.execute("SELECT texte FROM actes ORDER BY id").fetchall()]


def test_une_restauration_rend_ce_qui_suit_la_sauvegarde_ou_l_instant_choisi(serveur):
    ecrire(
        serveur, "CREATE TABLE actes (id serial, texte text)", "INSERT INTO actes (texte) VALUES ('avant')"
    )
    archives = serveur.lieu.racine.parent / "archives"
    fait = jouer(serveur, "sauvegarder.sh", str(archives))
    assert fait.returncode == 0, fait.stderr
    assert "relue sans erreur" in fait.stdout
    time.sleep(1.1)  # bases are named to the second
    ecrire(serveur, "INSERT INTO actes (texte) VALUES ('après')")
    time.sleep(0.2)
    instant = datetime.now(UTC).isoformat(sep=" ")
    time.sleep(0.2)
    ecrire(serveur, "INSERT INTO actes (texte) VALUES ('faute')")
    archiver_le_journal_courant(serveur)
    serveur.arreter()

    tout = restaurer(serveur, "tout")
    try:
        assert lire(tout) == ["avant", "après", "faute"]
    finally:
        tout.arreter()
    choisi = restaurer(serveur, "choisi", instant)
    try:
        assert lire(choisi) == ["avant", "après"]
    finally:
        choisi.arreter()


def test_restaurer_n_ecrase_jamais_des_donnees(serveur, dossier_neuf):
    jouer(serveur, "sauvegarder.sh", str(dossier_neuf / "archives"))
    fait = jouer(serveur, "restaurer.sh", str(dossier_neuf / "archives"), str(serveur.postgres.dossier))
    assert fait.returncode == 1
    assert "n’est pas vide" in fait.stderr


def test_une_base_abimee_n_est_pas_restauree(serveur, dossier_neuf):
    archives = dossier_neuf / "archives"
    assert jouer(serveur, "sauvegarder.sh", str(archives)).returncode == 0
    (base,) = (archives / "bases").iterdir()
    (base / "PG_VERSION").write_text("18 \n")
    assert jouer(serveur, "restaurer.sh", str(archives), str(dossier_neuf / "neuf")).returncode != 0


def test_on_garde_le_nombre_de_bases_demande(serveur, dossier_neuf):
    archives = dossier_neuf / "archives"
    for _ in range(3):
        assert jouer(serveur, "sauvegarder.sh", str(archives), GARDER="2").returncode == 0
        time.sleep(1.1)
    assert len(list((archives / "bases").iterdir())) == 2


def test_un_journal_archive_n_est_jamais_remplace(tmp_path):
    un, deux, cible = tmp_path / "un", tmp_path / "deux", tmp_path / "journaux" / "0001"
    un.write_bytes(b"un")
    deux.write_bytes(b"deux")

    def archiver(source: Path) -> int:
        return subprocess.run([SCRIPTS / "archiver-journal.sh", source, cible], check=False).returncode

    assert archiver(un) == 0
    assert archiver(un) == 0, "le même, après une coupure : déjà fait"
    assert archiver(deux) != 0
    assert cible.read_bytes() == b"un"


def test_les_outils_de_sauvegarde_sont_dans_le_paquet():
    for outil in ("pg_basebackup", "pg_verifybackup", "pg_archivecleanup"):
        assert (installation() / "bin" / outil).exists()
