"""The template script builds the same schema as the migrations did, whatever stands in it."""

import pytest
from django.db import IntegrityError, connections, transaction

from syndicat.membres import empreinte, gabarit, schema
from tests.syndicat.membres import brouillon

pytestmark = pytest.mark.django_db(databases=["default", "proprietaire"])


def _executer(ordre: str, alias: str = "proprietaire") -> list[tuple[object, ...]]:
    with connections[alias].cursor() as curseur:
        curseur.execute(ordre)
        return curseur.fetchall() if curseur.description else []


def _complet(nom: str) -> list[str]:
    return [*empreinte.structure(nom), *empreinte.contenu(nom)]


def test_un_schema_rejoue_est_identique_a_sa_source() -> None:
    brouillon.dresser()
    gabarit.rejouer(gabarit.lire("essai_source"), "essai_copie")
    assert _complet("essai_copie") == _complet("essai_source")
    assert empreinte.complete("essai_copie") == empreinte.complete("essai_source")
    assert empreinte.de_structure("essai_copie") == empreinte.de_structure("essai_source")


def test_la_copie_vit_chez_elle() -> None:
    brouillon.dresser()
    gabarit.rejouer(gabarit.lire("essai_source"), "essai_copie")
    _executer(
        "SET search_path = essai_copie, public; INSERT INTO essai_mesure VALUES (9, '2026-06-01', 1, 1)"
    )
    assert _executer("SELECT quoi FROM essai_copie.essai_trace") == [("INSERT essai_mesure_2026",)]
    assert _executer("SELECT count(*) FROM essai_source.essai_trace") == [(0,)]
    with pytest.raises(IntegrityError), transaction.atomic(using="proprietaire"):
        _executer(
            "INSERT INTO essai_copie.essai_creneau (salle_id, periode) VALUES (5, '[2026-01-01 10:00,2026-01-01 11:00)')"
        )
    assert _executer(
        "SELECT count(*) FROM pg_depend d JOIN pg_class c ON c.oid = d.refobjid JOIN pg_namespace n ON n.oid = c.relnamespace"
        " JOIN pg_class o ON o.oid = d.objid JOIN pg_namespace m ON m.oid = o.relnamespace"
        " WHERE n.nspname = 'essai_source' AND m.nspname = 'essai_copie'"
    ) == [(0,)]


def test_chaque_ordre_tient_seul_et_aucune_identite_n_est_ajoutee_apres() -> None:
    brouillon.dresser()
    ordres = gabarit.lire("essai_source").ordres
    assert not [o for o in ordres if "ADD GENERATED" in o.upper()]
    assert not [o for o in ordres if "essai_source" in o and not o.startswith("INSERT INTO")]


@pytest.mark.parametrize(
    "degat",
    [
        "ALTER TABLE essai_copie.essai_salle DROP CONSTRAINT etage_bas",
        "ALTER TABLE essai_copie.essai_salle ALTER COLUMN etage DROP DEFAULT",
        "ALTER TABLE essai_copie.essai_salle ALTER COLUMN etage DROP NOT NULL",
        "DROP INDEX essai_copie.essai_salle_part",
        "DROP TRIGGER essai_m ON essai_copie.essai_mesure",
        "GRANT INSERT ON essai_copie.essai_trace TO syndicat_app",
        "ALTER SEQUENCE essai_copie.essai_numero INCREMENT 4",
        "CREATE OR REPLACE FUNCTION essai_copie.essai_locale(a integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT a + 2'",
        "DROP VIEW essai_copie.essai_vue",
        "ALTER TABLE essai_copie.essai_mesure DETACH PARTITION essai_copie.essai_mesure_autre",
    ],
)
def test_l_empreinte_voit_chaque_ecart(degat: str) -> None:
    brouillon.dresser()
    gabarit.rejouer(gabarit.lire("essai_source"), "essai_copie")
    _executer(degat)
    assert empreinte.de_structure("essai_copie") != empreinte.de_structure("essai_source")
    assert empreinte.ecarts("essai_source", "essai_copie")


def test_l_empreinte_complete_voit_une_ligne_et_un_numero() -> None:
    brouillon.dresser()
    source = empreinte.complete("essai_source")
    for degat in (
        "UPDATE essai_copie.essai_salle SET places = 4",
        "SELECT nextval('essai_copie.essai_numero')",
    ):
        gabarit.rejouer(gabarit.lire("essai_source"), "essai_copie")
        _executer(degat)
        assert empreinte.complete("essai_copie") != source
        _executer("DROP SCHEMA essai_copie CASCADE")


@pytest.mark.parametrize(
    "refuse",
    [
        "CREATE TYPE essai_source.humeur AS ENUM ('bonne')",
        "CREATE MATERIALIZED VIEW essai_source.gelee AS SELECT 1 AS un",
        "ALTER TABLE essai_source.essai_trace ADD qui bigint REFERENCES public.comptes_user",
        "CREATE FUNCTION essai_source.ici() RETURNS bigint LANGUAGE sql AS 'SELECT id FROM essai_source.essai_salle LIMIT 1'",
    ],
)
def test_ce_que_le_gabarit_ne_sait_pas_dire_est_refuse(refuse: str) -> None:
    brouillon.dresser()
    _executer(refuse)
    with pytest.raises(gabarit.GabaritImpossible):
        gabarit.lire("essai_source")


def test_un_schema_migre_et_un_schema_rejoue_sont_identiques() -> None:
    for nom in ("essai_modele", "essai_migre"):
        schema.migrer_schema(nom)
    gabarit.rejouer(gabarit.lire("essai_modele"), "essai_rejoue")
    assert _complet("essai_rejoue") == _complet("essai_migre")
    assert len(_complet("essai_migre")) > 5
