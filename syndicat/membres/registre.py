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


def _poser(siren: str, nature: str, **champs: Any) -> Collectivite:
    nom = _typo(champs.pop("nom"))
    slug = champs.pop("slug", None) or slug_de(nom)
    objet, _ = Collectivite.objects.update_or_create(
        siren=siren,
        defaults={"nature": nature, "nom": nom, "nom_tri": cle_de_tri(nom), **champs},
        create_defaults={
            "nature": nature,
            "nom": nom,
            "nom_tri": cle_de_tri(nom),
            "slug": slug,
            "schema_name": "m_" + (champs.get("code_insee") or siren),
            **champs,
        },
    )
    return objet


def _rattacher(membre: Collectivite, groupement: Collectivite, genre: str) -> None:
    if not Rattachement.objects.filter(membre=membre, genre=genre, periode__contains=date.today()).exists():  # noqa: DTZ011
        Rattachement.objects.create(
            membre=membre, groupement=groupement, genre=genre, periode=DateRange(DEBUT_PERIODE, None)
        )


@transaction.atomic
def charger(fichier: Path = FICHIER) -> dict[str, int]:
    """Load or refresh the registry; answers the number of collectivités by kind. Nothing is onboarded here."""
    doc = json.loads(fichier.read_text(encoding="utf-8"))
    millesime = doc["millesime"]
    syndicat = _poser(nature=Nature.SYNDICAT, slug=settings.SLUG_SYNDICAT, **doc["syndicat"])
    departement = _poser(
        nature=Nature.DEPARTEMENT,
        slug="departement-de-la-moselle",
        population_millesime=millesime,
        adherent_statutaire=True,
        **doc["departement"],
    )
    _rattacher(departement, syndicat, "syndicat")
    epci: dict[str, Collectivite] = {}
    for ligne in doc["epci"]:
        objet = _poser(population_millesime=millesime, adherent_statutaire=True, **ligne)
        epci[ligne["siren"]] = objet
        _rattacher(objet, syndicat, "syndicat")
    for brute in doc["communes"]:
        ligne = dict(brute)
        parent = epci[ligne.pop("epci")]
        longitude, latitude = ligne.pop("centre")
        commune = _poser(
            nature=Nature.COMMUNE,
            population_millesime=millesime,
            longitude=longitude,
            latitude=latitude,
            **ligne,
        )
        _rattacher(commune, parent, "epci")
    annuaire.invalider()
    return {"syndicat": 1, "departement": 1, "epci": len(epci), "communes": len(doc["communes"])}
