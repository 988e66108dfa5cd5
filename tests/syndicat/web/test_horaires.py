"""Open now, until when."""

from datetime import UTC, datetime

import pytest

from syndicat.web.horaires import ouverture, semaine, telephone

N = "\u00a0"
HORAIRES = {"lundi": [["13:30", "17:00"], ["08:30", "12:00"]], "mercredi": [["08:30", "12:00"]]}


@pytest.mark.parametrize(
    ("instant", "ouvert", "texte"),
    [
        (datetime(2026, 11, 23, 7, 29, tzinfo=UTC), False, f"Ouvre à 8{N}h{N}30"),
        (datetime(2026, 11, 23, 7, 30, tzinfo=UTC), True, f"Ouvert jusqu’à 12{N}h"),
        (datetime(2026, 11, 23, 11, 0, tzinfo=UTC), False, f"Ouvre à 13{N}h{N}30"),
        (datetime(2026, 11, 23, 15, 59, tzinfo=UTC), True, f"Ouvert jusqu’à 17{N}h"),
        (datetime(2026, 11, 23, 16, 0, tzinfo=UTC), False, f"Ouvre mercredi à 8{N}h{N}30"),
        (datetime(2026, 11, 24, 20, 0, tzinfo=UTC), False, f"Ouvre demain à 8{N}h{N}30"),
        (datetime(2026, 11, 25, 13, 0, tzinfo=UTC), False, f"Ouvre lundi à 8{N}h{N}30"),
    ],
)
def test_l_accueil_dit_s_il_est_ouvert_et_jusqu_a_quand(instant: datetime, ouvert: bool, texte: str) -> None:
    dit = ouverture(HORAIRES, instant)
    assert dit is not None
    assert (dit.ouvert, dit.texte) == (ouvert, texte)


def test_sans_horaires_on_ne_dit_rien() -> None:
    assert ouverture({}, datetime(2026, 11, 23, tzinfo=UTC)) is None
    assert ouverture({"lundi": []}, datetime(2026, 11, 23, tzinfo=UTC)) is None


def test_un_horaire_mal_ecrit_est_ignore() -> None:
    assert (
        ouverture({"lundi": [["8h", "12h"], ["14:00", "13:00"]]}, datetime(2026, 11, 23, 9, tzinfo=UTC))
        is None
    )


def test_la_semaine_commence_aujourd_hui_et_dit_les_jours_fermes() -> None:
    jours = semaine(HORAIRES, datetime(2026, 11, 23, 9, tzinfo=UTC), 3)
    assert [j.nom for j in jours] == ["Aujourd’hui, lundi", "Mardi", "Mercredi"]
    assert jours[0].texte == f"8{N}h{N}30 – 12{N}h et 13{N}h{N}30 – 17{N}h"
    assert jours[1].texte == "Fermé"


def test_un_numero_de_telephone_s_ecrit_par_paires() -> None:
    assert telephone("0353010057") == f"03{N}53{N}01{N}00{N}57"
    assert telephone("+33 3 53 01 00 57") == "+33 3 53 01 00 57"
