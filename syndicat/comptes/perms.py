"""Rights: asking a predicate in a view, and the predicates of this room.

A right is a pure function ``can_x(acteur, objet=None) -> bool`` in the ``perms.py`` of its room or theme; web, API and
templates ask the same one.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from asgiref.sync import iscoroutinefunction, sync_to_async
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest

from syndicat.comptes.acteur import Acteur, acteur_de
from syndicat.comptes.enums import Role

Droit = Callable[..., bool]
V = TypeVar("V", bound=Callable[..., Any])


def verifier(request: HttpRequest, droit: Droit, objet: Any = None) -> Acteur:
    """The actor, once the right is held; else 404 to whom the desk does not exist, 403 to an agent without the right."""
    acteur = acteur_de(request)
    tenu = droit(acteur, objet) if objet is not None else droit(acteur)
    if tenu:
        return acteur
    if acteur.est_agent:
        raise PermissionDenied(f"{droit.__module__}.{droit.__name__}")
    raise Http404


def exiger(droit: Droit) -> Callable[[V], V]:
    """View decorator: ``@exiger(can_read_inbox)``. The predicate stays readable on the view as ``droit``."""

    def decorateur(vue: V) -> V:
        if iscoroutinefunction(vue):

            @wraps(vue)
            async def avec_droit_async(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
                await sync_to_async(verifier)(request, droit)
                return await vue(request, *args, **kwargs)

            avec_droit_async.droit = droit  # type: ignore[attr-defined]
            return avec_droit_async  # type: ignore[return-value]

        @wraps(vue)
        def avec_droit(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            verifier(request, droit)
            return vue(request, *args, **kwargs)

        avec_droit.droit = droit  # type: ignore[attr-defined]
        return avec_droit  # type: ignore[return-value]

    return decorateur


# --- Predicates of this room ------------------------------------------------------------------------

#: Roles that may give and withdraw rights where they are held.
DONNEURS = (Role.ADMINISTRATEUR, Role.MAIRE, Role.PRESIDENT, Role.DIRECTION)


def can_open_desk(acteur: Acteur, objet: Any = None) -> bool:
    """Whoever works for the collectivité has a desk there."""
    return acteur.est_agent


def can_see_team(acteur: Acteur, objet: Any = None) -> bool:
    """Knowing who holds which right: elected members, administrator, DPO, and the direction at the syndicate."""
    return acteur.est_elu or acteur.a_role(Role.ADMINISTRATEUR, Role.DPO, Role.DIRECTION)


def can_give_adhesion(acteur: Acteur, objet: Any = None) -> bool:
    """Giving and withdrawing rights belongs to that collectivité's administrator, mayor or president (direction at the syndicate)."""
    return acteur.a_role(*DONNEURS)


def can_see_delegations(acteur: Acteur, objet: Any = None) -> bool:
    """Orders of delegation are published acts (CGCT L.2131-1): the whole team reads them."""
    return acteur.est_agent


def can_delegate(acteur: Acteur, objet: Any = None) -> bool:
    """Delegating a signature is the mayor's or president's own act (CGCT L.2122-18, L.5211-9); the administrator records it."""
    return acteur.a_role(*DONNEURS)
