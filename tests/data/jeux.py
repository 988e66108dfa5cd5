"""Published data sets for the tests, written through the index itself."""

import hashlib
from datetime import UTC, datetime
from typing import Any

from apps.data.commun.models import Distribution, EtatJeu, JeuDeDonnees, Ligne
from apps.data.formats import ECRIVAINS, formats_de

COLONNES = [
    ["categorie", "string", "Ce qui est signalé"],
    ["etat", "string", ""],
    ["longitude", "number", ""],
    ["latitude", "number", ""],
]
LE = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)


def jeu_publie(
    flux: str = "grc.signalements", n: int = 3, etat: str = EtatJeu.PUBLIE, **champs: Any
) -> JeuDeDonnees:
    """A data set of the collectivité in scope with ``n`` rows and true sizes and digests."""
    valeurs = {
        "titre": "Signalements des habitants",
        "description": 'Signalements « anonymisés »\nde l’espace public, sans "nom".',
        "mots_cles": ["signalement", "espace public"],
        "emprise": [6.13, 49.38, 6.2, 49.43],
        "contact_nom": "Mairie",
        "contact_courriel": "mairie@exemple.fr",
        "colonnes": COLONNES,
        "geo": ["longitude", "latitude"],
        "version": 1,
        "nb_lignes": n,
        "modified_at": LE,
        "verifie_at": LE,
        "publie_at": LE,
        **champs,
    }
    jeu = JeuDeDonnees.objects.create(flux=flux, etat=etat, **valeurs)
    lignes = [[f"lampe {i}", "résolu", 6.1 + i / 1000, 49.4] for i in range(n)]
    Ligne.objects.bulk_create(Ligne(jeu=jeu, version=1, rang=i, valeurs=v) for i, v in enumerate(lignes))
    for format_ in formats_de(jeu.geo):
        e = ECRIVAINS[format_](jeu.colonnes, jeu.geo)
        octets = e.debut() + e.lignes(lignes, premieres=True) + e.fin()
        Distribution.objects.create(
            jeu=jeu,
            format=format_,
            octets=len(octets),
            sha256=hashlib.sha256(octets).hexdigest(),
            modified_at=LE,
        )
    return jeu
