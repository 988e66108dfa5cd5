"""migrate_membres with nothing to do, over all members, against stock migrate_schemas (timed on some, times their number).

Goal: 5 s over 556. Without ``--complet`` fewer members are onboarded and the figure is projected linearly.
"""

import statistics
import subprocess
import sys
import time

from bench import _commun


def main() -> None:
    options = _commun.arguments(__doc__)
    _commun.base("noop")
    _commun.registre()
    membres = options.membres or (_commun.TOUS if options.complet else 40)
    _commun.embarquer(membres)
    stock = _commun.Enfant("bench._stock", "bench._stock")
    from syndicat.membres import migrateur

    schemas = migrateur.schemas_des_membres()
    notre, autre, releves = [], [], []
    for i in range(3):
        debut = time.monotonic()
        sortie = subprocess.run(
            [sys.executable, "manage.py", "migrate_membres"],
            cwd=_commun.RACINE,
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        notre.append(time.monotonic() - debut)
        assert "Rien à migrer" in sortie, sortie
        debut = time.monotonic()
        migrateur.releve(["public", "_modele", *schemas])
        releves.append(time.monotonic() - debut)
        autre += [stock.demander("migrer", schema=s)["s"] for s in schemas[i * 2 : i * 2 + 2]]
        print(
            f"  rien à faire {notre[-1]:.2f} s (relevé {releves[-1]:.3f} s), stock {autre[-1]:.2f} s/schéma"
        )
    mesure, releve = statistics.median(notre), statistics.median(releves)
    projete = mesure + releve * (_commun.TOUS / membres - 1)
    reference = statistics.median(autre) * _commun.TOUS
    _commun.conclure(
        "noop_migration",
        value=projete,
        unit="s pour 556",
        reference=reference,
        ratio=reference / projete,
        goal="≤ 5 s pour 556",
        tenu=projete <= 5,
        en_secondes=True,
        membres=membres,
        mesure_s=round(mesure, 3),
        projete=membres < _commun.TOUS,
    )


if __name__ == "__main__":
    main()
