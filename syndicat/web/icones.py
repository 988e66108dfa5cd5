"""Names of icons: French words of ``assets/icones.json``, or a bootstrap-icons name."""

import json
from functools import cache
from pathlib import Path

_FICHIER = Path(__file__).parent / "assets" / "icones.json"


@cache
def alias() -> dict[str, str]:
    """French name → bootstrap-icons name."""
    lu: dict[str, str] = json.loads(_FICHIER.read_text(encoding="utf-8"))
    return lu


def identifiant(nom: str) -> str:
    """Identifier of the symbol in the sprite: the French name, or ``bi-<name>`` for a bootstrap-icons name."""
    return nom if nom in alias() or nom.startswith("bi-") else f"bi-{nom}"
