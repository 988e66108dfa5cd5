"""Sockets: 200 of them on one uvicorn over loopback, two members of 100; latency of a broadcast, connections, memory.

The product (host, origin, session, person, member's groups, watch of sessions) against a bare channels consumer without tenancy, on the
same channel layer, alternated in one run. Latency is from the group's send to the browser's reception, over all sockets.
Goals: every socket established, nothing lost, no message of the other member, p99 ≤ 1.5 × the bare consumer's. ``ok`` is null above load 1.5.
"""

import asyncio
import json
import os
import resource
import statistics
import subprocess
import sys
import time
import urllib.request
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psutil
import psycopg

ADMIN = os.environ.get("TEST_ADMIN_DATABASE_URL", "postgresql://postgres@127.0.0.1:5432/postgres")
BASE = f"banc_sockets_{os.getpid()}"
ICI = Path(__file__).resolve().parent
PORT = int(os.environ.get("BANC_PORT", "8215"))
PRISES = int(os.environ.get("BANC_PRISES", "200"))
MESSAGES = int(os.environ.get("BANC_MESSAGES", "40"))
CADENCE = 0.1
TOURS = int(os.environ.get("BANC_TOURS", "2"))
MEMBRES = ("hettange-grande", "rodemack")
PAR_SESSION = 10
BUT = 1.5


def preparer() -> dict[str, Any]:
    """A migrated database of its own, two active communes, their agents and open sessions: {slug: (id, [cookies])}."""
    from syndicat.embarque import preparation as p

    mots = {
        p.APP: urlsplit(os.environ.get("DATABASE_URL", "")).password,
        p.PROPRIETAIRE: urlsplit(os.environ.get("DATABASE_URL_PROPRIETAIRE", "")).password,
    }
    p.preparer(ADMIN, base=BASE, mots_de_passe={r: m for r, m in mots.items() if m})
    os.environ["DATABASE_URL"] = p.url(ADMIN, p.APP, mots[p.APP], BASE)
    os.environ["DATABASE_URL_PROPRIETAIRE"] = p.url(ADMIN, p.PROPRIETAIRE, mots[p.PROPRIETAIRE], BASE)
    os.environ["SYNDICAT_BASE_URL"] = f"http://localhost:{PORT}"
    os.environ["CACHE_PREFIXE"] = BASE
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "syndicat.settings.dev")
    import django

    django.setup()
    from syndicat.membres import registre, schema
    from syndicat.membres.models import Collectivite, Domaine

    schema.migrer_public()
    registre.charger()
    Collectivite.objects.filter(slug__in=MEMBRES).update(etat="active")
    presentes = {}
    for membre in Collectivite.objects.filter(slug__in=MEMBRES):
        Domaine.objects.create(domain=f"{membre.slug}.localhost", tenant=membre, is_primary=True)
        nombre = -(-PRISES // len(MEMBRES) // PAR_SESSION)
        presentes[membre.slug] = (membre.pk, [_session(membre, i) for i in range(nombre)])
    return presentes


def _session(membre: Any, rang: int) -> str:
    """Cookie of an agent signed in with a second factor."""
    from importlib import import_module

    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.utils import timezone

    from syndicat.comptes import sessions
    from syndicat.comptes.models import Adhesion, User
    from syndicat.comptes.models_sessions import ConnexionCentrale, SessionDeMembre
    from syndicat.socle import contexte

    user = User.objects.create(email=f"agent{rang}@{membre.slug}.exemple.fr", password="!")
    parent = ConnexionCentrale.objects.create(
        user=user, mfa=True, expire_at=timezone.now() + timedelta(hours=1)
    )
    with contexte.dans(membre.portee):
        Adhesion.objects.create(user=user, collectivite=membre, role="agent", themes=["grc"])
        enfant = SessionDeMembre.objects.create(parent=parent)
        session = import_module(settings.SESSION_ENGINE).SessionStore()
        session[SESSION_KEY] = str(user.pk)
        session[BACKEND_SESSION_KEY] = sessions.BACKEND
        session[HASH_SESSION_KEY] = user.get_session_auth_hash()
        sessions.poser(session, parent=parent, enfant=enfant, portee=membre.portee)
        session.create()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}"


class Serveur:
    """One uvicorn on one of the two applications."""

    def __init__(self, quoi: str) -> None:
        self.quoi = quoi
        commande = [sys.executable, "-m", "uvicorn", f"_sockets_serveur:{quoi}", "--app-dir", str(ICI), "--port", str(PORT),
                    "--no-access-log", "--lifespan", "off", "--log-level", "warning"]  # fmt: skip
        env = os.environ | {"PYTHONPATH": str(ICI.parent)}
        self.enfant = subprocess.Popen(commande, env=env, stdout=subprocess.DEVNULL)
        fin = time.monotonic() + 60
        while True:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{PORT}/sante/vivant", timeout=2)
                break
            except OSError:
                if time.monotonic() > fin or self.enfant.poll() is not None:
                    raise RuntimeError(f"{quoi} ne démarre pas") from None
                time.sleep(0.1)
        self.processus = psutil.Process(self.enfant.pid)
        self.rss_avant = self.processus.memory_info().rss

    def arreter(self) -> None:
        self.enfant.terminate()
        try:
            self.enfant.wait(15)
        except subprocess.TimeoutExpired:
            self.enfant.kill()
            self.enfant.wait()


def _groupe(quoi: str, slug: str, pk: int) -> str:
    from syndicat.socle.groupes import groupe_de_membre

    return groupe_de_membre("banc", pk) if quoi == "produit" else f"nu.{slug}"


async def _ouvrir(slug: str, cookie: str) -> Any:
    import websockets

    hote = f"{slug}.localhost:{PORT}"
    return await websockets.connect(
        f"ws://{hote}/ws/banc?g=nu.{slug}", host="127.0.0.1", port=PORT, origin=f"http://{hote}", open_timeout=60,
        additional_headers=[("Cookie", cookie)], compression=None, ping_interval=None,
    )  # fmt: skip


async def tour(quoi: str, presentes: dict[str, Any], serveur: Serveur) -> dict[str, Any]:
    """Open, broadcast, count."""
    from channels.layers import get_channel_layer

    couche = get_channel_layer()
    voulues = [
        (slug, cookies[i % len(cookies)])
        for slug, (_, cookies) in presentes.items()
        for i in range(PRISES // len(presentes))
    ]
    debut = time.monotonic()
    ouvertes = await asyncio.gather(*(_ouvrir(s, c) for s, c in voulues), return_exceptions=True)
    prises = [(s, p) for (s, _), p in zip(voulues, ouvertes, strict=True) if not isinstance(p, BaseException)]
    for _, prise in prises:
        assert json.loads(await prise.recv())["type"] == "pret"
    connexion = time.monotonic() - debut
    latences: list[float] = []
    etrangers = 0

    async def ecouter(slug: str, prise: Any) -> None:
        nonlocal etrangers
        async for texte in prise:
            lu = json.loads(texte)
            latences.append(time.monotonic() - lu["t"])
            etrangers += lu["n"] != slug

    ecoutes = [asyncio.create_task(ecouter(s, p)) for s, p in prises]
    cpu = sum(serveur.processus.cpu_times()[:2])
    for _ in range(MESSAGES):
        for slug, (pk, _cookies) in presentes.items():
            message = {"type": "banc.message", "n": slug, "t": time.monotonic()}
            await couche.group_send(_groupe(quoi, slug, pk), message)
        await asyncio.sleep(CADENCE)
    attendus = MESSAGES * len(prises)
    vus, fin = 0, time.monotonic() + 15
    while len(latences) < attendus and time.monotonic() < fin:  # on a busy machine they come late, not never
        await asyncio.sleep(0.05)
        if len(latences) > vus:
            vus, fin = len(latences), time.monotonic() + 15
    cpu = sum(serveur.processus.cpu_times()[:2]) - cpu
    rss = serveur.processus.memory_info().rss
    await asyncio.gather(*(p.close() for _, p in prises), return_exceptions=True)
    for tache in ecoutes:
        tache.cancel()
    q = statistics.quantiles(latences, n=100)
    return {
        "prises": len(prises), "connexions_par_s": round(len(prises) / connexion, 1), "p50": q[49] * 1000, "p99": q[98] * 1000,
        "perdus": attendus - len(latences), "etrangers": etrangers, "cpu_s": round(cpu, 2),
        "rss_mo": round(rss / 2**20, 1), "rss_par_prise_ko": round((rss - serveur.rss_avant) / 1024 / max(1, len(prises)), 1),
    }  # fmt: skip


def main() -> None:
    doux, dur = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(max(doux, 4096), dur), dur))
    charge = os.getloadavg()[0]
    mesures: dict[str, list[dict[str, Any]]] = {"produit": [], "temoin": []}
    try:
        presentes = preparer()
        for n in range(TOURS):
            for quoi in ("temoin", "produit") if n % 2 else ("produit", "temoin"):
                serveur = Serveur(quoi)
                try:
                    mesures[quoi].append(asyncio.run(tour(quoi, presentes, serveur)))
                finally:
                    serveur.arreter()
                print(f"tour {n + 1} {quoi} : {mesures[quoi][-1]}", flush=True)
    finally:
        _ranger()
    p, t = (
        {k: round(statistics.median(m[k] for m in mesures[q]), 2) for k in mesures[q][0]}
        for q in ("produit", "temoin")
    )
    ratio = p["p99"] / t["p99"]
    sain = all(m["prises"] == PRISES and not m["perdus"] and not m["etrangers"] for m in mesures["produit"])
    fin = os.getloadavg()[0]
    calme = charge <= 1.5
    ligne = {
        "bench": "sockets", "value": round(p["p99"], 1), "unit": "ms p99", "reference": round(t["p99"], 1),
        "ratio": round(ratio, 2), "goal": f"≤ {BUT} × un consommateur nu",
        "p99_ms": round(p["p99"], 1), "p50_ms": round(p["p50"], 1), "prises": p["prises"], "perdus": p["perdus"],
        "etrangers": p["etrangers"], "connexions_par_s": p["connexions_par_s"], "temoin_connexions_par_s": t["connexions_par_s"],
        "rss_mo": p["rss_mo"], "temoin_rss_mo": t["rss_mo"], "rss_par_prise_ko": p["rss_par_prise_ko"],
        "cpu_s": p["cpu_s"], "temoin_cpu_s": t["cpu_s"], "charge": [round(charge, 2), round(fin, 2)],
        "ok": False if not sain else (ratio <= BUT if calme else None),
    }  # fmt: skip
    print(json.dumps(ligne, ensure_ascii=False))


def _ranger() -> None:
    from django.db import connections

    for connexion in connections.all(initialized_only=True):
        connexion.close()
        if getattr(connexion, "pool", None):
            connexion.close_pool()
    with psycopg.connect(ADMIN, autocommit=True) as admin:
        admin.execute(f'DROP DATABASE IF EXISTS "{BASE}" WITH (FORCE)')


if __name__ == "__main__":
    main()
