"""Onboarding one member: replay of the template against stock create_schema, alternated, on the same models.

Goal: 20 times faster, and a fingerprint (structure, rows, next values) identical to the stock schema's.
``--complet``: also at 500 schemas, and all members for real.
"""

import statistics
import time
from typing import Any

from bench import _commun


def manche(stock: _commun.Enfant, n: int, rang: int) -> tuple[list[float], list[float], list[float], bool]:
    """``n`` of each, alternated: seconds of ours, of stock, CPU seconds of ours (client side), same fingerprint."""
    from syndicat.membres import embarquement, empreinte, gabarit, schema
    from syndicat.membres.acteurs import Plateforme
    from syndicat.membres.models import Collectivite

    notre: list[float] = []
    cpu: list[float] = []
    autre: list[float] = []
    modele = gabarit.du_modele()
    pareil = True
    for i in range(n):
        nom = f"stock_{rang}_{i}"
        autre.append(stock.demander("creer", schema=nom)["s"])
        membre = Collectivite.objects.filter(etat="registre").order_by("-pk")[0]
        debut, cpu0 = time.monotonic(), time.process_time()
        embarquement.embarquer(collectivite=membre, by=Plateforme("banc"), modele=modele)
        notre.append(time.monotonic() - debut)
        cpu.append(time.process_time() - cpu0)
        pareil = pareil and empreinte.complete(membre.schema_name) == empreinte.complete(nom)
        schema.supprimer(nom)
        print(f"  stock {autre[-1]:.2f} s, rejeu {notre[-1]:.3f} s", flush=True)
    return notre, autre, cpu, pareil


def main() -> None:
    options = _commun.arguments(__doc__)
    _commun.base("onboarding")
    _commun.registre()
    _commun.embarquer(10)
    stock = _commun.Enfant("bench._stock", "bench._stock")
    n = 5 if options.complet else 3
    notre, autre, cpu, pareil = manche(stock, n, 10)
    ratio = statistics.median(autre) / statistics.median(notre)
    autres: dict[str, Any] = {"n": n, "identique": pareil, "notre_cpu_s": round(statistics.median(cpu), 4)}
    if options.complet:
        duree = _commun.embarquer(500)
        n500, a500, _, pareil500 = manche(stock, n, 500)
        ratio500 = statistics.median(a500) / statistics.median(n500)
        duree += _commun.embarquer(_commun.TOUS + 1)
        autres |= {
            "a_500": round(statistics.median(n500), 4),
            "stock_a_500": round(statistics.median(a500), 4),
            "ratio_a_500": round(ratio500, 2),
            "tous_s": round(duree, 1),
        }
        ratio, pareil = min(ratio, ratio500), pareil and pareil500
    _commun.conclure(
        "onboarding",
        value=statistics.median(notre),
        unit="s/membre",
        reference=statistics.median(autre),
        ratio=ratio,
        goal="≥ 20× stock, empreinte identique",
        tenu=ratio >= 20 and pareil,
        **autres,
    )


if __name__ == "__main__":
    main()
