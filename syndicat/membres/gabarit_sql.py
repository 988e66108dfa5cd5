"""Catalogue queries of the template script; each runs with ``search_path`` reduced to the schema read."""

#: Stands for the new schema's name in the few statements that must name it.
MARQUE = ":schema:"

REFUSES = """
SELECT CASE relkind WHEN 'm' THEN 'vue matérialisée' WHEN 'f' THEN 'table étrangère' ELSE 'type composite' END, relname
FROM pg_class WHERE relnamespace = %(schema)s::regnamespace AND relkind IN ('m', 'f', 'c')
UNION ALL SELECT 'type', typname FROM pg_type WHERE typnamespace = %(schema)s::regnamespace AND typtype IN ('e', 'd', 'r')
UNION ALL SELECT 'politique de ligne', polname FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid
  WHERE c.relnamespace = %(schema)s::regnamespace
UNION ALL SELECT 'règle', rulename FROM pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class
  WHERE c.relnamespace = %(schema)s::regnamespace AND rulename <> '_RETURN'
UNION ALL SELECT 'statistiques étendues', stxname FROM pg_statistic_ext WHERE stxnamespace = %(schema)s::regnamespace
UNION ALL SELECT 'héritage', inhrelid::regclass::text FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
  WHERE c.relnamespace = %(schema)s::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
UNION ALL SELECT 'clé vers un autre schéma', k.conname FROM pg_constraint k JOIN pg_class c ON c.oid = k.confrelid
  WHERE k.connamespace = %(schema)s::regnamespace AND k.contype = 'f' AND c.relnamespace <> k.connamespace
UNION ALL SELECT 'agrégat', proname FROM pg_proc WHERE pronamespace = %(schema)s::regnamespace AND prokind IN ('a', 'w')
"""

TABLES = """
SELECT c.oid, quote_ident(c.relname), c.relpersistence, array_to_string(c.reloptions, ', '),
  CASE WHEN c.relkind = 'p' THEN pg_get_partkeydef(c.oid) END, pg_get_expr(c.relpartbound, c.oid),
  (SELECT inhparent::regclass::text FROM pg_inherits WHERE inhrelid = c.oid)
FROM pg_class c WHERE c.relnamespace = %(schema)s::regnamespace AND c.relkind IN ('r', 'p') ORDER BY c.oid
"""

COLONNES = """
SELECT a.attrelid, quote_ident(a.attname), format_type(a.atttypid, a.atttypmod),
  CASE WHEN a.attcollation NOT IN (0, t.typcollation) THEN a.attcollation::regcollation::text END,
  a.attnotnull, a.attidentity, a.attgenerated, pg_get_expr(d.adbin, d.adrelid), c.relname, a.attname,
  CASE WHEN a.attidentity <> '' THEN (SELECT jsonb_build_object('nom', sc.relname, 'cite', quote_ident(sc.relname),
    'depart', s.seqstart, 'pas', s.seqincrement, 'mini', s.seqmin, 'maxi', s.seqmax, 'cache', s.seqcache, 'cycle', s.seqcycle)::text
    FROM pg_depend p JOIN pg_sequence s ON s.seqrelid = p.objid JOIN pg_class sc ON sc.oid = p.objid
    WHERE p.classid = 'pg_class'::regclass AND p.refclassid = 'pg_class'::regclass AND p.refobjid = a.attrelid
    AND p.refobjsubid = a.attnum AND p.deptype = 'i') END
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
JOIN pg_type t ON t.oid = a.atttypid LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
WHERE c.relnamespace = %(schema)s::regnamespace AND c.relkind IN ('r', 'p') ORDER BY a.attrelid, a.attnum
"""

#: Last column: to be added at the end (keys, constraints not validated, constraints of no table body).
CONTRAINTES = """
SELECT k.conrelid, k.conrelid::regclass::text, quote_ident(k.conname), pg_get_constraintdef(k.oid, true),
  k.contype = 'f' OR NOT k.convalidated
FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
WHERE k.connamespace = %(schema)s::regnamespace AND k.contype IN ('c', 'p', 'u', 'x', 'f') AND c.relkind IN ('r', 'p')
  AND (k.contype <> 'f' OR k.conparentid = 0)
ORDER BY k.contype = 'f', c.oid, k.contype <> 'p', k.conname COLLATE "C"
"""

INDEX = """
SELECT pg_get_indexdef(i.indexrelid, 0, true) FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
WHERE c.relnamespace = %(schema)s::regnamespace AND i.indisvalid
  AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.indexrelid AND k.contype IN ('p', 'u', 'x'))
ORDER BY c.relkind = 'p', i.indexrelid
"""

VUES = """
SELECT quote_ident(relname), pg_get_viewdef(oid, true) FROM pg_class
WHERE relnamespace = %(schema)s::regnamespace AND relkind = 'v' ORDER BY oid
"""

#: What CREATE TABLE does not say: storage, compression, column options, replica identity, row security flags, clustering.
REGLAGES = """
SELECT format('ALTER TABLE %%I ALTER COLUMN %%I SET STORAGE %%s', c.relname, a.attname,
  CASE a.attstorage WHEN 'p' THEN 'PLAIN' WHEN 'e' THEN 'EXTERNAL' WHEN 'm' THEN 'MAIN' ELSE 'EXTENDED' END)
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
JOIN pg_type t ON t.oid = a.atttypid
WHERE c.relnamespace = %(schema)s::regnamespace AND c.relkind IN ('r', 'p') AND a.attstorage <> t.typstorage
UNION ALL
SELECT format('ALTER TABLE %%I ALTER COLUMN %%I SET COMPRESSION %%s', c.relname, a.attname,
  CASE a.attcompression WHEN 'l' THEN 'lz4' ELSE 'pglz' END)
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
WHERE c.relnamespace = %(schema)s::regnamespace AND c.relkind IN ('r', 'p') AND a.attcompression <> ''
UNION ALL
SELECT format('ALTER TABLE %%I ALTER COLUMN %%I SET (%%s)', c.relname, a.attname, o) -- 15.20 adds a stamp of its own: skipped
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped, unnest(a.attoptions) o
WHERE c.relnamespace = %(schema)s::regnamespace AND c.relkind IN ('r', 'p') AND starts_with(o, 'n_distinct')
UNION ALL
SELECT format('ALTER TABLE %%I REPLICA IDENTITY %%s', relname, CASE relreplident WHEN 'f' THEN 'FULL' ELSE 'NOTHING' END)
FROM pg_class WHERE relnamespace = %(schema)s::regnamespace AND relkind IN ('r', 'p') AND relreplident IN ('f', 'n')
UNION ALL
SELECT format('ALTER TABLE %%I %%s ROW LEVEL SECURITY', relname, m) FROM pg_class,
  LATERAL (VALUES ('ENABLE', relrowsecurity), ('FORCE', relforcerowsecurity)) v(m, oui)
WHERE relnamespace = %(schema)s::regnamespace AND relkind IN ('r', 'p') AND oui
"""

FONCTIONS = """
SELECT regexp_replace(pg_get_functiondef(p.oid), '^CREATE OR REPLACE (FUNCTION|PROCEDURE) [^(]*\\.', 'CREATE \\1 ')
FROM pg_proc p WHERE p.pronamespace = %(schema)s::regnamespace AND p.prokind IN ('f', 'p') ORDER BY p.oid
"""

DECLENCHEURS = """
SELECT pg_get_triggerdef(t.oid, true) FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
WHERE c.relnamespace = %(schema)s::regnamespace AND NOT t.tgisinternal AND t.tgparentid = 0
UNION ALL
SELECT format('ALTER TABLE %%I %%s TRIGGER %%I', c.relname,
  CASE t.tgenabled WHEN 'D' THEN 'DISABLE' WHEN 'R' THEN 'ENABLE REPLICA' ELSE 'ENABLE ALWAYS' END, t.tgname)
FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
WHERE c.relnamespace = %(schema)s::regnamespace AND NOT t.tgisinternal AND t.tgparentid = 0 AND t.tgenabled <> 'O'
"""

SEQUENCES = """
SELECT quote_ident(c.relname), s.seqstart FROM pg_class c JOIN pg_sequence s ON s.seqrelid = c.oid
WHERE c.relnamespace = %(schema)s::regnamespace ORDER BY c.oid
"""

#: Sequences that are not an identity column's; the last column says what owns them (serial).
SEQUENCES_LIBRES = """
SELECT quote_ident(c.relname), format_type(s.seqtypid, NULL), s.seqstart, s.seqincrement, s.seqmin, s.seqmax, s.seqcache,
  s.seqcycle, (SELECT d.refobjid::regclass || '.' || quote_ident(a.attname) FROM pg_depend d
  JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
  WHERE d.objid = c.oid AND d.classid = 'pg_class'::regclass AND d.deptype = 'a')
FROM pg_class c JOIN pg_sequence s ON s.seqrelid = c.oid
WHERE c.relnamespace = %(schema)s::regnamespace AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid
  AND d.classid = 'pg_class'::regclass AND d.deptype = 'i') ORDER BY c.oid
"""

#: Objects whose rights are not those a new object of this owner gets: (kind, name, revoke from, [[rights, to, grantable]]).
DROITS = """
WITH objets AS (
  SELECT 'SCHEMA' AS genre, '' AS nom, nspacl AS acl, nspowner AS qui, 'n'::"char" AS code, 'n'::"char" AS usuel
  FROM pg_namespace WHERE nspname = %(schema)s
  UNION ALL SELECT CASE relkind WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END, quote_ident(relname), relacl, relowner,
    CASE relkind WHEN 'S' THEN 'S' ELSE 'r' END::"char", CASE relkind WHEN 'S' THEN 's' ELSE 'r' END::"char"
  FROM pg_class WHERE relnamespace = %(schema)s::regnamespace AND relkind IN ('r', 'p', 'v', 'S')
  UNION ALL SELECT 'FUNCTION', format('%%I(%%s)', proname, pg_get_function_identity_arguments(oid)), proacl, proowner, 'f', 'f'
  FROM pg_proc WHERE pronamespace = %(schema)s::regnamespace
), effectifs AS (
  SELECT genre, nom, qui, COALESCE(acl, acldefault(usuel, qui)) AS acl, COALESCE((SELECT defaclacl FROM pg_default_acl
    WHERE defaclrole = qui AND defaclnamespace = 0 AND defaclobjtype = code), acldefault(usuel, qui)) AS neuf FROM objets
)
SELECT genre, nom,
  ARRAY(SELECT DISTINCT CASE grantee WHEN 0 THEN 'PUBLIC' ELSE grantee::regrole::text END FROM aclexplode(neuf)),
  ARRAY(SELECT ARRAY[string_agg(privilege_type, ', ' ORDER BY privilege_type),
    CASE grantee WHEN 0 THEN 'PUBLIC' ELSE grantee::regrole::text END, NULLIF(is_grantable, false)::text]
    FROM aclexplode(acl) GROUP BY grantee, is_grantable)
FROM effectifs WHERE ARRAY(SELECT x::text FROM aclexplode(acl) x ORDER BY 1)
  IS DISTINCT FROM ARRAY(SELECT x::text FROM aclexplode(neuf) x ORDER BY 1)
"""

DROITS_DE_COLONNE = """
SELECT format('GRANT %%s (%%I) ON %%I TO %%s', x.privilege_type, a.attname, c.relname,
  CASE x.grantee WHEN 0 THEN 'PUBLIC' ELSE x.grantee::regrole::text END)
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attacl IS NOT NULL AND NOT a.attisdropped, aclexplode(a.attacl) x
WHERE c.relnamespace = %(schema)s::regnamespace
"""

COMMENTAIRES = """
SELECT format('COMMENT ON %%s %%I IS %%L', CASE c.relkind WHEN 'S' THEN 'SEQUENCE' WHEN 'v' THEN 'VIEW' WHEN 'i' THEN 'INDEX'
  WHEN 'I' THEN 'INDEX' ELSE 'TABLE' END, c.relname, d.description)
FROM pg_class c JOIN pg_description d ON d.objoid = c.oid AND d.classoid = 'pg_class'::regclass AND d.objsubid = 0
WHERE c.relnamespace = %(schema)s::regnamespace
UNION ALL
SELECT format('COMMENT ON COLUMN %%I.%%I IS %%L', c.relname, a.attname, d.description)
FROM pg_class c JOIN pg_description d ON d.objoid = c.oid AND d.classoid = 'pg_class'::regclass AND d.objsubid > 0
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = d.objsubid WHERE c.relnamespace = %(schema)s::regnamespace
UNION ALL
SELECT format('COMMENT ON CONSTRAINT %%I ON %%I IS %%L', k.conname, c.relname, d.description)
FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
JOIN pg_description d ON d.objoid = k.oid AND d.classoid = 'pg_constraint'::regclass
WHERE k.connamespace = %(schema)s::regnamespace
UNION ALL
SELECT format('COMMENT ON TRIGGER %%I ON %%I IS %%L', t.tgname, c.relname, d.description)
FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
JOIN pg_description d ON d.objoid = t.oid AND d.classoid = 'pg_trigger'::regclass
WHERE c.relnamespace = %(schema)s::regnamespace
"""
