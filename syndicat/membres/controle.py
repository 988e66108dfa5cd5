"""Checking that the spaces of members are what they should be: structure, orphans, addresses, indexes, server."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connections
from django.utils import timezone
from django_tenants.utils import quote_schema_name

from syndicat.membres import empreinte, gabarit, migrateur, parcours
from syndicat.membres.models import Collectivite, Domaine
from syndicat.membres.schema import ALIAS
from syndicat.socle.champs import CleCommune

MODELE = gabarit.MODELE
VERROUS_MIN = 1024


@dataclass(frozen=True)
class Constat:
    """Something found. ``grave`` False: a warning, the platform works."""

    ou: str
    quoi: str
    grave: bool = True


def cles_communes() -> list[tuple[str, str, str, str]]:
    """(table, column, shared table, its key) of every key from a member's schema to the shared one."""
    trouvees = []
    for config in apps.get_app_configs():
        if config.name not in settings.TENANT_APPS:
            continue
        for modele in config.get_models(include_auto_created=True):
            for champ in modele._meta.local_fields:
                if isinstance(champ, CleCommune):
                    cible = champ.target_field
                    trouvees.append(
                        (modele._meta.db_table, champ.column, cible.model._meta.db_table, str(cible.column))
                    )
    return trouvees


def orphelins(schema: str) -> list[Constat]:
    """Rows whose shared counterpart does not exist: counted by key, in one query."""
    cles = cles_communes()
    if not cles:
        return []
    cite = quote_schema_name(schema)
    requete = " UNION ALL ".join(
        f"""SELECT {i}, count(*) FROM {cite}."{t}" x WHERE x."{c}" IS NOT NULL"""  # noqa: S608
        f""" AND NOT EXISTS (SELECT FROM public."{p}" y WHERE y."{k}" = x."{c}") HAVING count(*) > 0"""
        for i, (t, c, p, k) in enumerate(cles)
    )
    with connections[ALIAS].cursor() as curseur:
        curseur.execute(requete)
        return [
            Constat(schema, f"{n} lignes orphelines : {cles[i][0]}.{cles[i][1]} → {cles[i][2]}")
            for i, n in curseur.fetchall()
        ]


def un_schema(schema: str, attendue: str) -> list[Constat]:
    """Structure and orphans of one schema."""
    if empreinte.de_structure(schema) != attendue:
        lignes = empreinte.ecarts(MODELE, schema)
        suite = f" (et {len(lignes) - 5} autres)" if len(lignes) > 5 else ""
        return [Constat(schema, "structure différente du modèle :\n    " + "\n    ".join(lignes[:5]) + suite)]
    return orphelins(schema)


def du_serveur() -> list[Constat]:
    """Lock table, invalid indexes, schemas of nobody."""
    constats = []
    with connections[ALIAS].cursor() as curseur:
        curseur.execute("SELECT current_setting('max_locks_per_transaction')::int")
        verrous = curseur.fetchone()[0]
        if verrous < VERROUS_MIN:
            constats.append(
                Constat(
                    "serveur",
                    f"max_locks_per_transaction vaut {verrous} : {VERROUS_MIN} au moins, sinon une sauvegarde"
                    " complète échoue vers le 259ᵉ schéma.",
                    grave=False,
                )
            )
        curseur.execute(
            "SELECT n.nspname, c.relname FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid"
            " JOIN pg_namespace n ON n.oid = c.relnamespace WHERE NOT i.indisvalid AND n.nspname !~ '^pg_'"
        )
        constats += [
            Constat(s, f"index invalide {i} : relancer migrate_membres") for s, i in curseur.fetchall()
        ]
        curseur.execute(
            "SELECT n.nspname FROM pg_namespace n WHERE EXISTS (SELECT FROM pg_class c WHERE c.relnamespace = n.oid"
            " AND c.relname = 'django_migrations') AND n.nspname NOT IN ('public', %s)"
            " AND NOT EXISTS (SELECT FROM membres_collectivite m WHERE m.schema_name = n.nspname)",
            [MODELE],
        )
        constats += [
            Constat(s, "schéma d’aucune collectivité du registre", grave=False) for (s,) in curseur.fetchall()
        ]
    return constats


def des_adresses() -> list[Constat]:
    """Onboarded members that no host name reaches, host names that reach nobody."""
    vivants = Domaine.objects.using(ALIAS).filter(redirige_jusqu_au=None)
    embarquees = Collectivite.objects.using(ALIAS).embarquees()
    constats = [
        Constat(c.schema_name, f"« {c.nom} » n’a aucune adresse qui réponde")
        for c in embarquees.exclude(pk__in=vivants.values("tenant"))
    ]
    constats += [
        Constat(d.domain, "adresse d’une collectivité sans espace", grave=False)
        for d in vivants.exclude(tenant__in=embarquees)
    ]
    passees = Domaine.objects.using(ALIAS).filter(redirige_jusqu_au__lt=timezone.now()).count()
    if passees:
        constats.append(Constat("domaines", f"{passees} anciennes adresses ne redirigent plus", grave=False))
    return constats


def verifier(*, fils: int = 2, annoncer: Callable[[str, int], Any] | None = None) -> list[Constat]:
    """Everything, over every member."""
    membres = migrateur.schemas_des_membres()
    sommes = migrateur.releve(["public", MODELE, *membres])
    if not sommes[MODELE]:
        return [Constat(MODELE, "le schéma modèle manque : lancer migrate_membres"), *du_serveur()]
    constats = [*du_serveur(), *des_adresses()]
    constats += [
        Constat(nom, "schéma absent" if not sommes[nom] else "migrations en retard : lancer migrate_membres")
        for nom in [MODELE, *membres]
        if sommes[nom] != sommes["public"]
    ]
    a_voir = [nom for nom in membres if sommes[nom] == sommes[MODELE]]
    attendue = empreinte.de_structure(MODELE)
    with (annoncer or parcours.sans_barre)("Vérification", len(a_voir)) as pas:
        passage = parcours.parcourir(a_voir, lambda nom: un_schema(nom, attendue), fils=fils, pas=pas)
    for trouves in passage.faits.values():
        constats += trouves
    constats += [Constat(nom, raison) for nom, raison in passage.echecs.items()]
    return constats
