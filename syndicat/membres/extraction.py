"""Reading one member whole, at one snapshot: its schema, and its rows of each shared table. For backup and restitution."""

import hashlib
import json
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connections
from django_tenants.utils import quote_schema_name

from syndicat.membres.acteurs import FichiersDesMembres
from syndicat.membres.models import Collectivite
from syndicat.membres.schema import ALIAS
from syndicat.socle import contexte
from syndicat.socle.protocoles import demander

_TABLES = """
SELECT c.relname, array_agg(a.attname ORDER BY a.attnum), array_agg(format_type(a.atttypid, a.atttypmod) ORDER BY a.attnum)
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
WHERE c.relnamespace = %s::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
GROUP BY c.relname ORDER BY c.relname COLLATE "C"
"""


@dataclass
class Piece:
    """One table in the file. ``colonnes``: (name, PostgreSQL type)."""

    table: str
    chemin: str
    lignes: int
    sha256: str
    colonnes: list[tuple[str, str]]


@dataclass
class Extrait:
    """What was written, for the manifest."""

    schema: list[Piece] = field(default_factory=list)
    commun: list[Piece] = field(default_factory=list)
    fichiers: dict[str, str] = field(default_factory=dict)


def tables_communes() -> list[tuple[str, tuple[str, ...]]]:
    """(shared table, its columns that name a collectivité), from the models."""
    trouvees = []
    for modele in apps.get_models(include_auto_created=True):
        if modele._meta.app_config.name not in settings.SHARED_APPS or modele is Collectivite:
            continue
        cles = tuple(
            str(f.column) for f in modele._meta.local_fields if f.related_model is Collectivite and f.column
        )
        if cles and modele._meta.managed and not modele._meta.proxy:
            trouvees.append((modele._meta.db_table, cles))
    return sorted(trouvees)


@contextmanager
def instantane() -> Iterator[tuple[Any, str]]:
    """A connection of its own in one REPEATABLE READ transaction, and the name of its exported snapshot."""
    with contexte.hors_membre():
        a_part = connections[ALIAS].copy()
        a_part.inc_thread_sharing()
        try:
            with a_part.cursor() as curseur:  # the engine says who we are, before the transaction
                curseur.execute("SELECT 1")
            brut = a_part.connection
            brut.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            nom = brut.execute("SELECT pg_export_snapshot()").fetchone()[0]
            yield brut, str(nom)
            brut.execute("ROLLBACK")
        finally:
            a_part.close()


def ecrire_table(
    archive: zipfile.ZipFile, brut: Any, chemin: str, table: str, requete: str, colonnes: list[Any]
) -> Piece:
    """COPY a query into the archive as CSV (NULL unquoted, empty string quoted), piece by piece."""
    somme, lignes = hashlib.sha256(), 0
    with archive.open(chemin, "w", force_zip64=True) as sortie, brut.cursor() as curseur:
        with curseur.copy(f"COPY ({requete}) TO STDOUT (FORMAT csv, HEADER)") as copie:
            for morceau in copie:
                octets = bytes(morceau)
                somme.update(octets)
                sortie.write(octets)
        lignes = curseur.rowcount
    return Piece(table, chemin, lignes, somme.hexdigest(), colonnes)


def extraire(archive: zipfile.ZipFile, brut: Any, collectivite: Collectivite) -> Extrait:
    """Schema and shared rows of a member, then its files. Foreign rows are never selected."""
    extrait, cite = Extrait(), quote_schema_name(collectivite.schema_name)
    brut.execute("SELECT set_config('search_path', 'public', true)")
    for table, noms, types in brut.execute(_TABLES, [cite]).fetchall():
        choisies = ", ".join(f'"{n}"' for n in noms)
        extrait.schema.append(
            ecrire_table(
                archive,
                brut,
                f"schema/{table}.csv",
                table,
                f'SELECT {choisies} FROM {cite}."{table}"',  # noqa: S608
                list(zip(noms, types, strict=True)),
            )
        )
    presentes = {t: (n, g) for t, n, g in brut.execute(_TABLES, ["public"]).fetchall()}
    for table, cles in tables_communes():
        noms, types = presentes[table]
        condition = " OR ".join(f'"{c}" = {int(collectivite.pk)}' for c in cles)
        extrait.commun.append(
            ecrire_table(
                archive,
                brut,
                f"commun/{table}.csv",
                table,
                f'SELECT * FROM public."{table}" WHERE {condition}',  # noqa: S608
                list(zip(noms, types, strict=True)),
            )
        )
    _ecrire_fichiers(archive, collectivite, extrait)
    return extrait


def _ecrire_fichiers(archive: zipfile.ZipFile, collectivite: Collectivite, extrait: Extrait) -> None:
    fichiers = demander(FichiersDesMembres)  # type: ignore[type-abstract]
    if fichiers is None:
        return
    with contexte.dans(collectivite.portee):
        depot = fichiers.depot(collectivite.portee)
        for cle, _ in depot.cles():
            somme = hashlib.sha256()
            with (
                depot.ouvrir(cle) as entree,
                archive.open(f"fichiers/{cle}", "w", force_zip64=True) as sortie,
            ):
                while morceau := entree.read(1 << 20):
                    somme.update(morceau)
                    sortie.write(morceau)
            extrait.fichiers[cle] = somme.hexdigest()


def manifeste(collectivite: Collectivite, extrait: Extrait, **autres: Any) -> dict[str, Any]:
    """JSON-ready description of the archive."""
    return {
        "collectivite": {
            "ident": str(collectivite.ident),
            "nom": collectivite.nom,
            "siren": collectivite.siren,
            "code_insee": collectivite.code_insee,
            "slug": collectivite.slug,
            "schema": collectivite.schema_name,
        },
        "fait_le": datetime.now(UTC).isoformat(timespec="seconds"),
        "schema": [vars(p) for p in extrait.schema],
        "commun": [vars(p) for p in extrait.commun],
        "fichiers": extrait.fichiers,
        **autres,
    }


def ecrire_json(archive: zipfile.ZipFile, chemin: str, objet: Any) -> None:
    archive.writestr(chemin, json.dumps(objet, cls=DjangoJSONEncoder, ensure_ascii=False, indent=1))


def somme_du_fichier(chemin: Path) -> str:
    """SHA-256 of a file, read by pieces."""
    somme = hashlib.sha256()
    with chemin.open("rb") as flux:
        while morceau := flux.read(1 << 20):
            somme.update(morceau)
    return somme.hexdigest()


def sequences(schema: str, brut: Any) -> dict[str, tuple[int, bool]]:
    """Next values of a schema: name → (last value, called)."""
    noms = brut.execute(
        "SELECT c.relname FROM pg_class c WHERE c.relkind = 'S' AND c.relnamespace = %s::regnamespace",
        [quote_schema_name(schema)],
    ).fetchall()
    valeurs = {}
    for (nom,) in noms:
        ligne = brut.execute(
            f'SELECT last_value, is_called FROM {quote_schema_name(schema)}."{nom}"'  # noqa: S608
        ).fetchone()
        valeurs[nom] = (int(ligne[0]), bool(ligne[1]))
    return valeurs
