"""All schemas follow the code: by replay where they may, the long way where they must, and after any kill."""

import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connections

from syndicat.membres import collecte, embarquement, empreinte, gabarit, migrateur, schema, verrou
from syndicat.membres.acteurs import Plateforme
from syndicat.membres.models import Collectivite, MigrationCollectee

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "proprietaire"])
MODELE = gabarit.MODELE
BY = Plateforme("essai")


def _sql(ordre: str, params: Any = None) -> list[Any]:
    with connections["proprietaire"].cursor() as curseur:
        curseur.execute(ordre, params)
        return curseur.fetchall() if curseur.description else []


@pytest.fixture
def etape(settings: Any) -> Iterator[Any]:
    """``etape("sql")``: the code now carries the migrations of that scratch set."""
    gabarit.oublier()

    def poser(nom: str) -> None:
        settings.MIGRATION_MODULES = {"videoprotection": f"tests.syndicat.membres.essais.{nom}"}

    yield poser
    gabarit.oublier()


def _membres() -> list[str]:
    return migrateur.schemas_des_membres()


def test_sans_nouveaute_rien_ne_bouge() -> None:
    bilan = migrateur.migrer()
    assert bilan.rien_a_faire
    assert bilan.a_jour == len(_membres()) == 5


def test_une_migration_en_sql_pur_est_rejouee_partout(etape: Any) -> None:
    etape("sql")
    bilan = migrateur.migrer()
    assert (bilan.modele, bilan.rejoues, bilan.au_long, bilan.echecs) == (2, 5, 0, {})
    schema.migrer_schema("essai_au_long")
    attendu = [*empreinte.structure("essai_au_long"), *empreinte.contenu("essai_au_long")]
    for nom in (MODELE, "m_57323"):
        assert [ligne for ligne in attendu if "essai_" in ligne] == [
            ligne for ligne in [*empreinte.structure(nom), *empreinte.contenu(nom)] if "essai_" in ligne
        ]
    assert empreinte.de_structure("m_57323") == empreinte.de_structure("essai_au_long")
    assert _sql("SELECT nom FROM m_57323.essai_chose") == [("100 % d'accord",)]
    assert _sql("INSERT INTO m_57323.essai_chose (nom, etat) VALUES ('suivant', 'hiver') RETURNING id") == [
        (8,)
    ]
    assert _sql("SELECT etat FROM m_57323.essai_chose WHERE id = 7") == [("été %s",)]
    assert migrateur.migrer().rien_a_faire
    assert not MigrationCollectee.objects.exists()


def test_du_python_passe_par_chaque_schema(etape: Any) -> None:
    etape("python")
    bilan = migrateur.migrer(fils=2)
    assert (bilan.au_long, bilan.echecs) == (5, {})
    for nom in _membres():
        assert _sql(f'SELECT nom, rang FROM "{nom}".essai_chose WHERE id <> 7') == [(nom, 3)]


def test_un_schema_qui_a_derive_va_par_le_chemin_long(etape: Any) -> None:
    _sql("CREATE TABLE m_57323.intruse (id int)")
    etape("sql")
    bilan = migrateur.migrer()
    assert (bilan.rejoues, bilan.au_long, bilan.echecs) == (4, 1, {})


def test_ce_qui_est_interrompu_reprend_ou_il_en_etait(etape: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    etape("sql")
    vrai, compte = collecte.rejouer, []

    def couper(c: collecte.Collecte, alias: str = "proprietaire") -> None:
        compte.append(c.nom)
        if len(compte) == 4:  # the second step of the second schema
            raise KeyboardInterrupt
        vrai(c, alias)

    monkeypatch.setattr(collecte, "rejouer", couper)
    with pytest.raises(KeyboardInterrupt):
        migrateur.migrer(fils=1)
    monkeypatch.setattr(collecte, "rejouer", vrai)
    connections["proprietaire"].set_schema_to_public()  # type: ignore[attr-defined]
    bilan = migrateur.migrer()
    assert (bilan.modele, bilan.a_jour, bilan.rejoues, bilan.au_long) == (0, 1, 4, 0)
    assert len({empreinte.de_structure(n) for n in [MODELE, *_membres()]}) == 1


def test_l_ordre_et_sa_ligne_tiennent_dans_une_transaction(etape: Any) -> None:
    _sql("CREATE TABLE m_57323.essai_chose (id int)")  # the statements will fail there
    etape("sql")
    bilan = migrateur.migrer()
    assert list(bilan.echecs) == ["m_57323"]
    assert bilan.rejoues == 4
    assert _sql("SELECT count(*) FROM m_57323.django_migrations WHERE app = 'videoprotection'") == [(0,)]
    with pytest.raises(CommandError, match="1 membres non migrés"):
        call_command("migrate_membres")
    _sql("DROP TABLE m_57323.essai_chose")
    assert migrateur.migrer().echecs == {}


def test_un_lecteur_long_fait_reessayer_sans_rien_bloquer(
    etape: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    etape("sql")
    monkeypatch.setattr(verrou, "ATTENTE_VERROU", "100ms")
    lecteur = connections["proprietaire"].copy()
    lecteur.inc_thread_sharing()
    with lecteur.cursor() as curseur:
        curseur.execute(
            "BEGIN; SELECT count(*) FROM m_57323.django_migrations; LOCK TABLE m_57323.django_migrations"
        )

    def relacher() -> None:
        time.sleep(1.0)
        lecteur.close()

    fil = threading.Thread(target=relacher)
    fil.start()
    bilan = migrateur.migrer()
    fil.join()
    assert bilan.echecs == {}


def test_un_index_concurrent_interrompu_est_refait(etape: Any) -> None:
    etape("concurrent")
    _sql("CREATE TABLE m_57323.temoin (id int)")  # long way for this one, replay for the others
    assert migrateur.migrer().echecs == {}
    for nom in ("m_57323", "m_57588"):
        _sql(f"DELETE FROM \"{nom}\".django_migrations WHERE name = '0002_index'")
    superutilisateur = (
        "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'm_57323.essai_nom_idx'::regclass"
    )
    import psycopg

    from tests.conftest import ADMIN

    base = connections["proprietaire"].settings_dict["NAME"]
    with psycopg.connect(ADMIN, dbname=base, autocommit=True) as admin:
        admin.execute(superutilisateur)
    assert migrateur.migrer().echecs == {}
    assert _sql("SELECT count(*) FROM pg_index WHERE NOT indisvalid") == [(0,)]
    assert _sql("SELECT count(*) FROM pg_class WHERE relname LIKE 'essai_nom_idx%%'") == [
        (6,)
    ]  # the template and five members, no twin


def test_on_n_embarque_pas_pendant_une_migration(monkeypatch: pytest.MonkeyPatch) -> None:
    cible = Collectivite.objects.get(slug="louvigny")
    with (
        verrou.structure(exclusif=True),
        pytest.raises(verrou.VerrouPris),
        verrou.structure(exclusif=False, attendre=0),
    ):
        embarquement.embarquer(collectivite=cible, by=BY, verrouiller=False)
    with verrou.structure(exclusif=False), verrou.structure(exclusif=False, attendre=0):
        pass  # two onboardings at once


def test_on_n_embarque_pas_sur_un_modele_en_retard(etape: Any) -> None:
    etape("sql")
    migrateur.schema.migrer_public()
    with pytest.raises(CommandError, match="migrate_membres"):
        call_command("onboard", "louvigny")
