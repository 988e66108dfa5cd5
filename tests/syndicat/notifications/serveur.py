"""A real server of the product on the test database, and browsers' sockets spoken to it."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connections

RACINE = Path(__file__).resolve().parents[3]


def port_libre() -> int:
    with socket.socket() as prise:
        prise.bind(("127.0.0.1", 0))
        return int(prise.getsockname()[1])


def environnement(port: int, dossier: Path) -> dict[str, str]:
    """Environment of a process of the product on this test's database and Redis keys."""
    base = connections["default"].settings_dict
    return os.environ | {
        "DJANGO_SETTINGS_MODULE": "syndicat.settings.dev",
        "SECRET_KEY": settings.SECRET_KEY,
        "DATABASE_URL": f"postgresql://{base['USER']}:{base['PASSWORD']}@{base['HOST'] or '127.0.0.1'}:{base['PORT'] or 5432}/{base['NAME']}",
        "REDIS_URL": settings.CACHES["default"]["LOCATION"],
        "CACHE_PREFIXE": settings.CACHES["default"]["KEY_PREFIX"],
        "SYNDICAT_BASE_URL": f"http://localhost:{port}",
        "PORT": str(port),
        "SYNDICAT_FICHIERS": str(dossier / "fichiers"),
        "SYNDICAT_COURRIELS": str(dossier / "courriels"),
        "LOG_JSON": "True",
        "LOG_ACCES": "True",
        "PYTHONPATH": str(RACINE),
    }


@contextmanager
def uvicorn(dossier: Path, **plus: str) -> Iterator[tuple[int, Path]]:
    """(port, log file) of the product's own ASGI server, stopped at exit."""
    port = port_libre()
    journal = dossier / "uvicorn.log"
    commande = [sys.executable, "-m", "uvicorn", "syndicat.asgi:application", "--host", "127.0.0.1",
                "--port", str(port), "--no-access-log", "--lifespan", "off"]  # fmt: skip
    with journal.open("w") as sortie:
        enfant = subprocess.Popen(
            commande,
            cwd=RACINE,
            env=environnement(port, dossier) | plus,
            stdout=sortie,
            stderr=subprocess.STDOUT,
        )
        try:
            fin = time.monotonic() + 40
            while True:
                try:
                    urllib.request.urlopen(f"http://127.0.0.1:{port}/sante/vivant", timeout=2)
                    break
                except OSError:
                    if time.monotonic() > fin or enfant.poll() is not None:
                        raise AssertionError(
                            f"uvicorn ne répond pas :\n{journal.read_text()[-3000:]}"
                        ) from None
                    time.sleep(0.1)
            yield port, journal
        finally:
            enfant.terminate()
            try:
                enfant.wait(10)
            except subprocess.TimeoutExpired:
                enfant.kill()


def temoin(client: Any) -> str:
    """Cookie header of a signed-in test client."""
    return f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"
