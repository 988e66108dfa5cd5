"""Everything asks for an account but a reviewed list: the list and the routes are compared in both directions."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.urls import URLPattern, URLResolver, get_resolver
from rest_framework.permissions import AllowAny

from syndicat.api.permissions import Ouvert
from syndicat.comptes.vues_publiques import VUES_PUBLIQUES, VUES_PUBLIQUES_CONNEXION


def routes(resolveur: URLResolver, espaces: tuple[str, ...] = ()) -> Iterator[tuple[str, Any]]:
    for motif in resolveur.url_patterns:
        if isinstance(motif, URLResolver):
            yield from routes(motif, (*espaces, motif.namespace) if motif.namespace else espaces)
        elif isinstance(motif, URLPattern):
            yield ":".join((*espaces, motif.name or str(motif.pattern))), motif.callback


def publique(vue: Any) -> bool:
    """Answers without an account: not caught by the login middleware, nor by a DRF permission."""
    classe = getattr(vue, "cls", None)
    if classe is not None:
        permissions = getattr(vue, "initkwargs", {}).get("permission_classes", classe.permission_classes)
        return any(p in (Ouvert, AllowAny) for p in permissions) or not permissions
    return not getattr(vue, "login_required", True)


@pytest.mark.parametrize(
    ("urlconf", "revues"),
    [(settings.ROOT_URLCONF, VUES_PUBLIQUES), (settings.URLCONF_CONNEXION, VUES_PUBLIQUES_CONNEXION)],
)
def test_une_vue_est_publique_si_et_seulement_si_elle_est_dans_la_liste(
    urlconf: str, revues: frozenset[str]
) -> None:
    toutes = dict(routes(get_resolver(urlconf)))
    assert len(toutes) > 10
    ouvertes = {nom for nom, vue in toutes.items() if publique(vue)}
    assert ouvertes - revues == set(), "ouvertes sans avoir été revues"
    assert revues - ouvertes == set(), "dans la liste, mais fermées ou disparues"


def test_une_vue_sans_mention_est_fermee() -> None:
    def vue(request: Any) -> None: ...

    assert not publique(vue)
