"""The tenancy context and the database engine agree, whatever happens to the transaction."""

import threading
from typing import Any

import pytest
from django.db import connection, transaction

from syndicat.conventions.models import Convention
from syndicat.socle import contexte


def _schema() -> str:
    with connection.cursor() as curseur:
        curseur.execute("SELECT current_schema(), current_setting('syndicat.collectivite', true)")
        ligne = curseur.fetchone()
    return f"{ligne[0]}/{ligne[1]}"


def _attendu(membre: Any) -> str:
    return f"{membre.schema_name}/{membre.pk}"


def test_le_schema_suit_le_contexte_et_revient(hettange: Any, rodemack: Any) -> None:
    with contexte.dans(hettange):
        assert _schema() == _attendu(hettange)
        with contexte.dans(rodemack):
            assert _schema() == _attendu(rodemack)
        assert _schema() == _attendu(hettange)
    assert _schema() == "public/"


def test_un_point_de_reprise_defait_ne_change_pas_de_membre(hettange: Any, rodemack: Any) -> None:
    with contexte.dans(hettange):
        _schema()
        point = transaction.savepoint()
        with contexte.dans(rodemack):
            assert _schema() == _attendu(rodemack)
        transaction.savepoint_rollback(point)
        assert _schema() == _attendu(hettange)


def test_une_lecture_sans_collectivite_est_refusee(db: None) -> None:
    with pytest.raises(contexte.SansCollectivite):
        Convention.objects.count()


def test_la_securite_de_ligne_tient_meme_en_sql(hettange: Any, rodemack: Any) -> None:
    with contexte.dans(hettange), connection.cursor() as curseur:
        curseur.execute("SELECT DISTINCT collectivite_id FROM conventions_convention")
        assert curseur.fetchall() == [(hettange.pk,)]


@pytest.mark.django_db(transaction=True)
def test_cinq_fils_ne_se_melangent_pas(hettange: Any, rodemack: Any) -> None:
    faux: list[str] = []

    def tourner(membre: Any) -> None:
        for _ in range(40):
            with contexte.dans(membre):
                if _schema() != _attendu(membre):
                    faux.append(_schema())
        connection.close()

    fils = [threading.Thread(target=tourner, args=(m,)) for m in (hettange, rodemack) * 3]
    for f in fils:
        f.start()
    for f in fils:
        f.join()
    assert faux == []
