"""Starting, stopping and surviving: races, kill -9, stale pid files, outside services."""

import os
import shutil
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest
import redis

from syndicat.embarque.lieu import RACINE_PROJET, ErreurEmbarque, Lieu
from syndicat.embarque.processus import attendre_fin, port_libre, vivant
from syndicat.embarque.services import Services

pytestmark = pytest.mark.xdist_group("embarque-demarrage")
DEDANS = {
    c: v for c, v in os.environ.items() if c not in {"DATABASE_URL", "DATABASE_URL_PROPRIETAIRE", "REDIS_URL"}
}


def commande(dossier: Path, *arguments: str, **env: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "syndicat.embarque", "--dossier", str(dossier), *arguments],
        cwd=RACINE_PROJET, env=DEDANS | env, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip


def test_les_donnees_survivent_a_un_kill_9_des_deux_serveurs(dossier_neuf):
    services = Services.de(dossier_neuf, environnement={})
    variables = services.demarrer()
    with psycopg.connect(variables["DATABASE_URL_PROPRIETAIRE"], autocommit=True) as connexion:
        connexion.execute("CREATE TABLE garde AS SELECT 'é' AS texte")
    with redis.Redis.from_url(variables["REDIS_URL"]) as client:
        client.set("garde", "é")
        client.wait(0, 0)
        client.execute_command("WAITAOF", 1, 0, 5000)
    for service in (services.postgres, services.valkey):
        pid = service.pid()
        os.kill(pid, signal.SIGKILL)
        assert attendre_fin(pid, 10)
    assert set(services.etat().values()) == {"arrêté"}

    variables = services.demarrer()

    with psycopg.connect(variables["DATABASE_URL"]) as connexion:
        assert connexion.execute("SELECT texte FROM garde").fetchone() == ("é",)
    with redis.Redis.from_url(variables["REDIS_URL"]) as client:
        assert client.get("garde").decode() == "é"


def test_trois_demarrages_simultanes_ne_font_qu_un_serveur(dossier_neuf):
    with ThreadPoolExecutor(3) as bassin:
        faits = list(bassin.map(lambda _: commande(dossier_neuf, "demarrer", "--essais"), range(3)))
    assert [f.returncode for f in faits] == [0, 0, 0], [f.stderr for f in faits]
    assert len({f.stdout for f in faits}) == 1, "les trois doivent voir les mêmes pid"


def test_un_second_demarrage_garde_ports_et_mots_de_passe(dossier_neuf):
    services = Services.de(dossier_neuf, durable=False, environnement={})
    premiers = services.demarrer()
    services.arreter()
    assert services.demarrer() == premiers


def test_un_port_pris_entre_temps_en_fait_choisir_un_autre(dossier_neuf):
    import socket

    services = Services.de(dossier_neuf, durable=False, environnement={})
    services.demarrer()
    port = services.postgres.port
    services.arreter()
    with socket.socket() as prise:
        prise.bind(("127.0.0.1", port))
        prise.listen()
        services.demarrer()
        assert services.postgres.port != port


def test_un_arbre_copie_avec_ses_donnees_ne_prend_pas_le_serveur_de_l_original(dossier_neuf):
    services = Services.de(dossier_neuf, durable=False, environnement={})
    services.demarrer()
    fiche = services.postgres.dossier / "postmaster.pid"
    texte = fiche.read_text()
    services.arreter()
    # What a copy made while the original ran would hold: a live pid, another folder.
    fiche.write_text(texte.replace(str(services.postgres.dossier), "/ailleurs"))
    if services.lieu.compte:
        os.chown(fiche, services.lieu.compte.pw_uid, services.lieu.compte.pw_gid)
    assert services.postgres.pid() is None
    services.demarrer()
    assert services.postgres.repond()


def test_un_pid_recycle_par_un_autre_programme_n_est_pas_pris_pour_le_serveur():
    with subprocess.Popen(["sleep", "30"]) as autre:
        assert vivant(autre.pid)
        assert vivant(autre.pid, "sleep")
        assert not vivant(autre.pid, "postgres")
        autre.kill()
    assert not vivant(autre.pid)


def test_des_services_externes_ne_sont_pas_doubles(dossier_neuf):
    dehors = {
        "DATABASE_URL": "postgresql://a@h/b",
        "DATABASE_URL_PROPRIETAIRE": "postgresql://p@h/b",
        "REDIS_URL": "redis://h",
    }
    services = Services.de(dossier_neuf, environnement=dehors)
    assert services.demarrer() == {}
    assert services.etat() == {"postgresql": "externe", "valkey": "externe"}
    assert not list(dossier_neuf.iterdir())


def test_un_seul_des_deux_roles_est_refuse_avec_la_marche_a_suivre(dossier_neuf):
    fait = commande(dossier_neuf, "etat", DATABASE_URL="postgresql://a@h/b")
    assert fait.returncode == 1
    assert "vont ensemble" in fait.stderr
    assert "Traceback" not in fait.stderr


def test_les_donnees_d_une_autre_version_sont_refusees_avec_la_marche_a_suivre(dossier_neuf):
    services = Services.de(dossier_neuf, durable=False, environnement={})
    services.demarrer()
    services.arreter()
    (services.postgres.dossier / "PG_VERSION").write_text("14\n")
    with pytest.raises(ErreurEmbarque, match="make demo-reset"):
        services.demarrer()


def test_une_commande_executee_trouve_ses_services_et_les_laisse_arretes(dossier_neuf):
    sonde = "import os, psycopg; psycopg.connect(os.environ['TEST_ADMIN_DATABASE_URL']); print(os.environ['REDIS_URL'])"
    fait = commande(dossier_neuf, "executer", "--essais", "--", sys.executable, "-c", sonde)
    assert fait.returncode == 0, fait.stderr
    assert fait.stdout.startswith("redis://")
    assert set(Services.de(dossier_neuf, environnement={}).etat().values()) == {"arrêté"}
    assert commande(dossier_neuf, "executer", "--essais", "--", "false").returncode == 1


def test_effacer_ne_laisse_rien(dossier_neuf):
    assert commande(dossier_neuf, "demarrer", "--essais").returncode == 0
    lieu = Lieu(dossier_neuf)
    assert commande(dossier_neuf, "effacer").returncode == 0
    assert not dossier_neuf.exists()
    assert not lieu.repli.exists()


def test_effacer_la_demonstration_epargne_les_services_des_tests(dossier_neuf):
    essais = Services.de(dossier_neuf / "test", durable=False, environnement={})
    assert commande(dossier_neuf, "demarrer", "--essais").returncode == 0
    essais.demarrer()
    try:
        assert commande(dossier_neuf, "effacer").returncode == 0
        assert essais.postgres.repond()
        assert [d.name for d in dossier_neuf.iterdir()] == ["test"]
    finally:
        essais.arreter()


@pytest.mark.skipif(os.geteuid() != 0, reason="seul root passe par un compte de service")
def test_sous_root_un_dossier_ferme_envoie_les_donnees_sous_var_lib(tmp_path):
    # pytest's folder is in mode 700, as root's home is: its mode must not be loosened.
    ferme = tmp_path / "ferme"
    ferme.mkdir(mode=0o700)
    racine = ferme / "demo"
    services = Services.de(racine, durable=False, environnement={})
    try:
        services.demarrer()
        assert services.postgres.repond()
        assert services.valkey.repond()
        assert services.lieu.donnees == services.lieu.repli
        assert ferme.stat().st_mode & 0o777 == 0o700
    finally:
        services.arreter()
        services.lieu.effacer()
    assert not services.lieu.repli.exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="seul root passe par un compte de service")
def test_sous_root_des_binaires_hors_d_atteinte_sont_copies_et_marchent(dossier_neuf, monkeypatch):
    services = Services.de(dossier_neuf, durable=False, environnement={})
    peut = Lieu.peut
    monkeypatch.setattr(
        Lieu,
        "peut",
        lambda lieu, test, chemin: "site-packages" not in str(chemin) and peut(lieu, test, chemin),
    )
    services.demarrer()
    programmes = [Path(os.readlink(f"/proc/{s.pid()}/exe")) for s in (services.postgres, services.valkey)]
    assert all(p.is_relative_to("/var/lib/syndicat-demo") for p in programmes)


def test_un_chemin_trop_long_pour_une_prise_unix_demarre_quand_meme(dossier_neuf):
    long = dossier_neuf / ("d" * 60) / ("e" * 60)
    long.mkdir(parents=True)
    services = Services.de(long, durable=False, environnement={})
    try:
        services.demarrer()
        assert services.postgres.repond()
        assert len(str(services.lieu.sockets)) < 90
    finally:
        services.arreter()
        shutil.rmtree(services.lieu.sockets, ignore_errors=True)


def test_un_port_souhaite_est_garde_s_il_est_libre():
    port = port_libre()
    assert port_libre(port) == port
