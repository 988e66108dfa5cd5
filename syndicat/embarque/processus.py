"""Small facts about processes that are not our children: alive, whose, ended."""

import os
import signal
import socket
import time
from contextlib import suppress
from pathlib import Path


def vivant(pid: int, nom: str | None = None) -> bool:
    """Whether ``pid`` runs (a zombie does not) and, if given, is called ``nom`` (a recycled pid is not)."""
    with suppress(OSError):  # reap it if it is a child of ours
        os.waitpid(pid, os.WNOHANG)
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # alive, under another account
        pass
    fiche = Path(f"/proc/{pid}/stat")
    if not Path("/proc/self/stat").exists():  # not Linux: the signal's word is enough
        return True
    try:
        texte = fiche.read_text()
    except OSError:
        return False
    commande, etat = texte[texte.index("(") + 1 : texte.rindex(")")], texte[texte.rindex(")") + 2]
    return etat not in "ZX" and (nom is None or commande.startswith(nom[:15]))


def attendre_fin(pid: int, secondes: float) -> bool:
    """Whether ``pid`` ended within ``secondes``."""
    fin = time.monotonic() + secondes
    while vivant(pid):
        if time.monotonic() > fin:
            return False
        time.sleep(0.05)
    return True


def arreter(pid: int, *etapes: tuple[signal.Signals, float]) -> None:
    """Send each signal in turn, each followed by its delay in seconds, until the process is gone."""
    for signal_, delai in etapes:
        try:
            os.kill(pid, signal_)
        except ProcessLookupError:
            return
        if attendre_fin(pid, delai):
            return


def port_libre(souhaite: int | None = None) -> int:
    """A free TCP port of 127.0.0.1: ``souhaite`` when it still is, else one the kernel gives."""
    for port in (souhaite, 0):
        if port is None:
            continue
        with socket.socket() as prise:
            prise.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                prise.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(prise.getsockname()[1])
    raise OSError("no free port on 127.0.0.1")


def queue_du_journal(fichier: Path, lignes: int = 15) -> str:
    """Last lines of a log file, to be shown with an error."""
    try:
        return "\n".join(fichier.read_text(errors="replace").splitlines()[-lignes:])
    except OSError:
        return "(journal illisible)"
