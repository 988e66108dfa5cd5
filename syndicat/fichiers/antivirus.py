"""Antivirus port: ClamAV's daemon by its INSTREAM command, or nobody (files are then « non analysés »).

Protocol (clamd(8)): ``zINSTREAM\\0``, then chunks of 4 bytes of big-endian length and the data, then a zero
length; the answer is ``stream: OK\\0``, ``stream: <signature> FOUND\\0`` or an ``ERROR``.
"""

import socket
import struct
import time
from dataclasses import dataclass
from typing import BinaryIO
from urllib.parse import urlsplit

from django.conf import settings

from syndicat.fichiers.enums import EtatAnalyse

BLOC = 64 * 1024
DELAI = 60.0
DELAI_TOTAL = 480.0


class AntivirusInjoignable(RuntimeError):
    """The daemon does not answer, or refuses: the file waits and is tried again."""


@dataclass(frozen=True)
class Verdict:
    """``etat``: sain, infecte or non_analyse; ``signature`` names what was found."""

    etat: EtatAnalyse
    signature: str = ""


def configure() -> bool:
    """Whether a daemon is set (``CLAMAV_URL``: ``tcp://host:3310`` or ``unix:///run/clamav/clamd.ctl``)."""
    return bool(settings.CLAMAV_URL)


def analyser(flux: BinaryIO) -> Verdict:
    """Send a stream to the daemon, by pieces. Raises :class:`AntivirusInjoignable`."""
    if not configure():
        return Verdict(EtatAnalyse.NON_ANALYSE)
    fin = time.monotonic() + DELAI_TOTAL
    try:
        with _prise() as prise:
            prise.sendall(b"zINSTREAM\0")
            while bloc := flux.read(BLOC):
                if time.monotonic() > fin:
                    raise AntivirusInjoignable("analyse trop longue")
                prise.sendall(struct.pack("!L", len(bloc)) + bloc)
            prise.sendall(struct.pack("!L", 0))
            reponse = _lire(prise)
    except OSError as exc:
        raise AntivirusInjoignable(str(exc)) from exc
    return _verdict(reponse)


def sante() -> tuple[bool, str]:
    """(well, a word): the daemon answers PONG, or nobody is configured."""
    if not configure():
        return True, "aucun"
    try:
        with _prise() as prise:
            prise.sendall(b"zPING\0")
            reponse = _lire(prise)
    except OSError as exc:
        return False, str(exc)
    return reponse == "PONG", reponse


def _verdict(reponse: str) -> Verdict:
    mot = reponse.removeprefix("stream: ")
    if mot == "OK":
        return Verdict(EtatAnalyse.SAIN)
    if mot.endswith(" FOUND"):
        return Verdict(EtatAnalyse.INFECTE, mot.removesuffix(" FOUND")[:120])
    raise AntivirusInjoignable(reponse or "réponse vide")


def _prise() -> socket.socket:
    adresse = urlsplit(settings.CLAMAV_URL)
    if adresse.scheme == "unix":
        prise = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        prise.settimeout(DELAI)
        prise.connect(adresse.path)
        return prise
    return socket.create_connection((adresse.hostname or "127.0.0.1", adresse.port or 3310), timeout=DELAI)


def _lire(prise: socket.socket) -> str:
    """The answer, up to its NUL (4 096 bytes at most)."""
    recu = b""
    while not recu.endswith(b"\0") and len(recu) < 4096:
        morceau = prise.recv(4096)
        if not morceau:
            break
        recu += morceau
    return recu.rstrip(b"\0").decode("utf-8", "replace").strip()
