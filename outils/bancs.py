"""``make bench``: run each benchmark given, in turn, and set their last JSON lines in a table.

A benchmark prints one JSON object on its last line: ``{"bench": …, "ratio": …, "reference": …, "ok": …}``.
``ok`` is null when the machine was too busy to say. Exit code 1 when a benchmark crashed, gave no JSON, or
says ``"ok": false``.
"""

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

RACINE = Path(__file__).resolve().parent.parent


def jouer(banc: Path) -> dict[str, Any]:
    """Run one benchmark, its output shown as it comes; its figures, or ``{"panne": …}``."""
    print(f"\n=== {banc.name} (charge {os.getloadavg()[0]:.2f})", flush=True)
    env = os.environ | {"PYTHONPATH": str(RACINE)}
    lignes = []
    with subprocess.Popen(
        [sys.executable, str(banc)], cwd=RACINE, env=env, stdout=subprocess.PIPE, text=True
    ) as enfant:
        assert enfant.stdout is not None
        for ligne in enfant.stdout:
            print(ligne, end="", flush=True)
            lignes.append(ligne.strip())
    if enfant.returncode != 0:
        return {"panne": f"code {enfant.returncode}"}
    for ligne in reversed(lignes):
        if ligne.startswith("{"):
            try:
                lu = json.loads(ligne)
            except json.JSONDecodeError:
                break
            return lu if isinstance(lu, dict) else {"panne": "la ligne JSON n’est pas un objet"}
    return {"panne": "aucune ligne JSON"}


def main(bancs: list[Path]) -> int:
    """Run them all, go on after a failure, print the table."""
    resultats = []
    for banc in bancs:
        debut = time.monotonic()
        resultats.append((banc.stem, jouer(banc), time.monotonic() - debut))
    print(f"\n{'banc':<22} {'verdict':<9} {'ratio':>10} {'référence':>10} {'durée':>8}")
    rates = 0
    for nom, r, duree in resultats:
        rate = "panne" in r or r.get("ok") is False
        rates += rate
        verdict = "PANNE" if "panne" in r else {True: "tenu", False: "MANQUÉ"}.get(r.get("ok"), "indécis")
        ratio, reference = (str(r.get(cle, ""))[:10] for cle in ("ratio", "reference"))
        print(f"{nom:<22} {verdict:<9} {ratio:>10} {reference:>10} {duree:6.1f} s  {r.get('panne', '')}")
    return 1 if rates else 0


if __name__ == "__main__":
    choisis = [Path(a) for a in sys.argv[1:] if Path(a).exists() and not Path(a).name.startswith("_")]
    if not choisis:
        print("Aucun banc de mesure.", file=sys.stderr)
        sys.exit(2)
    sys.exit(main(choisis))
