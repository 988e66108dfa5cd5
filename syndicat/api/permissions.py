"""REST: everything is refused unless a view says who may; the right asked is the same predicate as the pages'."""

from typing import Any

from django.http import Http404
from rest_framework.exceptions import NotAuthenticated
from rest_framework.permissions import SAFE_METHODS, BasePermission

from syndicat.comptes.acteur import Acteur, acteur_de
from syndicat.comptes.perms import Droit
from syndicat.socle.contexte import portee_courante


class Refus(BasePermission):
    """Default permission: nobody."""

    def has_permission(self, request: Any, view: Any) -> bool:
        return False


class ParDroit(BasePermission):
    """Asks ``view.droit`` to read and ``view.droit_ecriture`` (else ``droit``) to write; on an object, with the object.

    Without an account: 401 or 403. A citizen or a foreigner: 404, as the pages. An agent without the right: 403.
    A view with neither is refused to all.
    """

    def _droit(self, request: Any, view: Any) -> Droit | None:
        droit: Droit | None = getattr(view, "droit", None)
        if request.method not in SAFE_METHODS:
            droit = getattr(view, "droit_ecriture", None) or droit
        return droit

    def _repondre(self, request: Any, tenu: bool) -> bool:
        if tenu:
            return True
        acteur = acteur_de(request._request)
        if acteur.user_id is None:
            raise NotAuthenticated
        if not acteur.est_agent:
            raise Http404
        return False

    def has_permission(self, request: Any, view: Any) -> bool:
        droit = self._droit(request, view)
        return droit is not None and self._repondre(request, droit(acteur_de(request._request)))

    def has_object_permission(self, request: Any, view: Any, obj: Any) -> bool:
        droit = self._droit(request, view)
        return droit is not None and self._repondre(request, droit(acteur_de(request._request), obj))


class Ouvert(BasePermission):
    """Anybody, to read: open data and the description of the API. Such a view stands in the reviewed list of public views."""

    def has_permission(self, request: Any, view: Any) -> bool:
        return request.method in SAFE_METHODS


def acteur(request: Any) -> Acteur:
    """Who calls, in the collectivité in scope (``by=`` of the action a view calls)."""
    trouve = acteur_de(request._request)
    assert trouve.portee is None or trouve.portee == portee_courante()
    return trouve
