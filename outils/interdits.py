"""What no off-the-shelf linter knows to refuse here. One line a finding, exit code 1 when there is any.

``with tenant:``
    django-tenants keeps the previous tenant on the class: under five threads 96 of 250 exits landed in the
    wrong schema. ``syndicat.socle.contexte`` is the way in.
"""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

RACINE = Path(__file__).resolve().parent.parent
LOCATAIRES = {
    "tenant",
    "locataire",
    "collectivite",
    "collectivites",
    "membre",
    "commune",
    "epci",
    "departement",
    "syndicat",
}


def entrees_de_locataire(arbre: ast.AST) -> Iterator[int]:
    """Lines of ``with x:`` where ``x`` is a bare name or attribute that holds a collectivité."""
    for noeud in ast.walk(arbre):
        if isinstance(noeud, ast.With | ast.AsyncWith):
            for element in noeud.items:
                expression = element.context_expr
                nom = getattr(expression, "id", None) or getattr(expression, "attr", None)
                if nom and any(
                    nom == n or nom.endswith(f"_{n}") or nom.startswith(f"{n}_") for n in LOCATAIRES
                ):
                    yield noeud.lineno


def fichiers() -> list[Path]:
    """Python files of ours, known to git or not yet."""
    sortie = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.py"],
        cwd=RACINE, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    return [chemin for f in sortie.splitlines() if (chemin := RACINE / f).exists()]


def main(chemins: list[Path]) -> int:
    """Print the findings of ``chemins``; 1 when there is any."""
    trouvailles = [
        f"{chemin}:{ligne}: « with tenant: » de django-tenants n’est pas sûr entre fils : "
        "passez par syndicat.socle.contexte"
        for chemin in chemins
        for ligne in entrees_de_locataire(ast.parse(chemin.read_text(encoding="utf-8"), str(chemin)))
    ]
    print("\n".join(trouvailles) or "rien d’interdit")
    return 1 if trouvailles else 0


if __name__ == "__main__":
    sys.exit(main([Path(a) for a in sys.argv[1:]] or fichiers()))
