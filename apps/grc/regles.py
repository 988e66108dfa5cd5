"""Rules of the signalement: codes, delays, masking, neighbours, anonymisation. Pure functions, no ORM, no request."""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from math import asin, cos, radians, sin, sqrt
from typing import Any
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")
#: No vowel (no word by accident), nothing that is read two ways (0 O, 1 I L).
ALPHABET = "23456789BCDFGHJKMNPQRSTVWXYZ"
RAYON_DOUBLON_M = 50
CONSERVATION_CONTACT_JOURS = 365
CONSERVATION_BROUILLON_JOURS = 7
PHOTO_MAX_OCTETS = 20_000_000
SEUIL_CELLULE = 3

# --- Code public -----------------------------------------------------------------------------------


def initiales_de(nom: str) -> str:
    """Two letters that recall the collectivité, unambiguous: « Hettange-Grande » → HG, « Rodemack » → RD."""
    plat = unicodedata.normalize("NFKD", nom).encode("ascii", "ignore").decode().upper()
    mots = [[c for c in mot if c in ALPHABET and c.isalpha()] for mot in re.split(r"[^A-Z]+", plat)]
    mots = [m for m in mots if m]
    lettres = [m[0] for m in mots[:2]] if len(mots) > 1 else [c for m in mots for c in m][:2]
    return ("".join(lettres) + "XX")[:2]


def composer_code(nom: str, tirer: Callable[[str], str]) -> str:
    """« HG57-K3M9 »: initials, then six characters drawn by ``tirer`` (28⁶ ≈ 480 million, never a sequence)."""
    suite = "".join(tirer(ALPHABET) for _ in range(6))
    return f"{initiales_de(nom)}{suite[:2]}-{suite[2:]}"


def normaliser_code(saisi: str) -> str:
    """What a person types back to the stored form: case, spaces and hyphens are forgiven. Empty if impossible."""
    brut = re.sub(r"[^0-9A-Z]", "", saisi.upper())
    if len(brut) != 8 or any(c not in ALPHABET for c in brut):
        return ""
    return f"{brut[:4]}-{brut[4:]}"


# --- Délais ----------------------------------------------------------------------------------------


def promesse(recu: datetime, jours: int) -> date:
    """The civil day (Paris) before whose end the promise is to be kept: date of reception plus calendar days."""
    return recu.astimezone(PARIS).date() + timedelta(days=jours)


def debut_de_journee(jour: date) -> datetime:
    """Midnight of a civil day in Paris."""
    return datetime.combine(jour, time(), tzinfo=PARIS)


def fin_de_journee(jour: date) -> datetime:
    """The last moment of a civil day in Paris."""
    return datetime.combine(jour + timedelta(days=1), time(), tzinfo=PARIS)


def part_ecoulee(recu: datetime, avant: date, maintenant: datetime) -> int:
    """Share of the delay already spent, 0 to 100."""
    total = (fin_de_journee(avant) - recu).total_seconds()
    passe = (maintenant - recu).total_seconds()
    return 100 if total <= 0 else max(0, min(100, round(100 * passe / total)))


def reste_en_mots(avant: date, aujourd_hui: date) -> str:
    """« 2 jours », « demain », « ce soir », « retard de 3 jours »."""
    ecart = (avant - aujourd_hui).days
    if ecart > 1:
        return f"{ecart} jours"
    if ecart == 1:
        return "demain"
    if ecart == 0:
        return "ce soir"
    return f"retard de {-ecart} jour{'s' if ecart < -1 else ''}"


def duree_en_jours(debut: datetime, fin: datetime) -> float:
    """Days between two moments, with one decimal."""
    return round((fin - debut).total_seconds() / 86400, 1)


# --- Masquage avant relecture ----------------------------------------------------------------------

MASQUE = "[masqué]"
_COURRIEL = re.compile(r"[\w.+%-]+\s?(?:@|\(at\)|\[at\])\s?[\w-]+(?:\.[\w-]+)+", re.IGNORECASE)
_PLAQUE = re.compile(
    r"(?<![0-9A-Za-z])(?:[A-HJ-NP-TV-Z]{2}[ -]?\d{3}[ -]?[A-HJ-NP-TV-Z]{2}|\d{1,4}[ -]?[A-Z]{1,3}[ -]?(?:0[1-9]|[1-8]\d|9[0-5]|2[AB]|97\d))"
    r"(?![0-9A-Za-z])",
    re.IGNORECASE,
)
_TELEPHONE = re.compile(
    r"(?<![\w+])(?:\+|00)\s?\d{1,3}(?:[\s.\-/()]*\d){6,12}(?!\d)|(?<!\d)0(?:[\s.\-/]*\d){9}(?!\d)|(?<!\d)\d{2}(?:[ .\-/]\d{2}){2,4}(?!\d)"
)
_NOM = re.compile(
    r"\b(M\.|Mr|MM\.|Mme|Mlle|Monsieur|Madame|Mademoiselle|Messieurs|Docteur|Dr|famille|Famille)((?:\s+(?:(?:de|du|des|la|le|et)\s+)*"
    r"[A-ZÀ-ÖØ-Þ][\w’'-]*){1,3})"
)
#: « Monsieur le Maire » names a function, not a person.
_FONCTIONS = frozenset({"maire", "adjoint", "adjointe", "président", "présidente", "préfet", "préfète"})


def _masquer_nom(trouve: re.Match[str]) -> str:
    mots = trouve.group(2).split()
    if any(m.lower() in _FONCTIONS for m in mots):
        return trouve.group(0)
    return f"{trouve.group(1)} {MASQUE}"


def masquer(texte: str) -> str:
    """The text as strangers may read it before an agent has: e-mails, phones, plates and named persons hidden.

    Idempotent. It hides too much rather than too little (a figure written like a phone number goes too).
    """
    for motif in (_COURRIEL, _TELEPHONE, _PLAQUE):
        texte = motif.sub(MASQUE, texte)
    return _NOM.sub(_masquer_nom, texte)


def lieu_public(adresse: str) -> str:
    """The street without its number, masked: « 12 bis, rue de la Gare » → « Rue de la Gare »."""
    lieu = masquer(adresse.strip())
    lieu = re.sub(
        r"^(?:(?:devant|face|près|au|à|le|du|en)\s+(?:du\s+|au\s+|le\s+)?)?\d+\s*(?:bis|ter|quater)?\s*,?\s+",
        "",
        lieu,
        flags=re.I,
    )
    return lieu[:1].upper() + lieu[1:]


# --- De quoi s'agit-il ? ---------------------------------------------------------------------------


@dataclass(frozen=True)
class Suggestion:
    """A category guessed from words, and a title from a closed list (nothing the person typed)."""

    categorie: str
    titre: str


_MOTS: tuple[tuple[str, str, str], ...] = (
    (r"nid[s-]* ?de[ -]?poule|\btrous?\b", "chaussee", "Nid-de-poule"),
    (r"trottoir|bordure|pave", "chaussee", "Trottoir abîmé"),
    (
        r"lampadaire|lampe|eclairage|ampoule|candelabre|reverbere|luminaire|\bnoir\b",
        "eclairage",
        "Lampadaire en panne",
    ),
    (r"encombrant|matelas|depot sauvage|gravat|pneu|canape", "dechets", "Dépôt sauvage"),
    (r"poubelle|\bbacs?\b|benne|verre|conteneur", "dechets", "Bac ou conteneur à voir"),
    (r"dechet|ordure|sale|crotte|detritus", "dechets", "Déchets sur la voie"),
    (r"\bfeux?\b", "panneaux", "Feu en panne"),
    (r"panneau|signalisation|marquage|passage pieton|miroir", "panneaux", "Panneau ou marquage abîmé"),
    (r"branche|arbre|tronc|racine", "espaces_verts", "Arbre ou branche"),
    (r"haie|herbe|buisson|pelouse|massif|tonte|jeux?\b|\bbanc", "espaces_verts", "Espace vert à entretenir"),
    (r"chaussee|route|goudron|plaque d.egout|grille", "chaussee", "Chaussée abîmée"),
    (r"mur|tag|graffiti", "autre", "Tag ou mur abîmé"),
    (r"fuite|\beau\b|inond", "autre", "Fuite d’eau"),
)


def sans_accents(texte: str) -> str:
    """Lower case, no accent: for matching only."""
    return unicodedata.normalize("NFKD", texte.replace("œ", "oe")).encode("ascii", "ignore").decode().lower()


def suggerer(texte: str) -> Suggestion | None:
    """The first category the words recall, or None."""
    plat = sans_accents(texte)
    for motif, categorie, titre in _MOTS:
        if re.search(motif, plat):
            return Suggestion(categorie=categorie, titre=titre)
    return None


def titre_pour(categorie: str, titre_categorie: str, description: str) -> str:
    """A title without a word of the person: the closed list where it agrees with the chosen category."""
    propose = suggerer(description)
    return propose.titre if propose is not None and propose.categorie == categorie else titre_categorie


# --- Voisins et positions --------------------------------------------------------------------------


def distance_m(lon1: float, lat1: float, lon2: float, lat2: float) -> float:
    """Metres between two WGS 84 points (haversine, R = 6 371 km)."""
    dlat, dlon = radians(lat2 - lat1), radians(lon2 - lon1)
    a = sin(dlat / 2) ** 2 + cos(radians(lat1)) * cos(radians(lat2)) * sin(dlon / 2) ** 2
    return 2 * 6_371_000 * asin(min(1, sqrt(a)))


def boite(lon: float, lat: float, metres: float) -> tuple[float, float, float, float]:
    """West, south, east, north of a box that holds the circle: the indexed first filter."""
    dlat = metres / 111_000
    dlon = dlat / max(0.1, cos(radians(lat)))
    return lon - dlon, lat - dlat, lon + dlon, lat + dlat


def carreau(lon: float, lat: float, emprise: Sequence[float]) -> str:
    """« C6 »: square of about a kilometre in the commune's grid, letters west to east, numbers north to south."""
    ouest, _, _, nord = emprise
    colonne = int((lon - ouest) * 111.32 * cos(radians(lat)))
    rang = int((nord - lat) * 111.0)
    if colonne < 0 or rang < 0 or colonne > 25:
        return ""
    return f"{chr(65 + colonne)}{rang + 1}"


def arrondir(lon: float, lat: float) -> tuple[float, float]:
    """Position for open data: centre of a cell of 0.01° (about 730 × 1 100 m in Moselle)."""
    pas = 0.01
    return tuple(round((int(v / pas) + 0.5) * pas, 4) for v in (lon, lat))  # type: ignore[return-value]


def proteger_cellules(
    lignes: Iterable[dict[str, Any]], *, seuil: int = SEUIL_CELLULE
) -> Iterator[dict[str, Any]]:
    """Blank the position of rows that are fewer than ``seuil`` in their (month, category, cell): no small cell leaks."""
    toutes = list(lignes)

    def cellule(ligne: dict[str, Any]) -> tuple[Any, ...]:
        return (ligne["mois"], ligne["categorie"], ligne["longitude"], ligne["latitude"])

    effectifs = Counter(cellule(ligne) for ligne in toutes)
    for ligne in toutes:
        rare = effectifs[cellule(ligne)] < seuil
        yield {**ligne, "longitude": None, "latitude": None} if rare else ligne


# --- Phrases ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Semaine:
    """Figures of a period: received, solved, mean delay in days of those solved (None: none solved)."""

    recus: int
    resolus: int
    delai_moyen: float | None


def phrase_de(semaine: Semaine) -> tuple[str, str]:
    """(strong part, rest) of the cockpit's tile."""
    if not semaine.recus and not semaine.resolus:
        return "Rien à signaler", "cette semaine."
    recus = f"{semaine.recus} signalement{'s' if semaine.recus > 1 else ''},"
    reste = f"{semaine.resolus} résolu{'s' if semaine.resolus > 1 else ''}."
    if semaine.delai_moyen is not None:
        jours = f"{semaine.delai_moyen:.1f}".replace(".", ",").removesuffix(",0")
        reste += f" Délai moyen {jours} jour{'s' if semaine.delai_moyen >= 2 else ''}."
    return recus, reste
