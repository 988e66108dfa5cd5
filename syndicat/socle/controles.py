"""System checks of the seam: a wrong dotted path or a cross-schema constraint is an error at start."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from importlib import import_module
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.utils.module_loading import import_string

from syndicat.socle.manifest import Manifest, manifests

_MODULES = {"urls", "urls_syndicat", "public_urls", "api_urls", "donnees_urls"}
_FONCTIONS = {
    ("Manifest", "tuiles"), ("Manifest", "couches"), ("Manifest", "gestes"), ("Manifest", "blocs_portail"), ("Manifest", "demo"), ("Manifest", "suivi"),
    ("EntreeMenu", "permission"), ("EntreeMenu", "compteur"), ("Tache", "tache"), ("Traitement", "purge"),
    ("Flux", "lignes"), ("Consommateur", "consommateur"), ("Compteur", "mesure"),
}  # fmt: skip


def _chemins(objet: Any) -> Iterator[tuple[str, str]]:
    """(kind, dotted path) of every path of a manifest, nested declarations included."""
    for champ in fields(objet):
        valeur = getattr(objet, champ.name)
        for element in valeur if isinstance(valeur, tuple) else (valeur,):
            if is_dataclass(element):
                yield from _chemins(element)
            elif champ.name == "faits_entendus":
                yield "fonction", element[1]
            elif isinstance(element, str) and element:
                if isinstance(objet, Manifest) and champ.name in _MODULES:
                    yield "module", element
                elif (type(objet).__name__, champ.name) in _FONCTIONS:
                    yield "fonction", element


def verifier_manifestes(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """E001: a dotted path that leads nowhere. E002: two manifests with one code."""
    erreurs: list[CheckMessage] = []
    vus: set[str] = set()
    for m in manifests():
        if m.code in vus:
            erreurs.append(Error(f"Deux manifestes portent le code « {m.code} ».", id="syndicat.E002"))
        vus.add(m.code)
        for genre, chemin in _chemins(m):
            try:
                import_module(chemin) if genre == "module" else import_string(chemin)
            except ImportError as exc:
                erreurs.append(
                    Error(f"{m.code} : « {chemin} » ne mène nulle part ({exc}).", id="syndicat.E001")
                )
    return erreurs


def verifier_cles_communes(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """E003: a member's table with a constrained key to the shared schema (HOUSE 3)."""
    communs = {c.label for c in apps.get_app_configs() if c.name in settings.SHARED_APPS}
    erreurs: list[CheckMessage] = []
    for config in apps.get_app_configs():
        if config.name in settings.SHARED_APPS:
            continue
        for modele in config.get_models(include_auto_created=True):
            for cle in modele._meta.local_fields:
                cible = cle.related_model
                if not isinstance(cible, type) or not getattr(cle, "db_constraint", False):
                    continue
                if cible._meta.app_label in communs:
                    erreurs.append(
                        Error(
                            f"{modele._meta.label}.{cle.name} : clé contrainte vers le schéma commun.",
                            hint="Employer socle.champs.CleCommune.",
                            id="syndicat.E003",
                        )
                    )
    return erreurs
