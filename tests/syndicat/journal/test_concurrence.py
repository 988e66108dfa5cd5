"""Real threads, real commits: no gap, no fork, no deadlock."""

import random
import threading
from typing import Any

import pytest
from django.db import connection, transaction

from syndicat.comptes.acteur import Acteur
from syndicat.journal import consigner
from syndicat.journal.models import Ligne
from syndicat.journal.verification import verifier
from syndicat.socle import contexte

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("journal_vide")]


def _lancer(fonctions: list[Any]) -> list[BaseException]:
    pannes: list[BaseException] = []

    def faire(fonction: Any) -> None:
        try:
            fonction()
        except BaseException as panne:
            pannes.append(panne)
        finally:
            connection.close()

    fils = [threading.Thread(target=faire, args=(f,)) for f in fonctions]
    for fil in fils:
        fil.start()
    for fil in fils:
        fil.join(60)
    assert not any(fil.is_alive() for fil in fils)
    return pannes


def test_huit_fils_sur_une_collectivite_ne_font_ni_trou_ni_fourche(hettange: Any) -> None:
    def ecrire() -> None:
        with contexte.dans(hettange):
            for i in range(25):
                with transaction.atomic():
                    for _ in range(1 + i % 3):
                        consigner("essai.objet.cree", by=Acteur.systeme("essai"), detail={"i": i})

    assert _lancer([ecrire] * 8) == []
    attendu = 8 * sum(1 + i % 3 for i in range(25))
    with contexte.dans(hettange):
        assert list(Ligne.objects.order_by("seq").values_list("seq", flat=True)) == list(
            range(1, attendu + 1)
        )
        assert verifier().intact


def test_des_transactions_croisees_sur_trois_collectivites_ne_se_bloquent_pas(
    hettange: Any, rodemack: Any, cattenom: Any
) -> None:
    membres = [hettange, rodemack, cattenom]

    def ecrire(graine: int) -> Any:
        def faire() -> None:
            hasard = random.Random(graine)
            for i in range(20):
                with transaction.atomic():
                    for membre in hasard.sample(membres, 3):
                        with contexte.dans(membre):
                            consigner("essai.objet.cree", by=Acteur.systeme("essai"), detail={"i": i})
                    if hasard.random() < 0.2:
                        transaction.set_rollback(True)

        return faire

    assert _lancer([ecrire(g) for g in range(8)]) == []
    totaux = set()
    for membre in membres:
        with contexte.dans(membre):
            verdict = verifier()
            assert verdict.anomalies == []
            totaux.add(verdict.lignes)
    assert len(totaux) == 1
    assert 0 < totaux.pop() < 160


def test_qui_valide_plus_tard_ne_voit_pas_les_lignes_en_attente_d_un_autre(hettange: Any) -> None:
    """A waiting line of another transaction is neither numbered nor blocked by ours."""
    attend, fini = threading.Event(), threading.Event()

    def lent() -> None:
        with contexte.dans(hettange), transaction.atomic():
            consigner("essai.objet.lent", by=Acteur.systeme("essai"))
            attend.set()
            assert fini.wait(30)

    def rapide() -> None:
        assert attend.wait(30)
        with contexte.dans(hettange):
            consigner("essai.objet.rapide", by=Acteur.systeme("essai"))
            assert [(x.seq, x.action) for x in Ligne.objects.all()] == [(1, "essai.objet.rapide")]
        fini.set()

    assert _lancer([lent, rapide]) == []
    with contexte.dans(hettange):
        assert [x.action for x in Ligne.objects.order_by("seq")] == ["essai.objet.rapide", "essai.objet.lent"]
        assert verifier().intact
