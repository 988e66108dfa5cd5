"""What follows from django-allauth's own events: sign-ins that a change of security must end or strengthen."""

from typing import Any

from allauth.account import signals as compte
from allauth.mfa import signals as facteur
from allauth.mfa.models import Authenticator
from django.http import HttpRequest

from syndicat.comptes import sessions
from syndicat.comptes.models import User
from syndicat.comptes.models_sessions import ConnexionCentrale


def _ici(request: HttpRequest | None) -> str:
    return str(request.session.get(sessions.PARENT, "")) if request is not None else ""


def mot_de_passe_change(request: HttpRequest | None = None, user: User | None = None, **kwargs: Any) -> None:
    """A new password ends every other sign-in of that person."""
    if user is not None:
        sessions.fermer_tout(user, motif="securite", sauf=_ici(request))


def facteur_ajoute(request: HttpRequest, user: User, authenticator: Authenticator, **kwargs: Any) -> None:
    """The browser that records a second factor has shown it; the others, opened without, must start again."""
    if authenticator.type == Authenticator.Type.RECOVERY_CODES:
        return
    ici = _ici(request)
    if ici:
        ConnexionCentrale.objects.filter(uuid=ici).update(mfa=True)
        request.session[sessions.MFA] = True
    sessions.fermer_tout(user, motif="securite", sauf=ici, sans_mfa=True)


def brancher() -> None:
    """Called once at start."""
    compte.password_changed.connect(mot_de_passe_change, dispatch_uid="comptes.mot_de_passe_change")
    compte.password_set.connect(mot_de_passe_change, dispatch_uid="comptes.mot_de_passe_pose")
    compte.password_reset.connect(mot_de_passe_change, dispatch_uid="comptes.mot_de_passe_refait")
    facteur.authenticator_added.connect(facteur_ajoute, dispatch_uid="comptes.facteur_ajoute")
