"""Reading: what the pages show, each in a constant number of queries."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Prefetch

from apps.grc import regles
from apps.grc.enums import ASPECT, Etat, GenreEvenement, GenreMessage, Moderation
from apps.grc.models import Categorie, Evenement, Photo, Signalement
from syndicat.fichiers import service as fichiers
from syndicat.web import francais

PHOTOS_PUBLIQUES = Prefetch(
    "photos",
    queryset=Photo.objects.filter(moderation=Moderation.PUBLIEE).select_related("fichier"),
    to_attr="photos_publiques",
)


def categories_actives() -> list[Categorie]:
    """Categories a citizen may choose."""
    return list(Categorie.objects.filter(active=True))


@dataclass(frozen=True)
class Proche:
    """A report near a place."""

    signalement: Signalement
    distance: int
    photo: str = ""


def proches_de(lignes: Iterable[Signalement], lon: float, lat: float, metres: float) -> list[Proche]:
    """Those within the circle, nearest first; distances rounded to ten metres."""
    trouves = []
    for s in lignes:
        d = regles.distance_m(lon, lat, s.longitude, s.latitude)
        if d <= metres:
            trouves.append(Proche(s, max(10, round(d, -1).__int__()), url_photo_publique(s)))
    return sorted(trouves, key=lambda p: p.distance)


def url_photo_publique(s: Signalement, variante: str = "vignette") -> str:
    """Address of the first moderated photo, when prefetched as ``photos_publiques``."""
    photos: list[Photo] = getattr(s, "photos_publiques", [])
    return fichiers.url(photos[0].fichier, variante) if photos else ""


def semblables(categorie: Categorie, lon: float, lat: float) -> list[Proche]:
    """Open public reports of one category within fifty metres: at most three."""
    lignes = (
        Signalement.objects.publics()
        .ouverts()
        .filter(categorie=categorie)
        .pres_de(lon, lat, regles.RAYON_DOUBLON_M)
        .select_related("categorie")
        .avec_suivis()
        .prefetch_related(PHOTOS_PUBLIQUES)
    )
    return proches_de(lignes, lon, lat, regles.RAYON_DOUBLON_M)[:3]


# --- Frises ------------------------------------------------------------------------------------------

_MOTS_PUBLICS: dict[str, str] = {
    GenreEvenement.RECU: "Reçu",
    GenreEvenement.REPONDU: "Réponse",
    GenreEvenement.PREVU: "Intervention prévue",
    GenreEvenement.RESOLU: "Résolu",
    GenreEvenement.SANS_SUITE: "Clos sans suite",
    GenreEvenement.ROUVERT: "Rouvert",
    GenreEvenement.REGROUPE: "Rejoint un signalement voisin",
}
_ICONES: dict[str, str] = {
    GenreEvenement.RECU: "signaler",
    GenreEvenement.LU: "oeil",
    GenreEvenement.ATTRIBUE: "gens",
    GenreEvenement.REPONDU: "reponse",
    GenreEvenement.NOTE: "note",
    GenreEvenement.PREVU: "agenda",
    GenreEvenement.RESOLU: "coche",
    GenreEvenement.SANS_SUITE: "stop",
    GenreEvenement.ROUVERT: "recommencer",
    GenreEvenement.REGROUPE: "lien",
    GenreEvenement.SUIVI: "gens",
    GenreEvenement.MODERE: "oeil",
    GenreEvenement.PREVENU: "lettre",
    GenreEvenement.AVIS: "etoile",
    GenreEvenement.EFFACE: "bouclier",
}


def quand(moment: datetime) -> str:
    """« mardi 24 novembre, 13 h 48 »."""
    return f"{francais.jour(moment)}, {francais.heure(moment)}"


def frise_publique(s: Signalement) -> list[dict[str, Any]]:
    """The timeline of the citizen and of everyone, the latest first: no name of an agent, no note, no contact."""
    etapes = []
    for e in s.evenements.publics().select_related("message").order_by("-at", "-pk"):
        if e.genre == GenreEvenement.LU:
            titre = f"Lu par {s.categorie.equipe}"
        elif e.genre == GenreEvenement.PREVU and e.le:
            titre = f"Intervention prévue {francais.jour(e.le)}"
        else:
            titre = _MOTS_PUBLICS.get(e.genre, e.get_genre_display())
        texte = e.message.texte if e.message is not None and e.message.genre == GenreMessage.REPONSE else ""
        etapes.append(
            {
                "titre": titre,
                "quand": quand(e.at),
                "iso": e.at.isoformat(),
                "texte": texte,
                "bulle": "nous",
                "icone": _ICONES.get(e.genre, "horloge"),
                "genre": "ok" if e.genre == GenreEvenement.RESOLU else "",
            }
        )
    return etapes


def frise_interne(
    s: Signalement, evenements: Iterable[Evenement], noms: dict[int, str]
) -> list[dict[str, Any]]:
    """The timeline of agents, oldest first: who did what, notes included."""
    etapes = []
    for e in evenements:
        qui = noms.get(e.auteur_id or 0, "")
        titre = str(e.get_genre_display())
        if e.genre == GenreEvenement.ATTRIBUE:
            titre = f"Confié à {noms.get(e.cible_id or 0, 'un agent')}"
        elif e.genre == GenreEvenement.PREVU and e.le:
            titre = f"Intervention prévue {francais.jour(e.le)}"
        elif e.genre in (GenreEvenement.LU, GenreEvenement.RECU):
            continue
        etapes.append(
            {
                "titre": titre,
                "qui": ", ".join(m for m in (qui, e.precision) if m),
                "quand": quand(e.at),
                "iso": e.at.isoformat(),
                "texte": e.message.texte if e.message is not None else "",
                "bulle": "note" if e.genre == GenreEvenement.NOTE else "nous",
                "icone": _ICONES.get(e.genre, "horloge"),
                "genre": "ok" if e.genre == GenreEvenement.RESOLU else "",
            }
        )
    return etapes


def badge(etat: str) -> tuple[str, str, str]:
    """(words, level, icon) of a state."""
    niveau, icone = ASPECT[etat]
    return str(Etat(etat).label), niveau, icone
