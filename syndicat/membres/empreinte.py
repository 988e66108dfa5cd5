"""Fingerprint of a schema: one text line per thing it holds, read from pg_catalog, comparable across schemas.

The queries run with ``search_path`` reduced to the schema, so that PostgreSQL itself prints names of the
schema bare and names of others qualified: two schemas of one structure give the same lines. NOT NULL
constraints (contype 'n') are left out: PostgreSQL 18 records them, 15 does not; the column line says NOT NULL.
``varchar IN (…)`` prints its casts otherwise once read again, as every dump and restore shows; casts to text and
varchar without length are therefore taken out of definitions. Of column options only the documented ones count: 15.20 stamps each column with a number of its own (seen).
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connections, transaction
from django_tenants.utils import quote_schema_name

from syndicat.membres.schema import ALIAS

STRUCTURE = r"""
WITH ns AS (SELECT oid, nspacl, nspowner FROM pg_namespace WHERE nspname = %(schema)s),
rel AS MATERIALIZED (SELECT c.* FROM pg_class c WHERE c.relnamespace = (SELECT oid FROM ns))
SELECT ligne FROM (
SELECT concat_ws(' ', 'table', relname, relkind, relpersistence, relreplident, relrowsecurity, relforcerowsecurity,
  array_to_string(reloptions, ','), CASE WHEN relkind = 'p' THEN pg_get_partkeydef(c.oid) END,
  pg_get_expr(relpartbound, c.oid), (SELECT string_agg(inhparent::regclass::text, ',' ORDER BY inhseqno)
  FROM pg_inherits WHERE inhrelid = c.oid AND c.relkind IN ('r', 'p')),
  CASE WHEN relkind IN ('v', 'm') THEN regexp_replace(pg_get_viewdef(c.oid, true), '::(character varying|text)\y(?!\()(\[\])?', '', 'g') END) AS ligne
FROM rel c WHERE relkind NOT IN ('i', 'I', 'S', 't')
UNION ALL
SELECT concat_ws(' ', 'colonne', c.relname, row_number() OVER (PARTITION BY a.attrelid ORDER BY a.attnum), a.attname,
  format_type(a.atttypid, a.atttypmod), CASE WHEN a.attnotnull THEN 'NOT NULL' END, a.attidentity, a.attgenerated,
  regexp_replace(pg_get_expr(d.adbin, d.adrelid), '::(character varying|text)\y(?!\()(\[\])?', '', 'g'), a.attstorage, a.attcompression, NULLIF(a.attcollation, 0)::regcollation,
  (SELECT string_agg(o, ',') FROM unnest(a.attoptions) o WHERE starts_with(o, 'n_distinct')), col_description(c.oid, a.attnum))
FROM rel c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'c')
UNION ALL
SELECT concat_ws(' ', 'contrainte', c.relname, k.conname,
  k.contype, k.convalidated, regexp_replace(pg_get_constraintdef(k.oid, true), '::(character varying|text)\y(?!\()(\[\])?', '', 'g'), obj_description(k.oid, 'pg_constraint'))
FROM rel c JOIN pg_constraint k ON k.conrelid = c.oid
WHERE k.contype NOT IN ('n', 't') AND (k.contype <> 'f' OR k.conparentid = 0)
UNION ALL
SELECT concat_ws(' ', 'index', regexp_replace(pg_get_indexdef(i.indexrelid, 0, true), '::(character varying|text)\y(?!\()(\[\])?', '', 'g'), i.indisvalid, i.indisclustered, i.indisreplident,
  obj_description(i.indexrelid, 'pg_class'))
FROM rel c JOIN pg_index i ON i.indrelid = c.oid
UNION ALL
SELECT concat_ws(' ', 'sequence', c.relname, format_type(s.seqtypid, NULL), s.seqstart, s.seqincrement, s.seqmin, s.seqmax,
  s.seqcache, s.seqcycle, (SELECT d.deptype::text || ' ' || d.refobjid::regclass || '.' || a.attname FROM pg_depend d
  JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid WHERE d.objid = c.oid
  AND d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass AND d.deptype IN ('a', 'i')))
FROM rel c JOIN pg_sequence s ON s.seqrelid = c.oid
UNION ALL
SELECT concat_ws(' ', 'fonction', p.proname, pg_get_function_identity_arguments(p.oid), pg_get_function_result(p.oid),
  p.prokind, p.provolatile, p.proisstrict, p.prosecdef, p.proleakproof, p.proparallel, l.lanname,
  array_to_string(p.proconfig, ','), md5(p.prosrc || COALESCE(pg_get_function_sqlbody(p.oid), '')))
FROM pg_proc p JOIN ns ON p.pronamespace = ns.oid JOIN pg_language l ON l.oid = p.prolang
UNION ALL
SELECT concat_ws(' ', 'declencheur', regexp_replace(pg_get_triggerdef(t.oid, true), '::(character varying|text)\y(?!\()(\[\])?', '', 'g'), t.tgenabled, obj_description(t.oid, 'pg_trigger'))
FROM pg_trigger t JOIN rel c ON c.oid = t.tgrelid WHERE NOT t.tgisinternal
UNION ALL
SELECT concat_ws(' ', 'politique', c.relname, p.polname, p.polcmd, p.polpermissive, p.polroles::regrole[]::text,
  pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid))
FROM pg_policy p JOIN rel c ON c.oid = p.polrelid
UNION ALL
SELECT concat_ws(' ', 'regle', pg_get_ruledef(r.oid, true)) FROM pg_rewrite r JOIN rel c ON c.oid = r.ev_class
WHERE r.rulename <> '_RETURN'
UNION ALL
SELECT concat_ws(' ', 'type', t.typname, t.typtype, t.typnotnull, t.typdefault, (SELECT string_agg(e.enumlabel, ','
  ORDER BY e.enumsortorder) FROM pg_enum e WHERE e.enumtypid = t.oid))
FROM pg_type t JOIN ns ON t.typnamespace = ns.oid WHERE t.typtype IN ('e', 'd', 'r')
UNION ALL
SELECT concat_ws(' ', 'statistiques', pg_get_statisticsobjdef(x.oid)) FROM pg_statistic_ext x JOIN ns ON x.stxnamespace = ns.oid
UNION ALL
SELECT concat_ws(' ', 'droit schema', x.grantee::regrole, x.privilege_type, x.is_grantable)
FROM ns, aclexplode(COALESCE(ns.nspacl, acldefault('n', ns.nspowner))) x
UNION ALL
SELECT concat_ws(' ', 'droit', c.relname, x.grantee::regrole, x.privilege_type, x.is_grantable)
FROM rel c, aclexplode(COALESCE(c.relacl, acldefault(CASE WHEN c.relkind = 'S' THEN 's' ELSE 'r' END::"char", c.relowner))) x
WHERE c.relkind IN ('r', 'p', 'v', 'm', 'S', 'f') AND x.privilege_type <> 'MAINTAIN'
UNION ALL
SELECT concat_ws(' ', 'droit', c.relname, a.attname, x.grantee::regrole, x.privilege_type, x.is_grantable)
FROM rel c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attacl IS NOT NULL AND NOT a.attisdropped, aclexplode(a.attacl) x
UNION ALL
SELECT concat_ws(' ', 'droit fonction', p.proname, pg_get_function_identity_arguments(p.oid), x.grantee::regrole, x.privilege_type)
FROM pg_proc p JOIN ns ON p.pronamespace = ns.oid, aclexplode(COALESCE(p.proacl, acldefault('f', p.proowner))) x
UNION ALL
SELECT concat_ws(' ', 'commentaire', c.relname, obj_description(c.oid, 'pg_class')) FROM rel c
WHERE c.relkind NOT IN ('i', 'I') AND obj_description(c.oid, 'pg_class') IS NOT NULL
) t(ligne)
"""
_TABLES = """
SELECT quote_ident(c.relname), c.relname, (SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) FROM pg_attribute
  WHERE attrelid = c.oid AND attnum > 0 AND NOT attisdropped
  AND atttypid NOT IN ('uuid'::regtype, 'timestamptz'::regtype)) FROM pg_class c WHERE c.relnamespace = %s::regnamespace
AND c.relkind IN ('r', 'p') AND NOT c.relispartition ORDER BY c.relname COLLATE "C"
"""
_SEQUENCES = """
SELECT quote_ident(c.relname), c.relname, s.seqincrement FROM pg_class c JOIN pg_sequence s ON s.seqrelid = c.oid
WHERE c.relnamespace = %s::regnamespace ORDER BY c.relname COLLATE "C"
"""
#: Written by Django at each migration: its numbers and times say nothing of the schema.
_MIGRATIONS = "django_migrations"


@contextmanager
def chemin_du_schema(schema: str, alias: str = ALIAS) -> Iterator[Any]:
    """A raw psycopg cursor inside a transaction whose ``search_path`` is that schema alone."""
    connection = connections[alias]
    with transaction.atomic(using=alias):
        connection.ensure_connection()
        with connection.cursor() as amorce:  # the engine says its own state before ours
            amorce.execute("SELECT current_setting('search_path')")
            ancien = amorce.fetchone()[0]
        with connection.connection.cursor() as brut:
            brut.execute(f"SET LOCAL search_path = {quote_schema_name(schema)}")
            brut.execute("SET LOCAL jit = off")  # compiling such a query took 4 s over 556 schemas (seen)
            yield brut
            brut.execute("SELECT set_config('search_path', %s, true)", [ancien])


def structure(schema: str, alias: str = ALIAS) -> list[str]:
    """Every line of the structure, sorted; empty when the schema does not exist."""
    with chemin_du_schema(schema, alias) as brut:
        brut.execute(STRUCTURE, {"schema": schema})
        return sorted(ligne for (ligne,) in brut.fetchall())


def de_structure(schema: str, alias: str = ALIAS) -> str:
    """Digest of the structure, computed by the server (hexadecimal)."""
    with chemin_du_schema(schema, alias) as brut:
        brut.execute(
            f"""SELECT encode(sha256(convert_to(COALESCE(string_agg(ligne, E'\\n' ORDER BY ligne COLLATE "C"), ''),"""  # noqa: S608
            f" 'UTF8')), 'hex') FROM ({STRUCTURE}) s",
            {"schema": schema},
        )
        return str(brut.fetchone()[0])


def contenu(schema: str, alias: str = ALIAS) -> list[str]:
    """Digest of the rows of each table and next value of each sequence (what migrations wrote).

    UUIDs and instants are left out: a migration draws them anew at each run.
    """
    lignes: list[str] = []
    with chemin_du_schema(schema, alias) as brut:
        brut.execute(_TABLES, [quote_schema_name(schema)])
        for cite, nom, colonnes in brut.fetchall():
            vues = "app, name" if nom == _MIGRATIONS else colonnes or "1"
            brut.execute(
                "SELECT count(*), md5(string_agg(md5(t::text), '' ORDER BY md5(t::text)))"  # noqa: S608
                f" FROM (SELECT {vues} FROM {cite}) t"
            )
            nombre, somme = brut.fetchone()
            if nombre:
                lignes.append(f"lignes {nom} {nombre} {somme}")
        brut.execute(_SEQUENCES, [quote_schema_name(schema)])
        for cite, nom, pas in brut.fetchall():
            if nom == "django_migrations_id_seq":
                continue
            brut.execute(f"SELECT last_value, is_called FROM {cite}")  # noqa: S608
            valeur, appelee = brut.fetchone()
            lignes.append(f"suivant {nom} {valeur + pas if appelee else valeur}")
    return lignes


def complete(schema: str, alias: str = ALIAS) -> str:
    """Digest of structure, rows and next values: a fresh member equals a freshly migrated schema."""
    texte = "\n".join([*structure(schema, alias), *contenu(schema, alias)])
    return hashlib.sha256(texte.encode()).hexdigest()


def ecarts(de: str, a: str, alias: str = ALIAS) -> list[str]:
    """What ``a`` has more (``+``) or less (``-``) than ``de``, structure only."""
    avant, apres = set(structure(de, alias)), set(structure(a, alias))
    return [*(f"- {x}" for x in sorted(avant - apres)), *(f"+ {x}" for x in sorted(apres - avant))]
