"""Finding the themes: one folder of ``apps/`` is one service. Used by the settings, so no Django here."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Themes:
    """Dotted application names: ``communes`` live in the shared schema, ``membres`` in each member's."""

    communes: tuple[str, ...]
    membres: tuple[str, ...]


def _declare_commun(fichier: Path) -> bool:
    """True where the theme's own ServiceConfig says ``schema = "commun"``."""
    lignes = (ligne.strip().replace("'", '"') for ligne in fichier.read_text(encoding="utf-8").splitlines())
    return any(ligne.startswith("schema") and ligne.endswith('= "commun"') for ligne in lignes)


def apps_des_themes(dossier: Path, *, paquet: str = "apps") -> Themes:
    """Read ``<dossier>/*/apps.py`` and ``<dossier>/*/commun/apps.py`` in alphabetical order."""
    communes: list[str] = []
    membres: list[str] = []
    for fichier in sorted(dossier.glob("*/apps.py")):
        nom = f"{paquet}.{fichier.parent.name}"
        (communes if _declare_commun(fichier) else membres).append(nom)
        if (fichier.parent / "commun" / "apps.py").exists():
            communes.append(f"{nom}.commun")
    return Themes(communes=tuple(communes), membres=tuple(membres))
