"""``check_membres`` sees what it says it sees, and nothing else."""

from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connections

from syndicat.membres import controle
from syndicat.membres.models import Domaine

pytestmark = pytest.mark.django_db(databases=["default", "proprietaire"])


def _sql(ordre: str) -> None:
    with connections["proprietaire"].cursor() as curseur:
        curseur.execute(ordre)


def _graves() -> list[controle.Constat]:
    return [c for c in controle.verifier(fils=1) if c.grave]


def test_des_membres_frais_sont_sains(db: None) -> None:
    assert _graves() == []


@pytest.mark.parametrize(
    ("degat", "mot"),
    [
        ("CREATE TABLE m_57323.intruse (id int)", "structure"),
        ("DROP TABLE m_57323.django_migrations", "absent"),
        ("DELETE FROM m_57323.django_migrations WHERE app = 'sessions'", "retard"),
        ("DROP SCHEMA m_57323 CASCADE", "absent"),
        ("DROP SCHEMA _modele CASCADE", "modèle manque"),
    ],
)
def test_une_derive_se_voit(degat: str, mot: str) -> None:
    _sql(degat)
    assert mot in " ".join(c.quoi for c in _graves())
    with pytest.raises(CommandError, match="anomalies"):
        call_command("check_membres", processus=1)


def test_un_membre_sans_adresse_se_voit() -> None:
    Domaine.objects.using("proprietaire").filter(domain="rodemack.localhost").delete()
    assert [c.quoi for c in _graves()] == ["« Rodemack » n’a aucune adresse qui réponde"]


def test_une_cle_sans_pendant_se_voit() -> None:
    cles = controle.cles_communes()
    if not cles:
        pytest.skip("Aucun thème n’a encore de clé vers le schéma commun.")
    table, colonne, *_ = cles[0]
    _sql(
        "CREATE SCHEMA essai_orphelin; SET search_path = essai_orphelin;"
        + "".join(
            f'CREATE TABLE IF NOT EXISTS "{t}" (temoin int);ALTER TABLE "{t}" ADD COLUMN "{c}" bigint;'
            for t, c, *_ in cles
        )
        + f'INSERT INTO "{table}" ("{colonne}") VALUES (-1), (NULL); SET search_path = public'
    )
    trouves = controle.orphelins("essai_orphelin")
    assert [c.quoi.split(" : ")[0] for c in trouves] == ["1 lignes orphelines"]


def test_trop_peu_de_verrous_n_est_qu_un_avertissement(capsys: Any) -> None:
    with connections["proprietaire"].cursor() as curseur:
        curseur.execute("SELECT current_setting('max_locks_per_transaction')::int")
        peu = curseur.fetchone()[0] < controle.VERROUS_MIN
    avis = [c for c in controle.du_serveur() if "max_locks" in c.quoi]
    assert bool(avis) is peu
    assert not any(c.grave for c in avis)
