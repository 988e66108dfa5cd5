"""Journal: transactions a second, chained against unchained, one collectivité, 20 ms of work in each transaction.

Both sides write the same line by the same ``consigner``; the reference runs with the numbering trigger off. Rounds
are alternated in one run, on a database made for it. Goal: ratio ≥ 0.8. ``ok`` is null above load 1.5.
"""

import json
import os
import statistics
import threading
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg

ADMIN = os.environ.get("TEST_ADMIN_DATABASE_URL", "postgresql://postgres@127.0.0.1:5432/postgres")
BASE = f"banc_journal_{os.getpid()}"
FILS = int(os.environ.get("BANC_FILS", "8"))
DUREE = float(os.environ.get("BANC_DUREE", "3"))
TOURS = int(os.environ.get("BANC_TOURS", "5"))
TRAVAIL = 0.020
BUT = 0.8


def preparer() -> Any:
    """A migrated database of its own, and one active commune in it."""
    from syndicat.embarque import preparation as p

    mots = {
        p.APP: urlsplit(os.environ.get("DATABASE_URL", "")).password,
        p.PROPRIETAIRE: urlsplit(os.environ.get("DATABASE_URL_PROPRIETAIRE", "")).password,
    }
    p.preparer(ADMIN, base=BASE, mots_de_passe={r: m for r, m in mots.items() if m})
    os.environ["DATABASE_URL"] = p.url(ADMIN, p.APP, mots[p.APP], BASE)
    os.environ["DATABASE_URL_PROPRIETAIRE"] = p.url(ADMIN, p.PROPRIETAIRE, mots[p.PROPRIETAIRE], BASE)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "syndicat.settings.dev")
    import django

    django.setup()
    from syndicat.membres import registre, schema
    from syndicat.membres.models import Collectivite

    schema.migrer_public()
    registre.charger()
    Collectivite.objects.filter(slug="hettange-grande").update(etat="active")
    return Collectivite.objects.get(slug="hettange-grande")


def chainage(actif: bool) -> None:
    """Turn the numbering on or off; lines written without it are removed, or the next round would number them."""
    with psycopg.connect(ADMIN, dbname=BASE, autocommit=True) as admin:
        admin.execute(f"ALTER TABLE journal_ligne {'ENABLE' if actif else 'DISABLE'} TRIGGER journal_chainer")
        admin.execute("SET session_replication_role = replica")
        admin.execute("TRUNCATE journal_ligne, journal_personnel, journal_tete")
        admin.execute("VACUUM ANALYZE journal_ligne")


def tour(membre: Any) -> tuple[float, float]:
    """(transactions a second, 95th percentile of one transaction in ms)."""
    from django.db import connection, transaction

    from syndicat.comptes.acteur import Acteur
    from syndicat.journal import consigner
    from syndicat.socle import contexte

    durees: list[float] = []
    fin = time.monotonic() + DUREE
    depart = threading.Barrier(FILS)

    def ecrire() -> None:
        with contexte.dans(membre):
            acteur = Acteur.systeme("banc")
            depart.wait()
            while time.monotonic() < fin:
                debut = time.monotonic()
                with transaction.atomic():
                    time.sleep(TRAVAIL)
                    consigner("banc.objet.cree", by=acteur, objet=("banc.objet", "1"), detail={"i": 1})
                durees.append(time.monotonic() - debut)
        connection.close()

    fils = [threading.Thread(target=ecrire) for _ in range(FILS)]
    for fil in fils:
        fil.start()
    for fil in fils:
        fil.join()
    return len(durees) / DUREE, statistics.quantiles(durees, n=20)[-1] * 1000


def main() -> None:
    charge, cpu = os.getloadavg()[0], time.process_time()
    membre = preparer()
    mesures: dict[bool, list[tuple[float, float]]] = {True: [], False: []}
    try:
        chainage(True)
        tour(membre)  # warm-up: connections, plans
        for n in range(TOURS):
            for actif in (True, False) if n % 2 else (False, True):
                chainage(actif)
                mesures[actif].append(tour(membre))
                print(
                    f"tour {n + 1} {'chaîné' if actif else 'témoin'} : {mesures[actif][-1][0]:.0f} tx/s",
                    flush=True,
                )
        chainage(True)
        tour(membre)
        from syndicat.journal.verification import verifier
        from syndicat.socle import contexte

        with contexte.dans(membre):
            debut = time.monotonic()
            verdict = verifier()
            lecture = verdict.lignes / (time.monotonic() - debut)
    finally:
        from django.db import connections

        connections.close_all()
        for connexion in connections.all(initialized_only=True):
            getattr(connexion, "close_pool", lambda: None)()
        with psycopg.connect(ADMIN, autocommit=True) as admin:
            admin.execute(f'DROP DATABASE IF EXISTS "{BASE}" WITH (FORCE)')
    debits = {actif: statistics.median(d for d, _ in m) for actif, m in mesures.items()}
    ratio = debits[True] / debits[False]
    print(
        json.dumps(
            {
                "bench": "journal",
                "value": round(debits[True]),
                "unit": "tx/s",
                "reference": round(debits[False]),
                "ratio": round(ratio, 3),
                "goal": f"≥ {BUT} × sans chaîne",
                "chaine_tx_s": round(debits[True]),
                "temoin_tx_s": round(debits[False]),
                "chaine_p95_ms": round(statistics.median(p for _, p in mesures[True]), 1),
                "temoin_p95_ms": round(statistics.median(p for _, p in mesures[False]), 1),
                "fils": FILS,
                "travail_ms": TRAVAIL * 1000,
                "verification_lignes_s": round(lecture),
                "chaine_intacte": verdict.intact,
                "cpu_s": round(time.process_time() - cpu, 1),
                "charge": round(charge, 2),
                "python": Path(os.__file__).parent.name,
                "ok": None if charge > 1.5 else ratio >= BUT and verdict.intact,
            },
            ensure_ascii=False,
        )
    )


if __name__ == "__main__":
    main()
