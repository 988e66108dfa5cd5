"""The template schema as a script: read from pg_catalog, replayed for a new member in a fraction of a second.

Not by pg_dump (meta-commands, ALTER … ADD GENERATED, version refusals). The script is one statement per
element, to be executed one by one with ``search_path`` set to the new schema alone; identity columns stand
inside CREATE TABLE and no key leaves the schema, so that a member may be placed on a Citus worker.
Order: functions, sequences, tables, indexes, partitions attached, views, rows, keys, triggers, rights, comments, next values.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import connections, transaction
from django_tenants.utils import quote_schema_name

from syndicat.membres import gabarit_sql as sql
from syndicat.membres.empreinte import chemin_du_schema
from syndicat.membres.schema import ALIAS

MODELE = settings.TEMPLATE_SCHEMA
_MAXIMA = {"smallint": 2**15 - 1, "integer": 2**31 - 1, "bigint": 2**63 - 1}


class GabaritImpossible(RuntimeError):
    """The schema holds something the script cannot say: refused rather than copied unfaithfully."""


@dataclass(frozen=True)
class Gabarit:
    """``structure``: statements that build the empty tables; ``lignes``: rows; ``suite``: keys, triggers, rights, values."""

    source: str
    structure: tuple[str, ...]
    lignes: tuple[str, ...]
    suite: tuple[str, ...]

    @property
    def ordres(self) -> tuple[str, ...]:
        """All statements in order, for the search path of the new schema."""
        return (*self.structure, *self.lignes, *self.suite)


def lire(schema: str = MODELE, *, avec_lignes: bool = True, alias: str = ALIAS) -> Gabarit:
    """Read a schema as a script. Raises :class:`GabaritImpossible` on what it cannot say."""
    with chemin_du_schema(schema, alias) as brut:
        return _Lecture(brut, schema).gabarit(avec_lignes)


_connus: dict[tuple[str, str], Gabarit] = {}


def du_modele(alias: str = ALIAS) -> Gabarit:
    """The template's script, read once per process and state of the template. LookupError when there is none."""
    reglages = connections[alias].settings_dict
    with connections[alias].cursor() as curseur:
        curseur.execute(
            "SELECT to_regclass(%s) IS NOT NULL", [f"{quote_schema_name(MODELE)}.django_migrations"]
        )
        if not curseur.fetchone()[0]:
            raise LookupError("Le schéma modèle n’existe pas : lancer « manage.py migrate_membres ».")
        curseur.execute(
            f"SELECT count(*), max(id), md5(string_agg(app || name, ',' ORDER BY id)) FROM {quote_schema_name(MODELE)}"  # noqa: S608
            ".django_migrations"
        )
        etat = str(curseur.fetchone())
    cle = (f"{reglages['HOST']}:{reglages['PORT']}/{reglages['NAME']}", etat)
    if cle not in _connus:
        _connus.clear()
        _connus[cle] = lire(MODELE, alias=alias)
    return _connus[cle]


def oublier() -> None:
    """The template changed."""
    _connus.clear()


def rejouer(gabarit: Gabarit, schema: str, *, alias: str = ALIAS) -> None:
    """Create ``schema`` from the script, in the transaction in progress (or one of its own)."""
    executer(["CREATE SCHEMA " + quote_schema_name(schema)], "public", alias=alias)
    executer(gabarit.ordres, schema, alias=alias)


def executer(ordres: Iterable[str], schema: str, *, alias: str = ALIAS) -> None:
    """Execute statements one by one with ``search_path`` = that schema alone, in one transaction."""
    connection = connections[alias]
    cite = quote_schema_name(schema)
    with (
        transaction.atomic(using=alias),
        chemin_du_schema(schema, alias) as brut,
        connection.connection.pipeline(),
    ):
        for ordre in ordres:
            brut.execute(ordre.replace(sql.MARQUE, cite), prepare=False)


def _nom_de_sequence(table: str, colonne: str) -> str:
    """Name PostgreSQL gives on its own (makeObjectName: the longer part is cut first, in bytes)."""
    t, c = table.encode(), colonne.encode()
    while len(t) + len(c) > 63 - len("__seq"):
        t, c = (t[:-1], c) if len(t) > len(c) else (t, c[:-1])
    return f"{t.decode(errors='ignore')}_{c.decode(errors='ignore')}_seq"


class _Lecture:
    """One reading of pg_catalog; every ``_x`` answers statements."""

    def __init__(self, brut: Any, schema: str) -> None:
        self.brut, self.schema = brut, schema

    def _lignes(self, requete: str) -> list[Any]:
        self.brut.execute(requete, {"schema": self.schema})
        return list(self.brut.fetchall())

    def gabarit(self, avec_lignes: bool) -> Gabarit:
        for genre, nom in self._lignes(sql.REFUSES):
            raise GabaritImpossible(f"{self.schema} : {genre} « {nom} » ne se rejoue pas.")
        self.colonnes: dict[int, list[Any]] = defaultdict(list)
        for ligne in self._lignes(sql.COLONNES):
            self.colonnes[ligne[0]].append(ligne[1:])
        contraintes = self._lignes(sql.CONTRAINTES)
        tables = self._lignes(sql.TABLES)
        structure = [
            *(t for (t,) in self._lignes(sql.FONCTIONS)),
            *self._sequences(),
            *self._tables(tables, contraintes),
            *(d for (d,) in self._lignes(sql.INDEX)),
            *(f"ALTER TABLE {t[6]} ATTACH PARTITION {t[1]} {t[5]}" for t in tables if t[5]),
            *(f"CREATE VIEW {nom} AS {corps}" for nom, corps in self._lignes(sql.VUES)),
        ]
        suite = [
            *(f"ALTER TABLE {t} ADD CONSTRAINT {n} {d}" for _, t, n, d, tard in contraintes if tard),
            *(t for (t,) in self._lignes(sql.DECLENCHEURS)),
            *self._droits(),
            *(c for (c,) in self._lignes(sql.COMMENTAIRES)),
            *(self._valeurs() if avec_lignes else ()),
        ]
        lignes = list(self._rangs(tables)) if avec_lignes else []
        cite = quote_schema_name(self.schema)
        for ordre in (*structure, *suite):
            if f"{cite}." in ordre or f"{self.schema}." in ordre:
                raise GabaritImpossible(f"Nom qualifié par {self.schema} dans : {ordre[:200]}")
        return Gabarit(self.schema, tuple(structure), tuple(lignes), tuple(suite))

    # -- structure --------------------------------------------------------------------------------
    def _sequences(self) -> Iterator[str]:
        for nom, genre, depart, pas, mini, maxi, cache, cycle, _ in self._lignes(sql.SEQUENCES_LIBRES):
            yield (
                f"CREATE SEQUENCE {nom} AS {genre} INCREMENT {pas} MINVALUE {mini} MAXVALUE {maxi} START {depart}"
                f" CACHE {cache}{' CYCLE' if cycle else ''}"
            )

    def _tables(self, tables: list[Any], contraintes: list[Any]) -> Iterator[str]:
        internes: dict[int, list[str]] = defaultdict(list)
        for oid, _, nom, definition, tard in contraintes:
            if not tard:
                internes[oid].append(f"CONSTRAINT {nom} {definition}")
        for oid, nom, persistance, options, cle, borne, *_ in tables:
            corps = [*(self._colonne(c, enfant=bool(borne)) for c in self.colonnes[oid]), *internes[oid]]
            yield (
                f"CREATE {'UNLOGGED ' if persistance == 'u' else ''}TABLE {nom} ({', '.join(corps)})"
                f"{f' PARTITION BY {cle}' if cle else ''}{f' WITH ({options})' if options else ''}"
            )
        for nom, *_, proprietaire in self._lignes(sql.SEQUENCES_LIBRES):
            if proprietaire:
                yield f"ALTER SEQUENCE {nom} OWNED BY {proprietaire}"
        for ordre in self._lignes(sql.REGLAGES):
            yield ordre[0]

    def _colonne(self, colonne: Any, *, enfant: bool) -> str:
        nom, genre, collation, non_nul, identite, generee, defaut, table, simple, seq = colonne
        texte = f"{nom} {genre}"
        if collation:
            texte += f" COLLATE {collation}"
        if generee:
            texte += f" GENERATED ALWAYS AS ({defaut}) {'STORED' if generee == 's' else 'VIRTUAL'}"
        elif identite and not enfant:  # a partition takes its parent's
            quand = "ALWAYS" if identite == "a" else "BY DEFAULT"
            texte += f" GENERATED {quand} AS IDENTITY{self._options_identite(table, simple, genre, seq)}"
        elif defaut is not None:
            texte += f" DEFAULT {defaut}"
        return texte + (" NOT NULL" if non_nul else "")

    @staticmethod
    def _options_identite(table: str, colonne: str, genre: str, brut: str) -> str:
        seq, options = json.loads(brut), []
        if seq["nom"] != _nom_de_sequence(table, colonne):
            options.append(f"SEQUENCE NAME {seq['cite']}")
        usuel = {"depart": 1, "pas": 1, "mini": 1, "maxi": _MAXIMA.get(genre), "cache": 1}
        mots = {
            "depart": "START",
            "pas": "INCREMENT",
            "mini": "MINVALUE",
            "maxi": "MAXVALUE",
            "cache": "CACHE",
        }
        options += [f"{mots[c]} {seq[c]}" for c, v in usuel.items() if seq[c] != v]
        if seq["cycle"]:
            options.append("CYCLE")
        return f" ({' '.join(options)})" if options else ""

    # -- rights -----------------------------------------------------------------------------------
    def _droits(self) -> Iterator[str]:
        """Only where they differ from what the owner's default privileges give to a new object."""
        for genre, nom, retires, donnes in self._lignes(sql.DROITS):
            objet = f"SCHEMA {sql.MARQUE}" if genre == "SCHEMA" else f"{genre} {nom}"
            for qui in retires:
                yield f"REVOKE ALL ON {objet} FROM {qui}"
            for droits, qui, transmissible in donnes:
                yield f"GRANT {droits} ON {objet} TO {qui}{' WITH GRANT OPTION' if transmissible else ''}"
        for ordre in self._lignes(sql.DROITS_DE_COLONNE):
            yield ordre[0]

    # -- rows -------------------------------------------------------------------------------------
    def _rangs(self, tables: list[Any]) -> Iterator[str]:
        source = quote_schema_name(self.schema)
        for oid, nom, *_, borne, _parent in tables:
            if borne:
                continue  # rows of a partition come with its root
            self.brut.execute(f"SELECT EXISTS (SELECT FROM {nom})")  # noqa: S608
            if self.brut.fetchone()[0]:
                colonnes = ", ".join(c[0] for c in self.colonnes[oid] if not c[5])
                yield (
                    f"INSERT INTO {nom} ({colonnes}) OVERRIDING SYSTEM VALUE"  # noqa: S608
                    f" SELECT {colonnes} FROM {source}.{nom}"
                )

    def _valeurs(self) -> Iterator[str]:
        for cite, depart in self._lignes(sql.SEQUENCES):
            self.brut.execute(f"SELECT last_value, is_called FROM {cite}")  # noqa: S608
            valeur, appelee = self.brut.fetchone()
            if appelee or valeur != depart:
                litteral = cite.replace("'", "''")
                yield f"SELECT setval('{litteral}', {valeur}, {'true' if appelee else 'false'})"
