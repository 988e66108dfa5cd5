"""Canaries: what belongs to one member and must never be seen at another's.

The themes' own demo data fills both members from the same seed, so that primary keys collide; then every free
text of each member's rows is stamped with its name, and every UUID of its rows is remembered.
"""

import random
import uuid
from collections import defaultdict
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import DatabaseError, models, transaction
from django.db.models import Value
from django.db.models.functions import Concat
from django.utils.module_loading import import_string

from syndicat.membres.models import Collectivite
from syndicat.socle import contexte
from syndicat.socle.manifest import manifests
from syndicat.socle.partage import DeMembre

TEXTES_LIBRES = (
    "description",
    "texte",
    "titre",
    "contenu",
    "message",
    "motif",
    "note",
    "corps",
    "libelle_libre",
)


def marque(membre: Collectivite) -> str:
    """The string planted in the texts of a member."""
    return f"CANARI{membre.code_insee or membre.siren}"


def modeles_des_membres() -> list[type[models.Model]]:
    """Models whose rows belong to one member: its schema's, and the shared tables with a collectivité."""
    trouves: list[type[models.Model]] = []
    for config in apps.get_app_configs():
        du_membre = config.name in settings.TENANT_APPS and config.name not in settings.SHARED_APPS
        trouves += [
            m for m in config.get_models() if m._meta.managed and (du_membre or issubclass(m, DeMembre))
        ]
    return trouves


def peupler(membre: Collectivite) -> None:
    """The demo data of every theme, from one seed."""
    with contexte.dans(membre) as portee:
        for m in manifests():
            if m.demo:
                import_string(m.demo)(portee, random.Random(57))


def tamponner(membre: Collectivite) -> int:
    """Stamp the free texts of a member; answers how many columns took the stamp."""
    pris = 0
    with contexte.dans(membre):
        for modele in modeles_des_membres():
            for champ in modele._meta.concrete_fields:
                if (
                    champ.name not in TEXTES_LIBRES
                    or champ.choices
                    or not isinstance(champ, models.CharField | models.TextField)
                ):
                    continue
                try:
                    with transaction.atomic():
                        modele._default_manager.update(
                            **{champ.name: Concat(champ.name, Value(" " + marque(membre)))}
                        )
                    pris += 1
                except DatabaseError:
                    continue  # append-only or too short: its UUIDs are canaries enough
    return pris


def objets(membre: Collectivite) -> dict[str, list[dict[str, Any]]]:
    """Public identifiers of a member's rows by app label: values a URL parameter could take."""
    trouves: dict[str, list[dict[str, Any]]] = defaultdict(list)
    with contexte.dans(membre):
        for modele in modeles_des_membres():
            noms = [
                c.name
                for c in modele._meta.concrete_fields
                if isinstance(c, models.UUIDField)
                or (c.name in ("code", "numero", "reference", "slug", "jeton") and not c.is_relation)
            ]
            if noms:
                trouves[modele._meta.app_label] += list(modele._default_manager.values(*noms)[:40])
    return dict(trouves)


def objets_communs() -> dict[str, list[dict[str, Any]]]:
    """Public identifiers of shared rows that belong to no member (catalogue, markets), by app label."""
    trouves: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for config in apps.get_app_configs():
        if config.name not in settings.SHARED_APPS or not config.name.startswith("apps."):
            continue
        for modele in config.get_models():
            noms = [c.name for c in modele._meta.concrete_fields if isinstance(c, models.UUIDField)]
            if noms and not issubclass(modele, DeMembre):
                trouves[modele._meta.app_label] += list(modele._default_manager.values(*noms)[:40])
    return dict(trouves)


def identifiants(membre: Collectivite) -> set[str]:
    """Every UUID of a member's rows, as text."""
    return {
        str(valeur)
        for lignes in objets(membre).values()
        for ligne in lignes
        for valeur in ligne.values()
        if isinstance(valeur, uuid.UUID)
    }
