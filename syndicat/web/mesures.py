"""Figures of the board over every member: from plain rows to sorted lines, classes of the map and sentences. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Membre:
    """A member as the registry knows it; ``groupement`` is its EPCI on the day, or an empty text."""

    slug: str
    nom: str
    nom_tri: str
    nature: str  # "commune", "epci", "departement"
    population: int
    groupement: str
    embarque: bool


@dataclass(frozen=True, slots=True)
class Periode:
    """A service a member has, between two civil days (``fin`` excluded from nothing: the last day counts)."""

    slug: str
    service: str
    debut: date
    fin: date | None

    def au(self, jour: date) -> bool:
        return self.debut <= jour and (self.fin is None or jour <= self.fin)


@dataclass(frozen=True, slots=True)
class Ligne:
    """A row of the table."""

    membre: Membre
    services: frozenset[str]
    valeur: int
    ecart: int

    @property
    def ecart_dit(self) -> str:
        return "=" if self.ecart == 0 else f"{'+' if self.ecart > 0 else '−'}\u00a0{abs(self.ecart)}"


@dataclass(frozen=True, slots=True)
class Classe:
    """A step of the map's scale: its words, how many, its share of the largest (0–100)."""

    code: str
    libelle: str
    nombre: int
    part: float


@dataclass(frozen=True, slots=True)
class Filtres:
    """What the board shows. ``population``: "", "moins-500", "moins-3500", "plus-3500"."""

    nature: str = ""
    population: str = ""
    groupement: str = ""
    service: str = ""
    mots: str = ""

    def garde(self, ligne: Ligne) -> bool:
        m = ligne.membre
        seuils = {
            "moins-500": m.population < 500,
            "moins-3500": m.population < 3500,
            "plus-3500": m.population >= 3500,
        }
        return (
            (not self.nature or m.nature == self.nature)
            and seuils.get(self.population, True)
            and (not self.groupement or m.groupement == self.groupement)
            and (not self.service or self.service in ligne.services)
            and (not self.mots or self.mots in m.nom_tri)
        )


def un_an_avant(jour: date) -> date:
    """The same day a year before; 29 February gives 28."""
    try:
        return jour.replace(year=jour.year - 1)
    except ValueError:
        return jour.replace(year=jour.year - 1, day=28)


def lignes(
    membres: Iterable[Membre], periodes: Iterable[Periode], jour: date, *, mesure: str = "services"
) -> list[Ligne]:
    """One line a member: services in force on the day, and the change over a year.

    ``mesure``: "services" (how many), or the code of one service (1 or 0).
    """
    avant = un_an_avant(jour)
    le_jour: dict[str, set[str]] = {}
    lan_passe: dict[str, set[str]] = {}
    for p in periodes:
        if p.au(jour):
            le_jour.setdefault(p.slug, set()).add(p.service)
        if p.au(avant):
            lan_passe.setdefault(p.slug, set()).add(p.service)

    def compte(services: set[str]) -> int:
        return len(services) if mesure == "services" else int(mesure in services)

    faites = []
    for m in membres:
        ici = le_jour.get(m.slug, set())
        faites.append(
            Ligne(m, frozenset(ici), compte(ici), compte(ici) - compte(lan_passe.get(m.slug, set())))
        )
    return faites


TRIS = {
    "nom": lambda li: (li.membre.nom_tri,),
    "population": lambda li: (li.membre.population, li.membre.nom_tri),
    "valeur": lambda li: (li.valeur, li.membre.population),
    "ecart": lambda li: (li.ecart, li.valeur),
}


def trier(toutes: list[Ligne], tri: str) -> list[Ligne]:
    """By « nom », « -valeur »…; an unknown key falls back to the highest value first."""
    cle = tri.removeprefix("-")
    if cle not in TRIS:
        tri, cle = "-valeur", "valeur"
    return sorted(toutes, key=TRIS[cle], reverse=tri.startswith("-"))


def classe_de(valeur: int, maximum: int) -> str:
    """Step 0–4 of the sequential scale: none, then four equal parts of the maximum."""
    if valeur <= 0:
        return "q0"
    return f"q{min(4, -(-4 * valeur // maximum))}"


def echelle(
    toutes: list[Ligne], maximum: int, mots: tuple[str, str] = ("service", "services")
) -> list[Classe]:
    """The scale that is also the legend: bounds in words, count of members in each step."""
    par_classe: dict[str, list[int]] = {}
    for v in range(maximum + 1):
        par_classe.setdefault(classe_de(v, maximum), []).append(v)
    comptes = {code: sum(1 for li in toutes if classe_de(li.valeur, maximum) == code) for code in par_classe}
    sommet = max(comptes.values(), default=0) or 1
    faites = []
    for code, valeurs in par_classe.items():
        bas, haut = valeurs[0], valeurs[-1]
        if haut == 0:
            libelle = f"Aucun {mots[0]}"
        elif bas == haut:
            libelle = f"{bas} {mots[0] if bas < 2 else mots[1]}"
        else:
            libelle = f"{bas} ou {haut} {mots[1]}" if haut == bas + 1 else f"{bas} à {haut} {mots[1]}"
        faites.append(Classe(code, libelle, comptes[code], round(100 * comptes[code] / sommet, 1)))
    return faites


@dataclass(frozen=True, slots=True)
class Synthese:
    """Four figures, each explained on the page."""

    moyenne: float
    moyenne_avant: float
    au_moins_un: int
    aucun: int
    adhesions: int
    part: int


def synthese(toutes: list[Ligne]) -> Synthese:
    """Figures over the lines shown."""
    n = len(toutes) or 1
    total = sum(li.valeur for li in toutes)
    avant = sum(li.valeur - li.ecart for li in toutes)
    utilisent = sum(1 for li in toutes if li.valeur)
    return Synthese(
        total / n, avant / n, utilisent, len(toutes) - utilisent, total - avant, round(100 * utilisent / n)
    )


def par_nature(toutes: Iterable[Ligne]) -> Mapping[str, int]:
    """How many of each kind."""
    comptes: dict[str, int] = {}
    for li in toutes:
        comptes[li.membre.nature] = comptes.get(li.membre.nature, 0) + 1
    return comptes
