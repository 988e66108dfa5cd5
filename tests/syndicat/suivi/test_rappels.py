"""Reminders at 30, 7 and 1 days: each once, to whom it concerns, in the right member."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest

from syndicat.notifications.models import Notification
from syndicat.socle import contexte
from syndicat.suivi import rappels
from syndicat.suivi import service as suivi

pytestmark = pytest.mark.django_db


def _poser(jours: int, **champs: Any) -> str:
    uuid = str(uuid4())
    le = suivi.aujourd_hui() + timedelta(days=jours)
    suivi.poser_echeance("grc", uuid, "reponse", titre="Réponse due", url="/x/", le=le, **champs)
    return uuid


def _avertis(membre: Any) -> list[str]:
    with contexte.dans(membre):
        return sorted(Notification.objects.values_list("user__email", flat=True))


@pytest.mark.parametrize(
    ("reste", "attendu"), [(31, None), (30, 30), (8, 30), (7, 7), (2, 7), (1, 1), (0, 1), (-1, None)]
)
def test_le_palier_suit_les_jours_qui_restent(reste: int, attendu: int | None) -> None:
    jour = date(2026, 3, 1)
    assert rappels.palier(jour + timedelta(days=reste), jour) == attendu


def test_chaque_palier_est_dit_une_fois(hettange: Any) -> None:
    with contexte.dans(hettange):
        _poser(6, roles=["dpo"])
    assert rappels.rappeler() == 1
    assert rappels.rappeler() == 0
    assert _avertis(hettange) == ["dpo@exemple.fr"]


def test_le_temps_passe_les_paliers_se_suivent(hettange: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    vrai = suivi.aujourd_hui()
    with contexte.dans(hettange):
        _poser(35, roles=["maire"])
    comptes = []
    for ecoule in (0, 5, 6, 28, 29, 34, 35, 36):
        monkeypatch.setattr(rappels, "aujourd_hui", lambda e=ecoule: vrai + timedelta(days=e))
        comptes.append(rappels.rappeler())
    assert comptes == [0, 1, 0, 1, 0, 1, 0, 0]


def test_sans_role_le_theme_est_prevenu_agents_et_elus(hettange: Any, acteur: Callable[..., Any]) -> None:
    with contexte.dans(hettange):
        _poser(1)
    rappels.rappeler()
    assert _avertis(hettange) == [f"{n}@exemple.fr" for n in ("adjoint", "agent.grc", "agent", "maire")]


def test_un_voisin_n_est_pas_prevenu(hettange: Any, rodemack: Any) -> None:
    with contexte.dans(rodemack):
        _poser(1, roles=["maire"])
    assert rappels.rappeler() == 1
    assert _avertis(hettange) == []
    assert _avertis(rodemack) == ["maire.rodemack@exemple.fr"]
