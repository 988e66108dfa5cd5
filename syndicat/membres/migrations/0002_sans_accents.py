"""Accent folding by one immutable function of ours (no unaccent extension), and the indexes that use it."""

from django.db import migrations

# Same result as registre.sans_accents: ligatures spelt out, decomposed, what is not ASCII dropped, lower case.
# Body in SQL-standard form: names are bound when created, whatever the caller's search_path.
FONCTION = r"""
CREATE FUNCTION public.sans_accents(texte text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN lower(regexp_replace(normalize(replace(replace(replace(texte, 'œ', 'oe'), 'Œ', 'Oe'), 'æ', 'ae'), NFKD),
  '[^\x01-\x7f]', '', 'g') COLLATE "C")
"""
INDEX = "CREATE INDEX membres_collectivite_nom_sans_accents ON membres_collectivite USING gin (public.sans_accents(nom) gin_trgm_ops)"


class Migration(migrations.Migration):
    dependencies = [("membres", "0001_initial")]

    operations = [
        migrations.RunSQL(FONCTION, "DROP FUNCTION public.sans_accents(text)"),
        migrations.RunSQL(INDEX, "DROP INDEX membres_collectivite_nom_sans_accents"),
    ]
