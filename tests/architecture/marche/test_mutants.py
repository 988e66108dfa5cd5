"""Removing a guard makes the walk fail: each mutant must be seen, or the walk proves nothing."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
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
    from syndicat.comptes import acteur, middleware

    def laisser_passer(self: Any, request: Any) -> Any:
        return self.get_response(request)

    monkeypatch.setattr(middleware.SessionDeMembreMiddleware, "__call__", laisser_passer)
    vrai = acteur.acteur_pour

    def partout(user: Any) -> Any:
        from dataclasses import replace

        base = vrai(user)
        return replace(base, roles=frozenset({"maire"}), genre="agent") if user.is_authenticated else base

    monkeypatch.setattr(acteur, "acteur_pour", partout)
    assert any("session étrangère" in f for f in _courte_marche(marcheur))


@contextmanager
def _schema_du_voisin(rodemack: Any) -> Iterator[None]:
    vrai = contexte.fixer

    def fixer(portee: Any) -> Any:
        return vrai(rodemack.portee if portee is not None and not portee.est_syndicat else portee)

    contexte.fixer = fixer  # type: ignore[assignment]
    try:
        yield
    finally:
        contexte.fixer = vrai


def test_mutant_le_contexte_pose_le_schema_du_voisin(marcheur: Marcheur, rodemack: Any) -> None:
    """The request says Hettange-Grande, the database is at Rodemack: its canaries come out."""
    from django.contrib.auth.models import AnonymousUser

    from syndicat.comptes import acteur

    vrai = acteur.acteur_pour

    def comme_maire(user: Any) -> Any:
        from dataclasses import replace

        base = vrai(user)
        return (
            base
            if isinstance(user, AnonymousUser)
            else replace(base, roles=frozenset({"maire"}), genre="agent")
        )

    acteur.acteur_pour = comme_maire
    try:
        with _schema_du_voisin(rodemack):
            assert _courte_marche(marcheur)
    finally:
        acteur.acteur_pour = vrai
