"""The door of websockets: host, origin, session, gate; and the watch that closes them when the session ends.

Same checks as for a page, in the same order. A refusal before acceptance is a bare HTTP 403, whatever its reason.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any, TypeVar
from urllib.parse import urlsplit

from channels.db import database_sync_to_async
from channels.routing import URLRouter
from django.conf import settings
from django.contrib.auth import SESSION_KEY, get_user
from django.http import HttpRequest
from django.http.cookie import parse_cookie
from django.http.request import split_domain_port, validate_host
from django.urls import path
from django.utils import timezone
from django.utils.module_loading import import_string

from syndicat.comptes import sessions
from syndicat.comptes.acteur import Acteur, acteur_pour
from syndicat.comptes.models_sessions import SessionDeMembre
from syndicat.membres import annuaire
from syndicat.socle import contexte
from syndicat.socle.contexte import Portee
from syndicat.socle.manifest import manifests
from syndicat.socle.mesures import PRISES
from syndicat.socle.protocoles import PorteDesServices, demander

journal = logging.getLogger("syndicat.direct")
T = TypeVar("T")
Scope = dict[str, Any]
App = Callable[[Scope, Callable[..., Any], Callable[..., Any]], Awaitable[Any]]

ACTE_VEILLE = contexte.declarer_acte(
    "notifications.veille",
    "Vérifier que les sessions des connexions en direct, tous membres confondus, vivent encore.",
)
#: Seconds between two looks at the sessions of open sockets: an end is effective within 10 s even if its message is lost.
VEILLE = 5.0
MAX_PAR_SESSION = 20
REFUS = 4403


async def en_fil(fonction: Callable[..., T], *args: Any) -> T:
    """Run synchronous database work in a thread of the pool: one slow query must not hold every socket's work."""
    resultat: T = await database_sync_to_async(fonction, thread_sensitive=False)(*args)
    return resultat


@dataclass(frozen=True)
class Entree:
    """Who comes in: the collectivité, the person in it, the session."""

    portee: Portee
    acteur: Acteur
    session: Any

    @property
    def groupe(self) -> str:
        """Group of the sockets of this sign-in (``comptes.sessions``)."""
        return sessions.groupe(str(self.session.get(sessions.PARENT, "")))

    @property
    def enfant(self) -> str:
        """Identifier of the session of this member."""
        return str(self.session.get(sessions.ENFANT, ""))


def _entetes(scope: Scope) -> dict[str, str] | None:
    """Headers by lower-case name; None when Host or Origin comes twice (never from a browser)."""
    lus: dict[str, str] = {}
    for nom, valeur in scope.get("headers", ()):
        cle = nom.decode("latin-1").lower()
        if cle in lus and cle in ("host", "origin"):
            return None
        lus[cle] = f"{lus[cle]}; {valeur.decode('latin-1')}" if cle in lus else valeur.decode("latin-1")
    return lus


def origine_admise(origine: str, hote: str) -> bool:
    """The page that opens the socket must come from the very host it speaks to: scheme, name and port."""
    lue = urlsplit(origine)
    if lue.scheme != settings.SCHEMA_PUBLIC or lue.path or lue.query or lue.fragment or not lue.netloc:
        return False
    defaut = ":443" if lue.scheme == "https" else ":80"
    return lue.netloc.lower().removesuffix(defaut) == hote.lower().removesuffix(defaut)


def entrer(scope: Scope) -> Entree | None:
    """Synchronous: host → collectivité, origin, cookie → session → person; None for any refusal."""
    entetes = _entetes(scope)
    if entetes is None:
        return None
    hote = entetes.get("host", "")
    nom = split_domain_port(hote)[0]
    if not nom or not validate_host(nom, settings.ALLOWED_HOSTS):
        return None
    if nom in (settings.HOTE_CONNEXION, settings.HOTE_DONNEES) or not origine_admise(
        entetes.get("origin", ""), hote
    ):
        return None
    portee = annuaire.portee_par_hote(nom)
    cle = parse_cookie(entetes.get("cookie", "")).get(settings.SESSION_COOKIE_NAME)
    if portee is None or not cle:
        return None
    with contexte.dans(portee):
        return _personne(portee, cle)


def _personne(portee: Portee, cle: str) -> Entree | None:
    session = import_module(settings.SESSION_ENGINE).SessionStore(cle)
    if SESSION_KEY not in session or not sessions.valide(session, portee):
        return None
    requete = HttpRequest()
    requete.session = session
    user = get_user(requete)
    if not user.is_authenticated:
        return None
    acteur = acteur_pour(user)
    if acteur.est_agent and settings.MFA_OBLIGATOIRE and not session.get(sessions.MFA):
        return None
    return Entree(portee, acteur, session)


def _service_ouvert(portee: Portee, code: str) -> bool:
    porte = demander(PorteDesServices)  # type: ignore[type-abstract]
    with contexte.dans(portee):
        return porte is not None and porte.est_lisible(code)


def derriere_la_porte(code: str, app: App) -> App:
    """A theme's consumer answers only where its convention lets it be read."""

    async def passer(scope: Scope, receive: Any, send: Any) -> None:
        if not await en_fil(_service_ouvert, scope["portee"], code):
            await refuser(send)
            return
        await app(scope, receive, send)

    return passer


async def refuser(send: Callable[..., Awaitable[None]]) -> None:
    """Close before acceptance: the server answers 403."""
    await send({"type": "websocket.close", "code": REFUS})


async def _nulle_part(scope: Scope, receive: Any, send: Any) -> None:
    await refuser(send)


def routes() -> URLRouter:
    """``/ws/<chemin>`` of every manifest, the themes' behind the gate, anything else refused."""
    lignes: list[Any] = []
    vers: Callable[..., Any] = path  # channels routes ASGI applications, where Django's stubs await views
    for m in manifests():
        for c in m.consommateurs:
            app: App = import_string(c.consommateur).as_asgi()
            lignes.append(vers(f"ws/{c.chemin}", derriere_la_porte(m.code, app) if m.service else app))
    return URLRouter([*lignes, vers("<path:reste>", _nulle_part), vers("", _nulle_part)])


class PriseDeMembre:
    """ASGI middleware: puts ``portee``, ``acteur`` and ``entree`` in the scope, or refuses."""

    def __init__(self, app: App) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:
        entree = await en_fil(entrer, scope)
        if entree is None or _nombre(entree.enfant) >= MAX_PAR_SESSION:
            await refuser(send)
            return
        await self.app(
            {**scope, "entree": entree, "portee": entree.portee, "acteur": entree.acteur}, receive, send
        )


# --- The watch: one task a process, one query for all its sockets -------------------------------------

_ouvertes: dict[int, tuple[str, Any]] = {}
_veilleur: dict[asyncio.AbstractEventLoop, "asyncio.Task[None]"] = {}


def _nombre(enfant: str) -> int:
    return sum(1 for e, _ in _ouvertes.values() if e == enfant)


def veiller(consommateur: Any) -> None:
    """Watch the session of an accepted socket."""
    _ouvertes[id(consommateur)] = (consommateur.scope["entree"].enfant, consommateur)
    PRISES.inc()
    boucle = asyncio.get_running_loop()
    tache = _veilleur.get(boucle)
    if tache is None or tache.done():
        for morte in [b for b in _veilleur if b.is_closed()]:
            del _veilleur[morte]
        _veilleur[boucle] = boucle.create_task(_rondes())


def oublier(consommateur: Any) -> None:
    """The socket is closed."""
    if _ouvertes.pop(id(consommateur), None) is not None:
        PRISES.dec()


def _vivantes(enfants: set[str]) -> set[str]:
    with contexte.hors_membre(), contexte.transverse(ACTE_VEILLE):
        vivantes = SessionDeMembre.objects.filter(
            uuid__in=enfants,
            ended_at__isnull=True,
            parent__ended_at__isnull=True,
            parent__expire_at__gt=timezone.now(),
            parent__user__is_active=True,
        ).values_list("uuid", flat=True)
        return {str(u) for u in vivantes}


async def _rondes() -> None:
    """Every five seconds, close the sockets whose session is over; ends when none is left."""
    while _ouvertes:
        await asyncio.sleep(VEILLE)
        regardees = dict(_ouvertes)
        if not regardees:
            return
        try:
            vivantes = await en_fil(_vivantes, {e for e, _ in regardees.values()})
        except Exception:
            journal.exception("sessions des prises : vérification en échec")
            continue
        for cle, (enfant, consommateur) in regardees.items():
            if enfant not in vivantes and cle in _ouvertes:
                await _fermer(consommateur)


async def _fermer(consommateur: Any) -> None:
    try:
        await asyncio.wait_for(consommateur.session_fin({}), 2)
    except Exception:
        journal.warning("prise déjà fermée")
