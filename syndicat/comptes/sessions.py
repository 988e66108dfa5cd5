"""Sign-ins and their sessions: open, check at every request, end.

A session is good on one host only, for one collectivité, while its parent sign-in lives. The check is remembered
``FRAICHEUR`` seconds in each process: an end is effective everywhere within that time, at once in the process that decides it.
"""

import hashlib
import logging
import re
import time
import uuid
from collections.abc import Callable, Iterable
from datetime import timedelta
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.conf import settings
from django.contrib.auth import login
from django.contrib.sessions.backends.base import SessionBase
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from syndicat.comptes.models import User
from syndicat.comptes.models_sessions import ConnexionCentrale, SessionDeMembre
from syndicat.socle import contexte
from syndicat.socle.contexte import Portee

P = ParamSpec("P")
R = TypeVar("R")
log = logging.getLogger(__name__)

ESPACE = "espace"  # "connexion" on the sign-in host, the collectivité's number elsewhere
PARENT = "connexion"
ENFANT = "session"
MFA = "mfa"
CENTRAL = "connexion"
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
FRAICHEUR = 2.0
_vues: dict[tuple[str, str], tuple[float, bool]] = {}


def _technique(fonction: Callable[P, R]) -> Callable[P, R]:
    """Sign-ins are the platform's rows: they are written even for a read-only collectivité."""

    @wraps(fonction)
    def avec(*args: P.args, **kwargs: P.kwargs) -> R:
        with contexte.ecriture_technique():
            return fonction(*args, **kwargs)

    return avec


# --- Opening ----------------------------------------------------------------------------------------


def appareil(request: HttpRequest) -> str:
    """« Firefox sur Android »: enough to recognise one's own device, no more."""
    texte = request.headers.get("User-Agent", "")
    navigateur = next(
        (
            n
            for m, n in (("Firefox", "Firefox"), ("Edg/", "Edge"), ("Chrome", "Chrome"), ("Safari", "Safari"))
            if m in texte
        ),
        "Navigateur",
    )
    systeme = next(
        (
            n
            for m, n in (
                ("Android", "Android"),
                ("iPhone", "iPhone"),
                ("iPad", "iPad"),
                ("Windows", "Windows"),
                ("Mac OS", "Mac"),
                ("Linux", "Linux"),
            )
            if m in texte
        ),
        "",
    )
    return f"{navigateur} sur {systeme}" if systeme else navigateur


@_technique
def ouvrir_centrale(request: HttpRequest, user: User, *, mfa: bool) -> ConnexionCentrale:
    """Record the sign-in that has just succeeded on the central host, and tie this browser's session to it."""
    ancienne = request.session.get(PARENT)
    if ancienne:
        fermer_connexions([ancienne], motif="sortie")
    connexion = ConnexionCentrale.objects.create(
        user=user,
        mfa=mfa,
        appareil=appareil(request),
        expire_at=timezone.now() + timedelta(seconds=settings.SESSION_COOKIE_AGE),
    )
    request.session[ESPACE] = CENTRAL
    request.session[PARENT] = str(connexion.uuid)
    request.session[MFA] = mfa
    return connexion


def poser(
    session: SessionBase, *, parent: ConnexionCentrale, enfant: SessionDeMembre, portee: Portee
) -> None:
    """Write in a session what :func:`valide` will ask."""
    session[ESPACE] = str(portee.collectivite_id)
    session[PARENT] = str(parent.uuid)
    session[ENFANT] = str(enfant.uuid)
    session[MFA] = parent.mfa


@_technique
def ouvrir_de_membre(request: HttpRequest, parent: ConnexionCentrale) -> SessionDeMembre:
    """Open the session of the collectivité in scope, child of a sign-in."""
    portee = contexte.exiger_portee()
    precedente = request.session.get(ENFANT)
    if precedente:
        SessionDeMembre.objects.filter(uuid=precedente, ended_at__isnull=True).update(ended_at=timezone.now())
    request.session.flush()
    login(request, parent.user, backend=BACKEND)
    enfant: SessionDeMembre = SessionDeMembre.objects.create(parent=parent)
    poser(request.session, parent=parent, enfant=enfant, portee=portee)
    return enfant


# --- Checking ---------------------------------------------------------------------------------------


def _vivante(parent: str, enfant: str, user_id: str) -> bool:
    maintenant = timezone.now()
    if enfant:
        return SessionDeMembre.objects.filter(
            uuid=enfant,
            ended_at__isnull=True,
            parent__uuid=parent,
            parent__user_id=user_id,
            parent__ended_at__isnull=True,
            parent__expire_at__gt=maintenant,
            parent__user__is_active=True,
        ).exists()
    return ConnexionCentrale.objects.filter(
        uuid=parent, user_id=user_id, ended_at__isnull=True, expire_at__gt=maintenant, user__is_active=True
    ).exists()


def uuid_ou_rien(valeur: Any) -> str:
    """The canonical UUID text, or an empty string."""
    try:
        return str(uuid.UUID(str(valeur)))
    except ValueError:
        return ""


def valide(
    session: SessionBase, portee: Portee | None, *, central: bool = False, user_id: Any = None
) -> bool:
    """True where this signed-in session belongs to this host and its sign-in lives. For views and sockets alike.

    Must run with that collectivité in scope (row-level security); at most one query every ``FRAICHEUR`` seconds.
    """
    if portee is None:
        return False
    attendu = CENTRAL if central else str(portee.collectivite_id)
    parent, enfant = uuid_ou_rien(session.get(PARENT)), uuid_ou_rien(session.get(ENFANT))
    if session.get(ESPACE) != attendu or not parent or bool(enfant) == central:
        return False
    cle = (parent, enfant)
    vu = _vues.get(cle)
    maintenant = time.monotonic()
    if vu is not None and maintenant - vu[0] < FRAICHEUR:
        return vu[1]
    if len(_vues) > 5000:
        _vues.clear()
    vivante = _vivante(parent, enfant, str(user_id if user_id is not None else session["_auth_user_id"]))
    _vues[cle] = (maintenant, vivante)
    return vivante


def groupe(parent: str) -> str:
    """Channel-layer group of the sockets opened under a sign-in."""
    return f"session.{uuid_ou_rien(parent)}"


# --- Ending -----------------------------------------------------------------------------------------


def _annoncer(parents: Iterable[str], collectivite_id: int | None = None) -> None:
    """After commit: forget what was remembered here, and tell the sockets (they also check by themselves)."""
    uuids = [str(p) for p in parents]

    def faire() -> None:
        for cle in [c for c in _vues if c[0] in uuids]:
            _vues.pop(cle, None)
        couche = get_channel_layer()
        if couche is None:
            return
        for parent in uuids:
            message = {"type": "session.fin", "parent": parent, "collectivite_id": collectivite_id}
            try:
                async_to_sync(couche.group_send)(groupe(parent), message)
            except Exception:
                log.warning(
                    "Fin de session non annoncée aux prises : elles la verront seules.", exc_info=True
                )

    transaction.on_commit(faire)


@_technique
def fermer_connexions(parents: Iterable[str], *, motif: str) -> int:
    """End sign-ins: every session opened from them, on every host, is dead."""
    ouvertes = ConnexionCentrale.objects.filter(
        uuid__in=[uuid_ou_rien(p) for p in parents if uuid_ou_rien(p)], ended_at__isnull=True
    )
    uuids = [str(u) for u in ouvertes.values_list("uuid", flat=True)]
    nombre = ConnexionCentrale.objects.filter(uuid__in=uuids, ended_at__isnull=True).update(
        ended_at=timezone.now(), motif=motif
    )
    _annoncer(uuids)
    return nombre


def fermer_tout(user: User, *, motif: str, sauf: str = "", sans_mfa: bool = False) -> int:
    """End every sign-in of a person (``sauf``: but this one; ``sans_mfa``: only those without a second factor)."""
    ouvertes = ConnexionCentrale.objects.filter(user=user, ended_at__isnull=True)
    if sauf:
        ouvertes = ouvertes.exclude(uuid=sauf)
    if sans_mfa:
        ouvertes = ouvertes.filter(mfa=False)
    return fermer_connexions([str(u) for u in ouvertes.values_list("uuid", flat=True)], motif=motif)


@_technique
def fermer_ici(session: SessionBase) -> None:
    """End the session of this host only; the sign-in and its other sessions go on."""
    portee = contexte.exiger_portee()
    enfant, parent = uuid_ou_rien(session.get(ENFANT)), uuid_ou_rien(session.get(PARENT))
    if enfant:
        SessionDeMembre.objects.filter(uuid=enfant, ended_at__isnull=True).update(ended_at=timezone.now())
        _annoncer([parent], portee.collectivite_id)


@_technique
def fermer_chez(user_id: int) -> int:
    """End every session of a person in the collectivité in scope (rights withdrawn)."""
    portee = contexte.exiger_portee()
    ouvertes = SessionDeMembre.objects.filter(parent__user_id=user_id, ended_at__isnull=True)
    parents = {str(u) for u in ouvertes.values_list("parent__uuid", flat=True)}
    nombre = ouvertes.update(ended_at=timezone.now())
    _annoncer(parents, portee.collectivite_id)
    return nombre


# --- Digest -----------------------------------------------------------------------------------------

_HEXA = re.compile(r"^[0-9a-f]{64}$")


def empreinte(texte: str) -> str:
    """SHA-256, in hexadecimal: what is kept of a secret."""
    return hashlib.sha256(texte.encode()).hexdigest()


def est_empreinte(texte: str) -> bool:
    """True for the form of :func:`empreinte`."""
    return bool(_HEXA.match(texte))
