"""The API's base: refused by default, the same rights as the pages, errors one can read."""

from typing import Any

import pytest
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.http import Http404
from django.test import Client, RequestFactory
from rest_framework.exceptions import NotFound, ParseError
from rest_framework.response import Response
from rest_framework.views import APIView

from syndicat.api.limites import LimiteParAppelant
from syndicat.api.permissions import Ouvert, ParDroit, Refus
from syndicat.comptes import perms
from syndicat.comptes.acteur import Acteur
from syndicat.socle import contexte

HETTANGE = {"host": "hettange-grande.localhost"}


class Muette(APIView):
    """Says nothing of who may."""

    def get(self, request: Any) -> Response:
        return Response({"ok": True})


class AvecDroit(Muette):
    permission_classes = (ParDroit,)
    droit = staticmethod(perms.can_see_team)
    droit_ecriture = staticmethod(perms.can_give_adhesion)

    def post(self, request: Any) -> Response:
        return Response({"ok": True})


@pytest.fixture
def appel(compte: Any, acteur: Any, hettange: Any) -> Any:
    def faire(vue: type[APIView], local: str = "", methode: str = "get", chez: Any = None) -> Any:
        from django.contrib.auth.models import AnonymousUser

        chez = chez or hettange
        request = getattr(RequestFactory(enforce_csrf_checks=False), methode)("/api/v1/x/")
        request.user = compte(local) if local else AnonymousUser()
        request._dont_enforce_csrf_checks = True
        with contexte.dans(chez):
            request.acteur = acteur(local, chez) if local else Acteur.anonyme()
            reponse = vue.as_view()(request)
            reponse.render()
        return reponse

    return faire


def test_une_vue_qui_ne_dit_rien_est_refusee_a_tous(appel: Any) -> None:
    assert Muette().get_permissions()[0].__class__ is Refus
    for qui in ("maire", "admin", "habitant"):
        assert appel(Muette, qui).status_code == 403
    assert appel(Muette).status_code == 401


def test_une_vue_par_droit_sans_droit_est_refusee(appel: Any) -> None:
    class Oubli(Muette):
        permission_classes = (ParDroit,)

    assert appel(Oubli, "maire").status_code == 403


@pytest.mark.parametrize(
    ("qui", "lecture", "ecriture"),
    [
        ("maire", 200, 200),
        ("dpo", 200, 403),
        ("agent.grc", 403, 403),
        ("habitant", 404, 404),
        ("maire.rodemack", 404, 404),
        ("direction", 404, 404),
        ("", 401, 401),
    ],
)
def test_les_droits_de_l_api_sont_ceux_des_pages(appel: Any, qui: str, lecture: int, ecriture: int) -> None:
    assert appel(AvecDroit, qui).status_code == lecture
    assert appel(AvecDroit, qui, "post").status_code == ecriture


def test_les_erreurs_ont_une_forme_et_des_phrases(appel: Any) -> None:
    def vue(erreur: Exception) -> type[APIView]:
        class Levant(APIView):
            permission_classes = (Ouvert,)
            authentication_classes = ()

            def get(self, request: Any) -> Response:
                raise erreur

        return Levant

    for erreur, code, mot in (
        (NotFound(), 404, "introuvable"),
        (Http404(), 404, "introuvable"),
        (ParseError(), 400, "invalide"),
        (ValidationError("Ce lot est clos."), 400, "invalide"),
    ):
        reponse = appel(vue(erreur))
        assert (reponse.status_code, reponse.data["code"]) == (code, mot)
        assert reponse.data["detail"].endswith(".")
    assert appel(vue(ValidationError("Ce lot est clos."))).data["detail"] == "Ce lot est clos."
    assert appel(vue(ValidationError({"prix": "Trop haut."}))).data["champs"] == {"prix": ["Trop haut."]}


def test_une_panne_n_est_pas_maquillee(appel: Any) -> None:
    class Casse(Muette):
        permission_classes = (Ouvert,)

        def get(self, request: Any) -> Response:
            raise RuntimeError("panne")

    with pytest.raises(RuntimeError):
        appel(Casse)


def test_les_appels_sont_comptes_par_collectivite(
    appel: Any, rodemack: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(LimiteParAppelant, "THROTTLE_RATES", {"anonyme": "2/min", "compte": "3/min"})
    cache.clear()
    assert [appel(AvecDroit, "maire").status_code for _ in range(4)] == [200, 200, 200, 429]
    assert int(appel(AvecDroit, "maire")["Retry-After"]) >= 1
    assert appel(AvecDroit, "maire.rodemack", chez=rodemack).status_code == 200


def test_la_description_est_ouverte_et_ne_decrit_que_les_themes(db: None) -> None:
    reponse = Client(headers=HETTANGE).get("/api/schema/", {"format": "json"})
    assert reponse.status_code == 200
    description = reponse.json()
    assert description["openapi"].startswith("3.")
    assert all(chemin.startswith("/api/v1/") for chemin in description["paths"])
    assert Client(headers=HETTANGE).post("/api/schema/").status_code in (403, 405)
