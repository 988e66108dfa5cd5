"""A pure-SQL migration (a table with a seed row, then a column, a check and a wider type) over all members.

The first run is killed (SIGKILL) on its way, the second takes it up; the time is the sum of both. Reference: stock
migrate_schemas on some schemas, times their number. Goal: 60 s over 556, resumable.
"""

import os
import signal
import statistics
import subprocess
import sys
import time

from bench import _commun


def lancer() -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "manage.py", "migrate_membres"],
        cwd=_commun.RACINE,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "bench._essai", "PYTHONPATH": str(_commun.RACINE)},
        stdout=subprocess.PIPE,
        text=True,
    )


def main() -> None:
    options = _commun.arguments(__doc__)
    _commun.base("sql")
    _commun.registre()
    membres = options.membres or (_commun.TOUS if options.complet else 40)
    _commun.embarquer(membres)
    from django.db import connections

    from syndicat.membres import empreinte, migrateur, schema

    schemas = migrateur.schemas_des_membres()
    a_part = [f"stock_{i}" for i in range(3)]
    for nom in a_part:
        schema.migrer_schema(nom)
    stock = _commun.Enfant("bench._stock", "bench._stock", BANC_MIGRATIONS="bench._essai_sql")
    autre = [stock.demander("migrer", schema=nom)["s"] for nom in a_part]

    def faits() -> int:
        with connections["proprietaire"].cursor() as curseur:
            curseur.execute("SELECT count(*) FROM pg_class WHERE relname = 'essai_chose'")
            return int(curseur.fetchone()[0]) - len(a_part)

    debut = time.monotonic()
    premier = lancer()
    while faits() < 3 and premier.poll() is None:  # the template and the first two members
        time.sleep(0.02)
    depart, deja = time.monotonic(), faits()
    while faits() < membres // 2 and premier.poll() is None:
        time.sleep(0.02)
    par_membre = (time.monotonic() - depart) / max(1, faits() - deja)
    tue = premier.poll() is None
    premier.send_signal(signal.SIGKILL)
    premier.wait()
    avant_reprise = faits()
    second = lancer()
    sortie = second.communicate()[0]
    duree = time.monotonic() - debut
    assert second.returncode == 0, sortie
    print(f"  tué à {avant_reprise} schémas, repris : {sortie.strip().splitlines()[-1]}")
    formes = {empreinte.de_structure(s) for s in ["_modele", *schemas, a_part[0]]}
    projete = duree + par_membre * max(0, _commun.TOUS - membres)
    reference = statistics.median(autre) * _commun.TOUS
    _commun.conclure(
        "sql_migration",
        value=projete,
        unit="s pour 556",
        reference=reference,
        ratio=reference / projete,
        goal="≤ 60 s pour 556, reprise après SIGKILL",
        tenu=projete <= 60 and len(formes) == 1 and tue,
        en_secondes=len(formes) == 1,
        membres=membres,
        mesure_s=round(duree, 2),
        par_membre_s=round(par_membre, 4),
        projete=membres < _commun.TOUS,
        tue_a=avant_reprise,
        identiques=len(formes) == 1,
    )


if __name__ == "__main__":
    main()
