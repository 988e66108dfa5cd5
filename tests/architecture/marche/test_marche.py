"""Isolation, walked: every URL × method × role × foreign tenant; a route nobody can reach fails the build."""

import logging
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from syndicat.comptes.vues_publiques import VUES_PUBLIQUES
from tests.architecture.marche import canaris
from tests.architecture.marche.exemptions import EXEMPTIONS, raison
from tests.architecture.marche.marcheur import Marcheur
from tests.architecture.marche.routes import Route, routes

pytestmark = [pytest.mark.xdist_group("marche")]


@pytest.fixture
def marcheur(hettange: Any, rodemack: Any, visite: Callable[..., Client]) -> Marcheur:
    logging.getLogger("django.request").setLevel(logging.CRITICAL)
    for membre in (hettange, rodemack):
        canaris.peupler(membre)
        canaris.tamponner(membre)
    return Marcheur(ici=hettange, ailleurs=rodemack, visite=visite)


def _est_publique(route: Route) -> bool:
    return route.nom in VUES_PUBLIQUES


def test_la_marche_ne_trouve_aucune_fuite(marcheur: Marcheur, capsys: pytest.CaptureFixture[str]) -> None:
    marchees, inatteintes, exemptees = 0, [], Counter[str]()
    for route in routes():
        marcheur.page_ici(route)
        for methode in route.methodes:
            if pourquoi := raison(route.cle, methode):
                exemptees[pourquoi] += 1
            elif marcheur.atteindre(route, methode):
                marchees += 1
            elif methode in ("GET", "POST") and not _refuse_la_methode(marcheur, route, methode):
                inatteintes.append(f"{route.cle} {methode}")
            marcheur.objet_etranger(route, methode)
            for role in ("maire.rodemack", "agent.rodemack"):
                marcheur.session_etrangere(route, methode, role, publique=_est_publique(route))
    with capsys.disabled():
        print(
            f"\nMarche : {len(routes())} routes, {marchees} couples route × méthode vus, {len(marcheur.roles())} rôles,"
            f" {marcheur.requetes} requêtes, {len(marcheur.fuites)} fuites, {sum(exemptees.values())} exemptions"
        )
        for pourquoi, n in exemptees.items():
            print(f"  exempté ({n}) : {pourquoi}")
    assert not marcheur.fuites, "\n".join(map(str, marcheur.fuites[:40]))
    assert not marcheur.pannes, "\n".join(sorted(marcheur.pannes))
    assert not inatteintes, "Aucun rôle n’atteint : " + ", ".join(inatteintes)
    assert all(pourquoi for *_, pourquoi in EXEMPTIONS)


def _refuse_la_methode(marcheur: Marcheur, route: Route, methode: str) -> bool:
    """True where the view itself says 405: the method does not exist there."""
    for hote, slug, role in marcheur._scenes(route):
        for kwargs in marcheur.valeurs(route, marcheur.objets_ici, marcheur.ici):
            url = marcheur.url(route, kwargs)
            if url and marcheur.demander(marcheur.client(slug, role), methode, url, hote).status_code == 405:
                return True
    return False


def test_un_anonyme_n_atteint_que_les_vues_publiques_revues(marcheur: Marcheur) -> None:
    ouvertes = []
    for route in routes():
        if _est_publique(route) or raison(route.cle, "GET"):
            continue
        for hote, slug, role in marcheur._scenes(route):
            if role:
                continue
            for kwargs in list(marcheur.valeurs(route, marcheur.objets_ici, marcheur.ici))[:2]:
                url = marcheur.url(route, kwargs)
                if url is None:
                    continue
                reponse = marcheur.demander(marcheur.client(slug, ""), "GET", url, hote)
                if reponse.status_code < 400 and "connexion" not in reponse.headers.get("Location", ""):
                    ouvertes.append(f"{route.cle} ({reponse.status_code})")
    assert ouvertes == []
