"""What the benches share: a database of their own, members in it, a stock django-tenants beside, one line of figures."""

import argparse
import atexit
import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
from psycopg import sql

RACINE = Path(__file__).resolve().parent.parent
ADMIN = os.environ.get("TEST_ADMIN_DATABASE_URL", "postgresql://postgres@127.0.0.1:5432/postgres")
CHARGE_MAX = 1.5
TOUS = 556


def arguments(description: str | None) -> argparse.Namespace:
    """``--complet``: the full figures; without it, under two minutes. ``--membres N`` chooses in between."""
    analyse = argparse.ArgumentParser(description=description)
    analyse.add_argument("--complet", action="store_true")
    analyse.add_argument("--membres", type=int, default=0)
    return analyse.parse_args()


def base(nom: str) -> str:
    """Prepare a database of its own (dropped at the end), point the settings to it and start Django."""
    from syndicat.embarque import preparation as p

    nom = f"bench_{nom}_{os.getpid()}"
    mots = {
        p.APP: urlsplit(os.environ.get("DATABASE_URL", "")).password,
        p.PROPRIETAIRE: urlsplit(os.environ.get("DATABASE_URL_PROPRIETAIRE", "")).password,
    }
    p.preparer(ADMIN, base=nom, mots_de_passe={r: m for r, m in mots.items() if m})
    atexit.register(_supprimer, nom)
    os.environ["DATABASE_URL"] = p.url(ADMIN, p.APP, mots[p.APP], nom)
    os.environ["DATABASE_URL_PROPRIETAIRE"] = p.url(ADMIN, p.PROPRIETAIRE, mots[p.PROPRIETAIRE], nom)
    os.environ["DB_POOL"] = "False"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "syndicat.settings.dev")
    import django

    django.setup()
    return nom


def _supprimer(nom: str) -> None:
    from django.db import connections

    connections.close_all()
    with psycopg.connect(ADMIN, autocommit=True) as admin:
        admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(nom)))


def registre() -> None:
    """Shared schema, template, registry: no member yet."""
    from syndicat.membres import migrateur, registre

    migrateur.migrer()
    registre.charger()


def embarquer(nombre: int) -> float:
    """Onboard members until ``nombre`` have a space, two at once; seconds taken."""
    from syndicat.membres import embarquement, gabarit, parcours
    from syndicat.membres.acteurs import Plateforme
    from syndicat.membres.models import Collectivite

    a_faire = list(Collectivite.objects.filter(etat="registre").order_by("pk"))
    a_faire = a_faire[: max(0, nombre - Collectivite.objects.embarquees().count())]
    modele, debut = gabarit.du_modele(), time.monotonic()
    passage = parcours.parcourir(
        a_faire,
        lambda c: embarquement.embarquer(
            collectivite=c, by=Plateforme("banc"), modele=modele, verrouiller=False
        ),
        nom=lambda c: c.slug,
    )
    assert not passage.echecs, passage.echecs
    return time.monotonic() - debut


class Enfant:
    """Another Python, under other settings, that runs one named function of a module on request and times it."""

    def __init__(self, module: str, reglages: str, **env: str) -> None:
        self.processus = subprocess.Popen(
            [sys.executable, "-m", module],
            cwd=RACINE,
            env=os.environ | {"DJANGO_SETTINGS_MODULE": reglages, "PYTHONPATH": str(RACINE)} | env,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        atexit.register(self.finir)
        assert self.lire()["pret"]

    def lire(self) -> dict[str, Any]:
        assert self.processus.stdout is not None
        for ligne in self.processus.stdout:
            if ligne.startswith("{"):
                return dict(json.loads(ligne))
        raise RuntimeError("l’enfant s’est arrêté")

    def demander(self, quoi: str, **arguments: Any) -> dict[str, Any]:
        assert self.processus.stdin is not None
        self.processus.stdin.write(json.dumps({"quoi": quoi, **arguments}) + "\n")
        self.processus.stdin.flush()
        return self.lire()

    def finir(self) -> None:
        if self.processus.poll() is None:
            assert self.processus.stdin is not None
            self.processus.stdin.close()
            self.processus.wait(30)


def servir(fonctions: dict[str, Callable[..., dict[str, Any]]]) -> None:
    """The child's side: JSON lines in, JSON lines out."""
    import django

    django.setup()
    print(json.dumps({"pret": True}), flush=True)
    for ligne in sys.stdin:
        demande = json.loads(ligne)
        debut, cpu = time.monotonic(), time.process_time()
        reponse = fonctions[demande.pop("quoi")](**demande)
        print(
            json.dumps({"s": time.monotonic() - debut, "cpu_s": time.process_time() - cpu} | reponse),
            flush=True,
        )


def charge() -> float:
    return round(os.getloadavg()[0], 2)


def conclure(
    bench: str,
    *,
    value: float,
    unit: str,
    reference: float,
    ratio: float,
    goal: str,
    tenu: bool | None,
    en_secondes: bool = False,
    **autres: Any,
) -> None:
    """The last line. ``en_secondes``: the goal depends on the machine, so that a busy one cannot say."""
    usage = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    ligne = {
        "bench": bench,
        "value": round(value, 4),
        "unit": unit,
        "reference": round(reference, 4),
        "ratio": round(ratio, 2),
        "goal": goal,
        "ok": None if en_secondes and charge() > CHARGE_MAX else tenu,
        "load": charge(),
        "cpu_s": round(sum(u.ru_utime + u.ru_stime for u in usage), 2),
        **autres,
    }
    print(json.dumps(ligne, ensure_ascii=False))
