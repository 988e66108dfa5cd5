"""What themes hand to the shell: a tile of the cockpit, a block of the portal, a layer of the map, an alert.

The manifest names functions; the shell calls them and draws. A function that has nothing to say returns None.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Tuile:
    """One service in one sentence: ``fort`` is read first, in bold; ``serie`` its last seven weeks."""

    titre: str
    icone: str
    phrase: str
    url: str = ""
    lien: str = "Voir"
    serie: tuple[float, ...] = ()
    etat: str = ""
    fort: str = ""
    ordre: int = 50


@dataclass(frozen=True, slots=True)
class Bloc:
    """A part of the portal's home. ``zone``: "porte" (one of the three doors), "alerte", "demande", "large", "actualites",
    "agenda", "service" (a line of « Tous les services »)."""

    gabarit: str
    contexte: Mapping[str, Any] = field(default_factory=dict)
    ordre: int = 50
    zone: str = "large"


@dataclass(frozen=True, slots=True)
class Geste:
    """What can be done straight from a row of « À décider »: a small form of the theme's own template.

    ``Manifest.gestes`` names functions ``(acteur, lignes) -> {(service, uuid, kind): Geste}``, asked once a page.
    """

    gabarit: str
    contexte: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Porte:
    """A door of the portal's home, or a line of « Tous les services »."""

    titre: str
    phrase: str
    url: str
    icone: str
    ordre: int = 50
    mots: str = ""  # other words people type for it, for the search
    groupe: str = "Démarches"


@dataclass(frozen=True, slots=True)
class Point:
    """A place on the map and the words that say it beside the map."""

    longitude: float
    latitude: float
    titre: str
    precision: str = ""
    url: str = ""
    clos: bool = False
    a_regarder: bool = False


@dataclass(frozen=True, slots=True)
class Couche:
    """A layer of the cockpit's map. ``forme``: triangle, rond, carre, croix (never the colour alone)."""

    code: str
    nom: str
    points: Sequence[Point]
    forme: str = "rond"
    sens: str = "accent"
