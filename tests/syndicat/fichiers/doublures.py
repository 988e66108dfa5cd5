"""Named double of ClamAV's daemon: a real TCP server speaking its protocol, and recording that the contract is kept.

Contract recorded (clamd(8)): commands begin with ``z`` and end with NUL; INSTREAM's chunks are a 4-byte big-endian length
then that many bytes, below StreamMaxLength; a zero length ends the stream; one answer ends with NUL.
"""

import socketserver
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


class ClamdDeTest(socketserver.ThreadingTCPServer):
    """``recus``: the streams received, whole; ``fautes``: breaches of the contract; ``en_panne`` answers nothing."""

    allow_reuse_address = True
    daemon_threads = True
    taille_max = 25 * 1024 * 1024

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Poignee)
        self.recus: list[bytes] = []
        self.fautes: list[str] = []
        self.plus_gros = 0
        self.en_panne = False

    @property
    def url(self) -> str:
        return f"tcp://127.0.0.1:{self.server_address[1]}"


class _Poignee(socketserver.StreamRequestHandler):
    server: ClamdDeTest

    def handle(self) -> None:
        commande = b""
        while not commande.endswith(b"\0"):
            octet = self.rfile.read(1)
            if not octet:
                return
            commande += octet
        if self.server.en_panne:
            return
        if commande == b"zPING\0":
            self.wfile.write(b"PONG\0")
        elif commande == b"zINSTREAM\0":
            self.wfile.write(self._flux())
        else:
            self.server.fautes.append(f"commande inconnue {commande!r}")
            self.wfile.write(b"UNKNOWN COMMAND\0")

    def _flux(self) -> bytes:
        recu = b""
        while True:
            (longueur,) = struct.unpack("!L", self.rfile.read(4))
            if longueur == 0:
                break
            self.server.plus_gros = max(self.server.plus_gros, longueur)
            bloc = self.rfile.read(longueur)
            if len(bloc) != longueur:
                self.server.fautes.append("morceau plus court qu’annoncé")
            recu += bloc
            if len(recu) > self.server.taille_max:
                return b"INSTREAM size limit exceeded. ERROR\0"
        self.server.recus.append(recu)
        return b"stream: Eicar-Test-Signature FOUND\0" if EICAR in recu else b"stream: OK\0"


@contextmanager
def clamd(settings: Any) -> Iterator[ClamdDeTest]:
    """The double, running, and named by the settings; its faults fail the test at exit."""
    serveur = ClamdDeTest()
    fil = threading.Thread(target=serveur.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    fil.start()
    settings.CLAMAV_URL = serveur.url
    try:
        yield serveur
    finally:
        serveur.shutdown()
        serveur.server_close()
    assert serveur.fautes == []
