"""Removing a guard makes the walk fail: each mutant must be seen, or the walk proves nothing."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client

from syndicat.comptes.vues_publiques import VUES_PUBLIQUES
from syndicat.membres import annuaire
from syndicat.socle import contexte
from tests.architecture.marche import canaris
from tests.architecture.marche.marcheur import Marcheur
from tests.architecture.marche.routes import routes

pytestmark = [pytest.mark.xdist_group("marche")]


@pytest.fixture
def marcheur(syndicat: Any, hettange: Any, rodemack: Any, visite: Callable[..., Client]) -> Marcheur:
    canaris.peupler(syndicat)
    for membre in (hettange, rodemack):
        canaris.peupler(membre)
        canaris.tamponner(membre)
    return Marcheur(ici=hettange, ailleurs=rodemack, visite=visite)


def _courte_marche(marcheur: Marcheur) -> list[str]:
    """The checks of the walk on the pages of two themes; answers the leaks seen."""
    for route in routes():
        if not route.nom.startswith(("grc:", "achats:")) or "GET" not in route.methodes:
            continue
        marcheur.page_ici(route)
        marcheur.objet_etranger(route, "GET")
        marcheur.session_etrangere(route, "GET", "maire.rodemack", publique=route.nom in VUES_PUBLIQUES)
    return [f.pourquoi for f in marcheur.fuites]


def test_sans_mutant_la_courte_marche_est_propre(marcheur: Marcheur) -> None:
    assert _courte_marche(marcheur) == []
    assert marcheur.requetes > 20


def test_mutant_le_routage_sert_le_voisin(
    marcheur: Marcheur, rodemack: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The middleware answers every host with the neighbour's collectivité."""
    vrai = annuaire.portee_par_hote
    monkeypatch.setattr(
        annuaire,
        "portee_par_hote",
        lambda hote: rodemack.portee if hote.startswith("hettange") else vrai(hote),
    )
    monkeypatch.setattr(marcheur, "roles", lambda: ("maire", "maire.rodemack", ""))
    assert _courte_marche(marcheur)


def test_mutant_la_session_d_un_voisin_est_acceptee(
    marcheur: Marcheur, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The check of the session's collectivité is skipped and rights travel with the account."""
    from syndicat.comptes import middleware

    def laisser_passer(self: Any, request: Any) -> Any:
        return self.get_response(request)

    monkeypatch.setattr(middleware.SessionDeMembreMiddleware, "__call__", laisser_passer)
    vrai = middleware.acteur_pour

    def partout(user: Any) -> Any:
        base = vrai(user)
        return replace(base, roles=frozenset({"maire"}), genre="agent") if user.is_authenticated else base

    monkeypatch.setattr(middleware, "acteur_pour", partout)
    assert any("session étrangère" in f for f in _courte_marche(marcheur))


def test_mutant_le_contexte_pose_le_schema_du_voisin(
    marcheur: Marcheur, rodemack: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The request says Hettange-Grande, the database is at Rodemack: its canaries come out."""
    from syndicat.comptes import middleware, sessions

    vrai_acteur, vrai_fixer = middleware.acteur_pour, contexte.fixer

    def comme_maire(user: Any) -> Any:
        base = vrai_acteur(user)
        return replace(base, roles=frozenset({"maire"}), genre="agent") if user.is_authenticated else base

    def fixer(portee: Any, **options: Any) -> Any:
        du_voisin = portee is not None and not portee.est_syndicat
        return vrai_fixer(rodemack.portee if du_voisin else portee, **options)

    monkeypatch.setattr(middleware, "acteur_pour", comme_maire)
    monkeypatch.setattr(sessions, "valide", lambda *args, **kwargs: True)
    monkeypatch.setattr(contexte, "fixer", fixer)
    assert any("canari" in f or "étranger" in f for f in _courte_marche(marcheur))
