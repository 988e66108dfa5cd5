"""Several members at once, over threads and over a real ASGI server: thousands of answers, none of them a neighbour's."""

import asyncio
import os
import subprocess
import sys
import threading
import time
from collections import Counter
from typing import Any

import httpx
import pytest
from django.conf import settings
from django.db import connections
from django.test import Client

from syndicat.embarque.processus import port_libre

SLUGS = ("hettange-grande", "rodemack", "cc-de-cattenom-et-environs", "departement-de-la-moselle")
NOMS = {
    "hettange-grande": "Hettange-Grande",
    "rodemack": "Rodemack",
    "cc-de-cattenom-et-environs": "CC de Cattenom et Environs",
    "departement-de-la-moselle": "Département de la Moselle",
}
PAGE = "/mentions-legales/"

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("charge")]


def _titre(corps: str) -> str:
    """The page's title: it names the collectivité, and no other."""
    return corps.split("<title>", 1)[-1].split("</title>", 1)[0]


def _juge(slug: str, statut: int, corps: str, comptes: Counter[str]) -> None:
    titre = _titre(corps)
    if statut != 200:
        comptes[f"statut {statut}"] += 1
    elif NOMS[slug] not in titre:
        comptes["sans son nom"] += 1
    elif any(nom in titre for autre, nom in NOMS.items() if autre != slug):
        comptes["nom d’un autre"] += 1
    else:
        comptes["juste"] += 1


def test_huit_fils_et_quatre_membres_ne_se_melangent_pas(db: None) -> None:
    comptes: Counter[str] = Counter()

    def tourner(depart: int) -> None:
        clients = {s: Client(headers={"host": f"{s}.localhost"}) for s in SLUGS}
        for i in range(150):
            slug = SLUGS[(depart + i) % len(SLUGS)]
            reponse = clients[slug].get(PAGE)
            _juge(slug, reponse.status_code, reponse.content.decode(), comptes)
        for connexion in connections.all(initialized_only=True):
            connexion.close()

    fils = [threading.Thread(target=tourner, args=(n,)) for n in range(8)]
    for f in fils:
        f.start()
    for f in fils:
        f.join()
    assert comptes == Counter({"juste": 1200})


def _url(alias: str) -> str:
    r: dict[str, Any] = connections[alias].settings_dict
    hote = r["HOST"] or "127.0.0.1"
    if str(hote).startswith("/"):
        return f"postgresql://{r['USER']}:{r['PASSWORD']}@/{r['NAME']}?host={hote}&port={r['PORT']}"
    return f"postgresql://{r['USER']}:{r['PASSWORD']}@{hote}:{r['PORT'] or 5432}/{r['NAME']}"


@pytest.fixture
def serveur(db: None) -> Any:
    """A real uvicorn on the test database, with the connection pool of production."""
    port = port_libre()
    env = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "syndicat.settings.dev",
        "DATABASE_URL": _url("default"),
        "DATABASE_URL_PROPRIETAIRE": _url("proprietaire"),
        "REDIS_URL": settings.CACHES["default"]["LOCATION"],
        "CACHE_PREFIXE": f"charge-{os.getpid()}",
        "PORT": str(port),
        "DB_POOL_MAX": "6",
    }
    commande = [
        sys.executable,
        "-m",
        "uvicorn",
        "syndicat.asgi:application",
        "--port",
        str(port),
        "--lifespan",
        "off",
    ]
    with subprocess.Popen(
        [*commande, "--log-level", "warning"], env=env, cwd=settings.BASE_DIR, stdout=subprocess.DEVNULL
    ) as p:
        try:
            for _ in range(200):
                try:
                    httpx.get(f"http://127.0.0.1:{port}/sante/vivant")
                    break
                except httpx.HTTPError:
                    time.sleep(0.1)
            yield port
        finally:
            p.terminate()
            p.wait(15)


@pytest.mark.enable_socket
def test_un_serveur_asgi_charge_par_quatre_membres_ne_les_melange_pas(serveur: int) -> None:
    comptes: Counter[str] = Counter()

    async def visiteur(n: int, client: httpx.AsyncClient) -> None:
        for i in range(100):
            slug = SLUGS[(n + i) % len(SLUGS)]
            reponse = await client.get(
                f"http://127.0.0.1:{serveur}{PAGE}", headers={"host": f"{slug}.localhost:{serveur}"}
            )
            _juge(slug, reponse.status_code, reponse.text, comptes)

    async def tous() -> None:
        limites = httpx.Limits(max_connections=12)
        async with httpx.AsyncClient(limits=limites, timeout=60) as client:
            await asyncio.gather(*(visiteur(n, client) for n in range(12)))

    asyncio.run(tous())
    assert comptes == Counter({"juste": 1200})
