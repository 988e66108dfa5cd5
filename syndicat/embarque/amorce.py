"""From a bare machine to a filled ``.venv`` and built front-end; run as a script by the system's Python.

Standard library only. Every step is stamped by a digest of what it depends on, so that a second run costs
milliseconds. Nothing here names an index or a registry: the user's own pip and npm configuration decides.

    python3 syndicat/embarque/amorce.py {production,demo,essais}
"""

import fcntl
import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

RACINE = Path(__file__).resolve().parent.parent.parent
VENV = RACINE / ".venv"
PYTHON = VENV / "bin" / "python"
VERROUS = {
    "production": ("requirements/base.txt",),
    "demo": ("requirements/base.txt", "requirements/embarque.txt"),
    "essais": ("requirements/dev.txt",),
}
NODE_MIN = 18
NAVIGATEURS = ("chromium", "chromium-browser", "google-chrome")


class ErreurAmorce(RuntimeError):
    """What to do, in French, for the person at the keyboard."""


def empreinte(fichiers: Iterable[Path]) -> str:
    """Digest of names and contents, in a stable order."""
    somme = hashlib.sha256()
    for fichier in sorted(fichiers):
        somme.update(str(fichier.relative_to(RACINE)).encode() + b"\0")
        somme.update(hashlib.sha256(fichier.read_bytes()).digest())
    return somme.hexdigest()


def a_jour(tampon: Path, valeur: str) -> bool:
    """Whether ``tampon`` already holds ``valeur``."""
    try:
        return tampon.read_text() == valeur
    except OSError:
        return False


@contextmanager
def patience(titre: str) -> Iterator[None]:
    """Print ``titre``, a sign of life every ten seconds, and the time it took."""
    print(f"{titre}…", flush=True)
    debut, fini = time.monotonic(), threading.Event()

    def battre() -> None:
        while not fini.wait(10):
            print(f"      … {time.monotonic() - debut:.0f} s", flush=True)

    fil = threading.Thread(target=battre, daemon=True)
    fil.start()
    try:
        yield
    finally:
        fini.set()
        fil.join()
    print(f"      fait en {time.monotonic() - debut:.1f} s".replace(".", ","), flush=True)


def executer(commande: "list[str | Path]", erreur: str, chemin: str = "") -> None:
    """Run quietly; raises ErreurAmorce with the end of what it printed."""
    env = dict(os.environ, PIP_DISABLE_PIP_VERSION_CHECK="1")
    if chemin:
        env["PATH"] = chemin + os.pathsep + env.get("PATH", os.defpath)
    fait = subprocess.run(
        [str(mot) for mot in commande],
        cwd=RACINE, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
    )  # fmt: skip
    if fait.returncode != 0:
        raise ErreurAmorce(f"{erreur}\n{fait.stdout.strip()[-3000:]}")


# --- Python -------------------------------------------------------------------------------------------
def creer_venv() -> None:
    """``.venv`` with pip in it. Raises ErreurAmorce naming the Debian package when ``venv`` is missing."""
    if (
        PYTHON.exists()
        and subprocess.run([PYTHON, "-m", "pip", "--version"], capture_output=True).returncode == 0
    ):
        return
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    if importlib.util.find_spec("venv") is None or importlib.util.find_spec("ensurepip") is None:
        raise ErreurAmorce(
            f"Il manque à Python {version} son module venv. Sous Debian ou Ubuntu : "
            f"« sudo apt install python{version}-venv » (ou python3-venv), puis relancez."
        )
    executer([sys.executable, "-m", "venv", "--clear", VENV], "La création de .venv a échoué :")


def installer_python(usage: str) -> bool:
    """Install the locked packages of ``usage``; False when its stamp, or one that includes it, is current."""
    attendus = {u: empreinte(RACINE / f for f in VERROUS[u]) for u in VERROUS}
    tampons = {u: VENV / f".verrou-{u}" for u in VERROUS}
    usages = list(VERROUS)  # each includes those before it
    if any(a_jour(tampons[u], attendus[u]) for u in usages[usages.index(usage) :]):
        return False
    for tampon in tampons.values():
        tampon.unlink(missing_ok=True)
    commande: list[str | Path] = [PYTHON, "-m", "pip", "install", "-q", "--no-input", "--require-hashes"]
    for verrou in VERROUS[usage]:
        commande += ["-r", RACINE / verrou]
    executer(commande, "L’installation des paquets Python a échoué :")
    tampons[usage].write_text(attendus[usage])
    return True


# --- Front-end ----------------------------------------------------------------------------------------
def npm() -> "tuple[Path, str]":
    """npm and the folder to put first in PATH: the machine's, else the wheel's, installed on the spot."""
    chemin_npm, chemin_node = shutil.which("npm"), shutil.which("node")
    if chemin_npm and chemin_node and _version_node(chemin_node) >= NODE_MIN:
        return Path(chemin_npm), ""
    dossier = VENV / "bin"
    verrou = RACINE / "requirements" / "node.txt"
    tampon, valeur = VENV / ".verrou-node", empreinte([verrou])
    if not a_jour(tampon, valeur) or not (dossier / "npm").exists():
        executer(
            [PYTHON, "-m", "pip", "install", "-q", "--no-input", "--require-hashes", "-r", verrou],
            f"Node {NODE_MIN} ou plus récent est absent, et son paquet Python ne s’installe pas :",
        )
        tampon.write_text(valeur)
    return dossier / "npm", str(dossier)


def _version_node(node: str) -> int:
    fait = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)
    trouve = re.match(r"v(\d+)", fait.stdout)
    return int(trouve.group(1)) if trouve else 0


def construire_front() -> bool:
    """``npm ci`` then ``npm run build``, each only when what it depends on changed."""
    verrou = RACINE / "package-lock.json"
    if not verrou.exists():
        return False
    paquets, tampon = empreinte([verrou]), RACINE / "node_modules" / ".verrou"
    assets = [f for f in (RACINE / "syndicat" / "web" / "assets").rglob("*") if f.is_file()]
    construit = empreinte([verrou, RACINE / "package.json", *(RACINE / "outils").glob("*.mjs"), *assets])
    construit += _icones_nommees()
    resultat = RACINE / "syndicat" / "web" / "static" / "web" / "dist"
    tampon_construit = resultat / ".empreinte"
    if a_jour(tampon, paquets) and a_jour(tampon_construit, construit):
        return False
    commande, chemin = npm()
    if not a_jour(tampon, paquets):
        executer(
            [commande, "ci", "--no-audit", "--no-fund"], "L’installation des paquets npm a échoué :", chemin
        )
        tampon.write_text(paquets)
    executer([commande, "run", "build"], "La construction de l’interface a échoué :", chemin)
    resultat.mkdir(parents=True, exist_ok=True)
    tampon_construit.write_text(construit)
    return True


def _icones_nommees() -> str:
    """Digest of the icons that templates and Python name: they go into the sprite; the rest of these files does not."""
    motif = re.compile(r"""icone[^\n"']{0,8}["']?[^\n"']{0,4}["']([a-z0-9-]+)["']""")
    noms: set[str] = set()
    for dossier in ("syndicat", "apps"):
        for fichier in (RACINE / dossier).rglob("*"):
            if fichier.suffix in {".html", ".py"} and not {"static", "migrations"} & set(fichier.parts):
                noms.update(motif.findall(fichier.read_text(encoding="utf-8")))
    return hashlib.sha256(",".join(sorted(noms)).encode()).hexdigest()


# --- Programs the suite drives ------------------------------------------------------------------------
def installer_programmes() -> None:
    """Debian's chromium (journeys) and, in CI, nginx (proxy tests) when absent and when we may; else say how."""
    manques = [] if any(shutil.which(nom) for nom in NAVIGATEURS) else ["chromium"]
    if os.environ.get("CI") == "true" and not shutil.which(
        "nginx", path=os.environ.get("PATH", "") + ":/usr/sbin"
    ):
        manques.append("nginx-light")
    if not manques:
        return
    if os.geteuid() == 0 and shutil.which("apt-get"):
        # RUNLEVEL=1: a program installed for the tests must not start as a service.
        env = dict(os.environ, DEBIAN_FRONTEND="noninteractive", RUNLEVEL="1")
        commandes = (
            ["apt-get", "-q", "update"],
            ["apt-get", "-q", "install", "-y", "--no-install-recommends", *manques],
        )
        if all(
            subprocess.run(c, env=env, capture_output=True, check=False).returncode == 0 for c in commandes
        ):
            return
    noms = " ".join(manques)
    print(
        f"      Absent(s) : {noms} ; les tests qui s’en servent seront sautés. Sous Debian : « sudo apt install {noms} ».",
        flush=True,
    )


def amorcer(usage: str, total: int) -> None:
    """The steps of ``usage`` (demo, essais), each announced as ``[i/total]``."""
    VENV.mkdir(exist_ok=True)
    # The lock lies outside .venv, which its creation clears.
    with open(RACINE / "requirements" / "base.txt") as flux:
        fcntl.flock(flux, fcntl.LOCK_EX)
        with patience(f"[1/{total}] Environnement Python"):
            creer_venv()
        with patience(f"[2/{total}] Paquets Python verrouillés"):
            installer_python(usage)
        with patience(f"[3/{total}] Interface : paquets npm et construction"):
            construire_front()
    if usage == "essais":
        with patience(f"[4/{total}] Programmes des tests"):
            installer_programmes()


def main() -> int:
    """``amorce.py USAGE [TOTAL]``; exit code 1 with a sentence on error."""
    usage = sys.argv[1] if len(sys.argv) > 1 else ""
    if usage not in VERROUS:
        print(__doc__)
        return 2
    try:
        amorcer(usage, int(sys.argv[2]) if len(sys.argv) > 2 else 4 if usage == "essais" else 3)
    except ErreurAmorce as erreur:
        print(f"Erreur : {erreur}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
