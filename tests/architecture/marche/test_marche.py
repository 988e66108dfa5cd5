"""Isolation, walked: every URL × method × role × foreign tenant; a route nobody can reach fails the build."""

import logging
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from syndicat.comptes.vues_publiques import VUES_PUBLIQUES, VUES_PUBLIQUES_CONNEXION, VUES_PUBLIQUES_DONNEES
from tests.architecture.marche import canaris
from tests.architecture.marche.exemptions import EXEMPTIONS, raison
from tests.architecture.marche.marcheur import ABSENTE, Marcheur
from tests.architecture.marche.routes import Route, routes

pytestmark = [pytest.mark.xdist_group("marche")]


@pytest.fixture
def marcheur(syndicat: Any, hettange: Any, rodemack: Any, visite: Callable[..., Client]) -> Marcheur:
    logging.getLogger("django.request").setLevel(logging.CRITICAL)
    canaris.peupler(syndicat)
    for membre in (hettange, rodemack):
        canaris.peupler(membre)
        canaris.tamponner(membre)
    return Marcheur(ici=hettange, ailleurs=rodemack, visite=visite)


def _est_publique(route: Route) -> bool:
    listes = {
        settings.URLCONF_CONNEXION: VUES_PUBLIQUES_CONNEXION,
        settings.URLCONF_DONNEES: VUES_PUBLIQUES_DONNEES,
    }
    return route.nom in listes.get(route.urlconf, VUES_PUBLIQUES)


def test_la_marche_ne_trouve_aucune_fuite(marcheur: Marcheur, capsys: pytest.CaptureFixture[str]) -> None:
    marchees, inatteintes, exemptees = 0, [], Counter[str]()
    for route in routes():
        marcheur.page_ici(route)
        for methode in route.methodes:
            vu = marcheur.atteindre(route, methode)
            if vu == ABSENTE:
                continue
            if pourquoi := raison(route.cle, methode):
                exemptees[pourquoi] += 1
            elif vu:
                marchees += 1
            else:
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


def test_un_anonyme_n_atteint_que_les_vues_publiques_revues(marcheur: Marcheur) -> None:
    ouvertes = []
    for route in routes():
        if _est_publique(route):
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
