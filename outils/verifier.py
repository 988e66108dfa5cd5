"""``make check``: every static check, two at a time, each shown with its time; the failures in full at the end."""

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from pathlib import Path

RACINE = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
PROD = {
    # Throwaway values: they only have to be long enough for the deployment checks to be about the settings.
    "DJANGO_SETTINGS_MODULE": "syndicat.settings.prod",
    "SECRET_KEY": "verification-0123456789-abcdefghijklmnopqrstuvwxyz-0123456789-ABCDEF",
    "JOURNAL_CLE": "verification-0123456789-abcdefghijklmnopqrstuvwxyz",
    "DATABASE_URL": "postgresql://syndicat_app:x@127.0.0.1:1/syndicat",
    "DATABASE_URL_PROPRIETAIRE": "postgresql://syndicat_proprietaire:x@127.0.0.1:1/syndicat",
    "REDIS_URL": "redis://127.0.0.1:1/0",
    "SYNDICAT_BASE_URL": "https://syndicat.example",
}
LIGNES = 60  # of a failing check's output: enough to act on
ESSAIS = {"DJANGO_SETTINGS_MODULE": "syndicat.settings.test"}


@dataclass(frozen=True)
class Controle:
    """One check: a name, a command, and what it adds to the environment. ``poids`` orders the long ones first."""

    nom: str
    commande: list[str]
    env: dict[str, str] = field(default_factory=dict)
    poids: int = 0


def gabarits() -> list[str]:
    """Every template of ours, known to git or not yet."""
    sortie = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.html"],
        cwd=RACINE, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    return [f for f in sortie.splitlines() if "/templates/" in f and (RACINE / f).exists()]


def controles() -> list[Controle]:
    """The list, longest first, so that two workers end together."""
    python, manage = sys.executable, [sys.executable, "manage.py"]
    outil = lambda nom: str(BIN / nom)  # noqa: E731
    liste = [
        Controle("mypy", [outil("mypy")], poids=9),
        Controle("check --deploy", [*manage, "check", "--deploy", "--fail-level", "WARNING"], PROD, 5),
        Controle("makemigrations --check", [*manage, "makemigrations", "--check", "--dry-run"], ESSAIS, 5),
        Controle("check (et migrations linéaires)", [*manage, "check", "--fail-level", "WARNING"], ESSAIS, 5),
        Controle("import-linter", [outil("lint-imports")], poids=4),
        Controle("deptry", [outil("deptry"), "syndicat", "apps"], poids=3),
        Controle("ruff check", [outil("ruff"), "check", "."]),
        Controle("ruff format", [outil("ruff"), "format", "--check", "."]),
        Controle("interdits", [python, "outils/interdits.py"]),
    ]
    if fichiers := gabarits():
        liste += [
            Controle("djlint", [outil("djlint"), "--lint", "--quiet", *fichiers], poids=2),
            Controle("djade", [outil("djade"), "--target-version", "5.2", "--check", *fichiers]),
        ]
    return sorted(liste, key=lambda c: -c.poids)


def jouer(controle: Controle) -> tuple[Controle, int, str, float]:
    """Run one check with its output captured."""
    debut = time.monotonic()
    fait = subprocess.run(
        controle.commande,
        cwd=RACINE, env=os.environ | controle.env,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
    )  # fmt: skip
    return controle, fait.returncode, fait.stdout, time.monotonic() - debut


def main() -> int:
    """Run them all; 1 when any fails."""
    debut, echecs = time.monotonic(), []
    with ThreadPoolExecutor(max_workers=max(2, os.cpu_count() or 2)) as bassin:
        for attendu in as_completed([bassin.submit(jouer, c) for c in controles()]):
            controle, code, sortie, secondes = attendu.result()
            print(f"{'ok   ' if code == 0 else 'ÉCHEC'} {controle.nom:<34} {secondes:6.1f} s", flush=True)
            if code != 0:
                echecs.append((controle, sortie))
    for controle, sortie in echecs:
        lignes = sortie.strip().splitlines()
        coupe = [f"… {len(lignes) - LIGNES} lignes de plus"] if len(lignes) > LIGNES else []
        print(f"\n--- {controle.nom} : {' '.join(controle.commande)[:160]}")
        print("\n".join([*lignes[:LIGNES], *coupe]))
    bilan = f"{len(echecs)} contrôle(s) en échec" if echecs else "Tous les contrôles passent"
    print(f"\n{bilan} en {time.monotonic() - debut:.0f} s.")
    return 1 if echecs else 0


if __name__ == "__main__":
    sys.exit(main())
