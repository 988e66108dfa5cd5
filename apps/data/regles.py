"""Pure rules of publication: detection of personal data, cells safe to open in a spreadsheet. No ORM."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

_COURRIEL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_TELEPHONE = re.compile(r"(?<![\d.])(?:(?:\+|00)33[ .-]?(?:\(0\))?|0)[1-9](?:[ .-]?\d{2}){4}(?![\d.])")
_NIR = re.compile(
    r"(?<!\w)([1-478])[ .]?(\d{2})[ .]?(\d{2})[ .]?(2[AB]|\d{2})[ .]?(\d{3})[ .]?(\d{3})[ .]?(\d{2})(?!\w)",
    re.IGNORECASE,
)

#: What is found, in the words of the page that explains a refusal.
LIBELLES = {
    "courriel": "une adresse électronique",
    "telephone": "un numéro de téléphone",
    "nir": "un numéro de sécurité sociale",
}


@dataclass(frozen=True, slots=True)
class Constat:
    """A column that holds personal data. Never the value itself."""

    colonne: str
    genre: str
    lignes: int

    def __str__(self) -> str:
        return f"{LIBELLES[self.genre]} dans « {self.colonne} » ({self.lignes} ligne{'s' if self.lignes > 1 else ''})"


def cle_nir(treize: str) -> int:
    """Key of a NIR: 97 − (number mod 97); Corsica's 2A and 2B count as 19 and 18 (arrêté du 20 décembre 1985)."""
    return 97 - int(treize.upper().replace("2A", "19").replace("2B", "18")) % 97


def contient_nir(texte: str) -> bool:
    """True where a number of social security with a right key stands in the text."""
    return any(
        cle_nir("".join(trouve.groups()[:6])) == int(trouve.group(7)) for trouve in _NIR.finditer(texte)
    )


def genres_personnels(valeur: object) -> set[str]:
    """Kinds of personal data found in one cell. A number is read as text: a NIR may come typed as an integer."""
    if valeur is None or isinstance(valeur, bool | float):
        return set()
    texte = str(valeur)
    genres = set()
    if "@" in texte and _COURRIEL.search(texte):
        genres.add("courriel")
    if len(texte) < 9:
        return genres
    if _TELEPHONE.search(texte):
        genres.add("telephone")
    if contient_nir(texte):
        genres.add("nir")
    return genres


class Detecteur:
    """Counts, column by column, the rows that hold personal data while they are read once."""

    def __init__(self, colonnes: Sequence[str]) -> None:
        self._colonnes = list(colonnes)
        self._comptes: dict[tuple[str, str], int] = {}

    def lire(self, ligne: Mapping[str, object]) -> None:
        """Look at one row."""
        for colonne in self._colonnes:
            for genre in genres_personnels(ligne.get(colonne)):
                cle = (colonne, genre)
                self._comptes[cle] = self._comptes.get(cle, 0) + 1

    def constats(self) -> list[Constat]:
        """What was found, in the order of the columns."""
        ordre = {nom: i for i, nom in enumerate(self._colonnes)}
        return [
            Constat(colonne, genre, n)
            for (colonne, genre), n in sorted(self._comptes.items(), key=lambda c: (ordre[c[0][0]], c[0][1]))
        ]


def motif_de_refus(constats: Iterable[Constat]) -> str:
    """Sentence shown to the agent: « Données personnelles trouvées : … »."""
    trouves = "\u202f; ".join(str(c) for c in constats)
    return f"Données personnelles trouvées\u00a0: {trouves}." if trouves else ""


_FORMULE = ("=", "+", "-", "@", "\t", "\r")
_NOMBRE = re.compile(r"^[+-]?\d+(?:[.,]\d+)?$")


def cellule_sure(texte: str) -> str:
    """A text cell that no spreadsheet runs as a formula; negative numbers are left as they are."""
    if texte.startswith(_FORMULE) and not _NOMBRE.match(texte):
        return "'" + texte
    return texte
