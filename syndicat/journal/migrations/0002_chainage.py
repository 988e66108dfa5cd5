"""The chain: row security, rights, and the functions that number, guard and cut. Owned by the owner's role.

The application inserts lines and personal details, erases personal details, writes checkpoints. It can
neither number nor change nor remove a line; nor can the owner, except through what stands here.
"""

from typing import ClassVar

from django.db import migrations

_QUI = "NULLIF(current_setting('syndicat.collectivite', true), '')::bigint"
_TRANSVERSE = "COALESCE(current_setting('syndicat.transverse', true), '') <> ''"
_TABLES = (
    "journal_ligne",
    "journal_personnel",
    "journal_tete",
    "journal_coupe",
    "journal_completion",
    "journal_purge",
)


def _securite() -> str:
    """Reading: own lines, or a cross-member act. Writing: for the collectivité in scope only.

    The owner's role sees all: the functions below run under it, whatever collectivité is in scope at COMMIT.
    """
    ordres = []
    for table in _TABLES:
        ordres.append(
            f"ALTER TABLE public.{table} ENABLE ROW LEVEL SECURITY;"
            f"ALTER TABLE public.{table} FORCE ROW LEVEL SECURITY;"
            f"CREATE POLICY proprietaire ON public.{table} TO CURRENT_USER USING (true) WITH CHECK (true);"
            f"CREATE POLICY membre ON public.{table} USING (collectivite_id = {_QUI}) WITH CHECK (collectivite_id = {_QUI});"
            f"CREATE POLICY lecture ON public.{table} FOR SELECT USING ({_TRANSVERSE});"
        )
    return "".join(ordres)


DROITS = """
REVOKE ALL ON public.journal_ligne, public.journal_tete, public.journal_coupe, public.journal_personnel FROM PUBLIC, syndicat_app;
GRANT SELECT, INSERT ON public.journal_ligne, public.journal_coupe TO syndicat_app;
GRANT SELECT ON public.journal_tete TO syndicat_app;
GRANT SELECT, INSERT, DELETE ON public.journal_personnel TO syndicat_app;
"""

FONCTIONS = """
-- Before insertion: the clock is the server's, the filter columns come from the hashed text, the number from nobody.
CREATE FUNCTION public.journal_preparer() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE d jsonb := NEW.contenu::jsonb;
BEGIN
  NEW.instant := clock_timestamp();
  NEW.action := COALESCE(d->>'action', '');
  NEW.genre := COALESCE(d#>>'{acteur,genre}', '');
  NEW.par := NULLIF(d#>>'{acteur,uuid}', '')::uuid;
  NEW.objet_genre := COALESCE(d#>>'{objet,0}', '');
  NEW.objet_uuid := COALESCE(d#>>'{objet,1}', '');
  NEW.seq := NULL; NEW.precedente := NULL; NEW.empreinte := NULL;
  RETURN NEW;
END $$;

-- At COMMIT: the first deferred call numbers every waiting line of the transaction (those of others are unseen),
-- collectivités in ascending order so that two transactions never wait for each other; the next calls find nothing.
CREATE FUNCTION public.journal_chainer() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  l record;
  qui bigint;
  n bigint;
  avant bytea;
  apres bytea;
BEGIN
  FOR l IN SELECT id, collectivite_id, instant, contenu FROM public.journal_ligne
           WHERE seq IS NULL ORDER BY collectivite_id, id LOOP
    IF qui IS DISTINCT FROM l.collectivite_id THEN
      IF qui IS NOT NULL THEN
        UPDATE public.journal_tete SET seq = n, empreinte = avant WHERE collectivite_id = qui;
      END IF;
      qui := l.collectivite_id;
      SELECT seq, empreinte INTO n, avant FROM public.journal_tete WHERE collectivite_id = qui FOR UPDATE;
      IF NOT FOUND THEN
        INSERT INTO public.journal_tete (collectivite_id, seq, empreinte)
        VALUES (qui, 0, decode(repeat('00', 32), 'hex')) ON CONFLICT (collectivite_id) DO NOTHING;
        SELECT seq, empreinte INTO n, avant FROM public.journal_tete WHERE collectivite_id = qui FOR UPDATE;
      END IF;
    END IF;
    n := n + 1;
    apres := sha256(avant || convert_to(
      qui || E'\\n' || n || E'\\n' || (extract(epoch FROM l.instant) * 1000000)::bigint || E'\\n' || l.contenu, 'UTF8'));
    UPDATE public.journal_ligne SET seq = n, precedente = avant, empreinte = apres WHERE id = l.id;
    avant := apres;
  END LOOP;
  IF qui IS NOT NULL THEN
    UPDATE public.journal_tete SET seq = n, empreinte = avant WHERE collectivite_id = qui;
  END IF;
  RETURN NULL;
END $$;

-- Nothing goes but what a checkpoint covers, after a year; no change reaches here but those the triggers let through.
CREATE FUNCTION public.journal_garder() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF TG_OP = 'DELETE' AND TG_TABLE_NAME = 'journal_ligne' THEN
    IF OLD.instant < now() - interval '1 year' AND EXISTS (
         SELECT 1 FROM public.journal_coupe c WHERE c.collectivite_id = OLD.collectivite_id AND c.seq >= OLD.seq)
    THEN RETURN OLD; END IF;
  END IF;
  RAISE EXCEPTION 'Le journal ne se modifie pas et ne s''efface pas (% sur %).', TG_OP, TG_TABLE_NAME
    USING ERRCODE = 'insufficient_privilege';
END $$;

-- A checkpoint names a line that exists, with its true hash, older than a year.
CREATE FUNCTION public.journal_verifier_coupe() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM 1 FROM public.journal_ligne l WHERE l.collectivite_id = NEW.collectivite_id AND l.seq = NEW.seq
    AND l.empreinte = NEW.empreinte AND l.instant < now() - interval '1 year';
  IF NOT FOUND THEN
    RAISE EXCEPTION 'Ce point de coupe ne correspond à aucune ligne de plus d''un an.' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;

-- Remove the lines that the last checkpoint of the collectivité in scope covers; answers how many.
CREATE FUNCTION public.journal_couper() RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  qui bigint := NULLIF(current_setting('syndicat.collectivite', true), '')::bigint;
  jusque bigint;
  nombre bigint;
BEGIN
  SELECT max(seq) INTO jusque FROM public.journal_coupe WHERE collectivite_id = qui;
  IF jusque IS NULL THEN RETURN 0; END IF;
  DELETE FROM public.journal_personnel p USING public.journal_ligne l
    WHERE p.ligne_id = l.id AND l.collectivite_id = qui AND l.seq <= jusque;
  DELETE FROM public.journal_ligne WHERE collectivite_id = qui AND seq <= jusque;
  GET DIAGNOSTICS nombre = ROW_COUNT;
  RETURN nombre;
END $$;

REVOKE ALL ON FUNCTION public.journal_couper(), public.journal_chainer(), public.journal_garder() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION public.journal_couper() TO syndicat_app;

CREATE TRIGGER journal_preparer BEFORE INSERT ON public.journal_ligne
  FOR EACH ROW EXECUTE FUNCTION public.journal_preparer();
CREATE CONSTRAINT TRIGGER journal_chainer AFTER INSERT ON public.journal_ligne
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION public.journal_chainer();
CREATE TRIGGER journal_verifier_coupe BEFORE INSERT ON public.journal_coupe
  FOR EACH ROW EXECUTE FUNCTION public.journal_verifier_coupe();
"""

_FIGEES = "id, collectivite_id, instant, contenu, action, genre, par, objet_genre, objet_uuid"
#: The only changes let through: numbering a waiting line, moving a head forward. Conditions, not code: they cost little.
_PERMIS = {
    "journal_ligne": "OLD.seq IS NULL AND NEW.seq IS NOT NULL AND ("
    + ", ".join(f"NEW.{c.strip()}" for c in _FIGEES.split(","))
    + ") IS NOT DISTINCT FROM ("
    + ", ".join(f"OLD.{c.strip()}" for c in _FIGEES.split(","))
    + ")",
    "journal_tete": "NEW.collectivite_id = OLD.collectivite_id AND NEW.seq > OLD.seq",
    "journal_coupe": "false",
}
GARDES = "".join(
    f"CREATE TRIGGER journal_garder_modification BEFORE UPDATE ON public.{table}"
    f" FOR EACH ROW WHEN (NOT ({permis})) EXECUTE FUNCTION public.journal_garder();"
    f"CREATE TRIGGER journal_garder_retrait BEFORE DELETE ON public.{table}"
    " FOR EACH ROW EXECUTE FUNCTION public.journal_garder();"
    f"CREATE TRIGGER journal_garder_vidage BEFORE TRUNCATE ON public.{table}"
    " FOR EACH STATEMENT EXECUTE FUNCTION public.journal_garder();"
    for table, permis in _PERMIS.items()
)

DEFAIRE = (
    "".join(
        f"DROP TRIGGER journal_garder_{quoi} ON public.{t};"
        for t in _PERMIS
        for quoi in ("modification", "retrait", "vidage")
    )
    + "DROP TRIGGER journal_verifier_coupe ON public.journal_coupe;"
    "DROP TRIGGER journal_chainer ON public.journal_ligne;DROP TRIGGER journal_preparer ON public.journal_ligne;"
    "DROP FUNCTION public.journal_couper(), public.journal_verifier_coupe(), public.journal_garder(),"
    " public.journal_chainer(), public.journal_preparer();"
    + "".join(
        f"DROP POLICY lecture ON public.{t};DROP POLICY membre ON public.{t};DROP POLICY proprietaire ON public.{t};"
        f"ALTER TABLE public.{t} NO FORCE ROW LEVEL SECURITY;"
        f"ALTER TABLE public.{t} DISABLE ROW LEVEL SECURITY;"
        for t in _TABLES
    )
)


class Migration(migrations.Migration):
    """Append-only by rights and by triggers, chained at COMMIT."""

    dependencies: ClassVar = [("journal", "0001_initial")]
    operations: ClassVar = [
        migrations.RunSQL(sql=_securite() + DROITS + FONCTIONS + GARDES, reverse_sql=DEFAIRE)
    ]
