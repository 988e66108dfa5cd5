"""Loading the registry from the shipped data file: idempotent, one transaction, facts only."""

import json
import re
import unicodedata
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import timezone

from syndicat.membres import annuaire
from syndicat.membres.enums import Nature
from syndicat.membres.models import Collectivite, Rattachement

FICHIER = Path(__file__).parent / "donnees" / "membres-57.json"
DEBUT_PERIODE = date(2020, 1, 1)


def sans_accents(texte: str) -> str:
    """ASCII lower case without accents or ligatures (the key of French sorting and of host names)."""
    texte = texte.replace("œ", "oe").replace("Œ", "Oe").replace("æ", "ae")
    return unicodedata.normalize("NFKD", texte).encode("ascii", "ignore").decode().lower()


def slug_de(nom: str) -> str:
    """Host name of a collectivité: « Hettange-Grande » → ``hettange-grande``."""
    return re.sub(r"[^a-z0-9]+", "-", sans_accents(nom.replace("’", "-").replace("'", "-"))).strip("-")[:62]


def cle_de_tri(nom: str) -> str:
    """French sorting key: no accent, case, apostrophe or hyphen decides first."""
    return re.sub(r"[^a-z0-9]+", " ", sans_accents(nom)).strip()[:120]


def _typo(nom: str) -> str:
    return nom.replace("'", "’")


#: What a new load may change of a known collectivité; its host name and schema stay.
_RAFRAICHIS = (
    "nom",
    "nom_tri",
    "nature",
    "population_totale",
    "population_municipale",
    "population_millesime",
    "codes_postaux",
    "longitude",
    "latitude",
    "emprise",
    "adherent_statutaire",
    "code_insee",
)


def _fiche(siren: str, nature: str, nom: str, slug: str = "", **champs: Any) -> Collectivite:
    """One unsaved line of the registry."""
    nom = _typo(nom)
    return Collectivite(
        siren=siren,
        nature=nature,
        nom=nom,
        nom_tri=cle_de_tri(nom),
        slug=slug or slug_de(nom),
        schema_name="m_" + (champs.get("code_insee") or siren),
        **champs,
    )


def _rattacher(liens: list[tuple[str, str, str]]) -> None:
    """Open the memberships (member's SIREN, group's SIREN, kind) that are not in force today."""
    aujourd_hui = timezone.localdate()
    cles = dict(Collectivite.objects.values_list("siren", "pk"))
    en_vigueur = set(
        Rattachement.objects.filter(Rattachement.au(aujourd_hui)).values_list("membre_id", "genre")
    )
    Rattachement.objects.bulk_create(
        Rattachement(
            membre_id=cles[membre],
            groupement_id=cles[groupement],
            genre=genre,
            periode=DateRange(DEBUT_PERIODE, None),
        )
        for membre, groupement, genre in liens
        if (cles[membre], genre) not in en_vigueur
    )


@transaction.atomic
def charger(fichier: Path = FICHIER) -> dict[str, int]:
    """Load or refresh the registry; answers the number of collectivités by kind. Nothing is onboarded here."""
    doc = json.loads(fichier.read_text(encoding="utf-8"))
    commun = {"population_millesime": doc["millesime"]}
    syndicat = doc["syndicat"]["siren"]
    fiches = [
        _fiche(nature=Nature.SYNDICAT, slug=settings.SLUG_SYNDICAT, **doc["syndicat"]),
        _fiche(
            nature=Nature.DEPARTEMENT,
            slug="departement-de-la-moselle",
            adherent_statutaire=True,
            **commun,
            **doc["departement"],
        ),
    ]
    liens = [(doc["departement"]["siren"], syndicat, "syndicat")]
    for ligne in doc["epci"]:
        fiches.append(_fiche(adherent_statutaire=True, **commun, **ligne))
        liens.append((ligne["siren"], syndicat, "syndicat"))
    for brute in doc["communes"]:
        ligne = dict(brute)
        liens.append((ligne["siren"], ligne.pop("epci"), "epci"))
        longitude, latitude = ligne.pop("centre")
        fiches.append(
            _fiche(nature=Nature.COMMUNE, longitude=longitude, latitude=latitude, **commun, **ligne)
        )
    Collectivite.objects.bulk_create(
        fiches, update_conflicts=True, unique_fields=["siren"], update_fields=_RAFRAICHIS
    )
    _rattacher(liens)
    annuaire.invalider()
    return {"syndicat": 1, "departement": 1, "epci": len(doc["epci"]), "communes": len(doc["communes"])}
