"""Where the embedded services keep their data, and under which system account they run.

PostgreSQL refuses to run as root. Started by root, the services therefore run under an unprivileged
system account; when that account cannot walk down to the project (a home in mode 700), their data and a
copy of the binaries live under ``/var/lib`` instead of opening the home to everybody.
"""

import fcntl
import hashlib
import json
import os
import pwd
import secrets
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

RACINE_PROJET = Path(__file__).resolve().parent.parent.parent
COMPTE = "syndicat-demo"
REPLI = Path("/var/lib/syndicat-demo")
SOCKET_MAX = 90  # a unix socket path holds 107 bytes, ".s.PGSQL.65535" included


class ErreurEmbarque(RuntimeError):
    """Something the person at the keyboard can act on; its text is shown as it is, in French."""


def dossier_par_defaut() -> Path:
    """``.demo/`` at the root of the project, or ``SYNDICAT_DEMO_DIR``."""
    return Path(os.environ.get("SYNDICAT_DEMO_DIR") or RACINE_PROJET / ".demo").absolute()


def _compte_de_service() -> pwd.struct_passwd:
    with suppress(KeyError):
        return pwd.getpwnam(COMPTE)
    useradd = shutil.which("useradd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
    if useradd:
        # Two starts may race here: the loser's failure is fine as long as the account exists afterwards.
        subprocess.run(
            [useradd, "--system", "--no-create-home", "--home-dir", "/nonexistent", "--user-group",
             "--shell", "/usr/sbin/nologin", COMPTE],
            capture_output=True, check=False,
        )  # fmt: skip
    for nom in (COMPTE, "nobody"):
        with suppress(KeyError):
            return pwd.getpwnam(nom)
    raise ErreurEmbarque(
        "PostgreSQL refuse de tourner sous root et aucun compte ordinaire n’a pu être créé. "
        "Lancez la commande sous un compte ordinaire."
    )


@dataclass(frozen=True)
class Lieu:
    """One folder of embedded services. ``racine`` is what the user sees; ``donnees`` what the services own."""

    racine: Path

    @cached_property
    def compte(self) -> pwd.struct_passwd | None:
        """The account the services run under, None for the caller's own."""
        if os.geteuid() != 0:
            return None
        for dossier in (self.racine / "postgres", self.repli / "postgres"):
            if dossier.exists() and (proprietaire := dossier.stat().st_uid) != 0:
                return pwd.getpwuid(proprietaire)
        return _compte_de_service()

    @property
    def repli(self) -> Path:
        return REPLI / self.empreinte

    @property
    def empreinte(self) -> str:
        """Ten hexadecimal digits that name this folder where a path would be too long."""
        return hashlib.sha256(str(self.racine).encode()).hexdigest()[:10]

    @cached_property
    def donnees(self) -> Path:
        """Folder under which ``postgres/`` and ``valkey/`` live; made if absent."""
        self.racine.mkdir(parents=True, exist_ok=True)
        if os.stat(self.racine).st_uid == os.geteuid():
            self.racine.chmod(0o711 if self.compte else 0o700)
        elif os.geteuid() != 0:
            raise ErreurEmbarque(
                f"Le dossier {self.racine} appartient à un autre compte : donnez-le-vous (chown), "
                "ou choisissez-en un autre par SYNDICAT_DEMO_DIR."
            )
        if self.compte is None or self.peut("-x", self.racine):
            return self.racine
        REPLI.mkdir(mode=0o755, parents=True, exist_ok=True)
        self.repli.mkdir(mode=0o711, exist_ok=True)
        return self.repli

    @cached_property
    def sockets(self) -> Path:
        """Folder of the unix sockets, readable by the services' account alone."""
        voulu = self.donnees / "sockets"
        if len(os.fsencode(voulu)) > SOCKET_MAX:
            voulu = Path(tempfile.gettempdir()) / f"syndicat-{os.geteuid()}-{self.empreinte}"
        self.posseder(voulu)
        attendu = self.compte.pw_uid if self.compte else os.geteuid()
        if voulu.is_symlink() or voulu.stat().st_uid != attendu:
            raise ErreurEmbarque(f"Le dossier {voulu} appartient à un autre compte : supprimez-le.")
        return voulu

    def posseder(self, dossier: Path) -> Path:
        """Make ``dossier``, mode 700, owned by the services' account."""
        if not dossier.exists():
            dossier.mkdir(mode=0o700)
            if self.compte:
                os.chown(dossier, self.compte.pw_uid, self.compte.pw_gid)
        return dossier

    def peut(self, test: str, chemin: Path) -> bool:
        """Whether the services' account passes ``test <test> <chemin>`` (``-x``, ``-r``)."""
        return subprocess.run(["test", test, str(chemin)], check=False, **self.identite).returncode == 0

    @property
    def identite(self) -> dict[str, Any]:
        """Arguments of ``subprocess`` that make a child run under the services' account."""
        if self.compte is None:
            return {}
        return {"user": self.compte.pw_uid, "group": self.compte.pw_gid, "extra_groups": []}

    @property
    def journaux(self) -> Path:
        dossier = self.racine / "journaux"
        dossier.mkdir(exist_ok=True)
        return dossier

    def journal(self, nom: str) -> Path:
        """Log file of a service; set aside at start beyond 10 MB."""
        fichier = self.journaux / f"{nom}.log"
        if fichier.exists() and fichier.stat().st_size > 10_000_000:
            fichier.replace(fichier.with_suffix(".log.1"))
        return fichier

    # --- What is remembered between two starts: ports and passwords ---------------------------------
    @property
    def _fichier_etat(self) -> Path:
        return self.racine / "etat.json"

    def etat(self) -> dict[str, Any]:
        """Ports and passwords kept from the last start; made on the first one."""
        try:
            lu: dict[str, Any] = json.loads(self._fichier_etat.read_text())
        except (FileNotFoundError, json.JSONDecodeError):
            lu = {}
        except PermissionError as erreur:
            raise ErreurEmbarque(
                f"Le dossier {self.racine} a été créé par un autre compte (root ?) : "
                "relancez sous ce compte, ou choisissez un autre dossier par SYNDICAT_DEMO_DIR."
            ) from erreur
        secrets_ = lu.setdefault("secrets", {})
        for nom in ("postgres", "app", "proprietaire", "valkey"):
            secrets_.setdefault(nom, secrets.token_urlsafe(24))
        lu.setdefault("ports", {})
        return lu

    def retenir(self, etat: Mapping[str, Any]) -> None:
        """Write the state atomically, readable by its owner only."""
        provisoire = self._fichier_etat.with_suffix(".neuf")
        descripteur = os.open(provisoire, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descripteur, "w") as flux:
            json.dump(etat, flux, indent=1)
        provisoire.replace(self._fichier_etat)

    @contextmanager
    def verrou(self, nom: str = "verrou", *, attente: float = 180.0) -> Iterator[None]:
        """Exclusive lock between processes; the kernel frees it at the holder's death, even by kill -9.

        Raises ErreurEmbarque when it is still held after ``attente`` seconds.
        """
        self.racine.mkdir(parents=True, exist_ok=True)
        with open(self.racine / nom, "a") as flux:
            fin = time.monotonic() + attente
            while True:
                try:
                    fcntl.flock(flux, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except BlockingIOError:
                    if time.monotonic() >= fin:
                        raise ErreurEmbarque(f"Une autre commande occupe {self.racine} ({nom}).") from None
                    time.sleep(0.1)
            yield

    def effacer(self) -> None:
        """Remove every datum of this folder, the one under /var/lib included; not another place's inside it."""
        for dossier in (self.racine, self.repli):
            if not dossier.exists():
                continue
            for enfant in dossier.iterdir():
                if enfant.is_dir() and not enfant.is_symlink():
                    if not (enfant / "etat.json").exists():
                        shutil.rmtree(enfant)
                else:
                    enfant.unlink()
            with suppress(OSError):  # it holds another place
                dossier.rmdir()
