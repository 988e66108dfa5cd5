"""Websockets of members: the base of every consumer, and the bell of the desk.

The tenancy lives in a context variable that the event loop does not carry into threads: so a consumer never touches the
database but through :meth:`ConsommateurDeMembre.en_base`, which sets it inside the synchronous function.
"""

import asyncio
import time
from collections.abc import Callable
from typing import Any, TypeVar

from channels.exceptions import StopConsumer
from channels.generic.websocket import AsyncJsonWebsocketConsumer

from syndicat.comptes.acteur import Acteur
from syndicat.notifications import direct, prises, service
from syndicat.notifications.perms import can_read_notifications
from syndicat.socle import contexte, groupes
from syndicat.socle.contexte import Portee

T = TypeVar("T")
#: Close codes (4000–4999 are ours): session over, too many messages, client too slow.
FIN_DE_SESSION, TROP_DE_MESSAGES, TROP_LENT, SANS_DROIT = 4001, 4008, 4013, 4003
DELAI_ENVOI = 5.0
MESSAGES_PAR_SECONDE = 20


class ConsommateurDeMembre(AsyncJsonWebsocketConsumer):
    """Base consumer. Subclasses override :meth:`ouvrir`, :meth:`recevoir` and their own message handlers.

    The middleware of ``prises`` has put ``portee``, ``acteur`` and ``entree`` in the scope. Groups joined by
    :meth:`rejoindre` are always the member's.
    """

    portee: Portee
    acteur: Acteur

    async def connect(self) -> None:
        self.portee = self.scope["portee"]
        self.acteur = self.scope["acteur"]
        self._groupes: set[str] = set()
        self._fenetre, self._recus = time.monotonic(), 0
        if not await self.autoriser():
            await self.close(code=SANS_DROIT)
            return
        await self._entrer(self.scope["entree"].groupe)
        prises.veiller(self)
        await self.accept()
        await self.ouvrir()

    async def autoriser(self) -> bool:
        """Whether this person may open this socket (a predicate of the theme); everybody signed in by default."""
        return self.acteur.user_id is not None

    async def ouvrir(self) -> None:
        """After acceptance: join groups, send the first state."""

    async def recevoir(self, contenu: Any) -> None:
        """A JSON message of the client (ignored by default)."""

    # -- tools for subclasses ---------------------------------------------------------------------
    async def en_base(self, fonction: Callable[..., T], *args: Any, **kwargs: Any) -> T:
        """Run a synchronous function in a thread, with the member in scope there."""

        def faire() -> T:
            with contexte.dans(self.portee):
                return fonction(*args, **kwargs)

        return await prises.en_fil(faire)

    async def rejoindre(self, nom: str) -> None:
        """Join a group of this member."""
        await self._entrer(groupes.groupe_de_membre(nom, self.portee.collectivite_id))

    async def quitter(self, nom: str) -> None:
        """Leave a group of this member."""
        groupe = groupes.groupe_de_membre(nom, self.portee.collectivite_id)
        if groupe in self._groupes:
            self._groupes.discard(groupe)
            await self.channel_layer.group_discard(groupe, self.channel_name)

    async def _entrer(self, groupe: str) -> None:
        await self.channel_layer.group_add(groupe, self.channel_name)
        self._groupes.add(groupe)

    # -- channels' own ----------------------------------------------------------------------------
    async def send(self, *args: Any, **kwargs: Any) -> None:
        """A client that does not read within five seconds is let go: its messages must not pile up here."""
        try:
            await asyncio.wait_for(super().send(*args, **kwargs), DELAI_ENVOI)
        except TimeoutError:
            await self.close(code=TROP_LENT)

    async def send_json(self, content: Any, close: bool = False) -> None:
        """Through :meth:`send` of this class: channels' own goes past it."""
        await self.send(text_data=await self.encode_json(content), close=close)

    async def receive(
        self, text_data: str | None = None, bytes_data: bytes | None = None, **kwargs: Any
    ) -> None:
        """Twenty messages a second at most, JSON text only."""
        maintenant = time.monotonic()
        if maintenant - self._fenetre >= 1:
            self._fenetre, self._recus = maintenant, 0
        self._recus += 1
        if self._recus > MESSAGES_PAR_SECONDE or text_data is None:
            await self.close(code=TROP_DE_MESSAGES)
            return
        try:
            contenu = await self.decode_json(text_data)
        except ValueError:
            await self.close(code=1003)
            return
        await self.recevoir(contenu)

    async def session_fin(self, message: dict[str, Any]) -> None:
        """Order to close: the sign-in has ended, or its session in one collectivité (``collectivite_id``)."""
        if message.get("collectivite_id") in (None, self.portee.collectivite_id):
            await self.close(code=FIN_DE_SESSION)

    async def websocket_disconnect(self, message: dict[str, Any]) -> None:
        """Leave every group, whatever happened."""
        prises.oublier(self)
        for groupe in list(getattr(self, "_groupes", ())):
            await self.channel_layer.group_discard(groupe, self.channel_name)
        raise StopConsumer


class NotificationsConsommateur(ConsommateurDeMembre):
    """The bell: sends ``{"type": "compte", "non_lues": n}`` at opening and at each change, and new titles."""

    async def autoriser(self) -> bool:
        return can_read_notifications(self.acteur)

    async def ouvrir(self) -> None:
        await self.rejoindre(direct.groupe_de_personne(self.acteur.user_id or 0))
        await self._compte()

    async def notification_nouvelle(self, message: dict[str, Any]) -> None:
        """Something new for this person."""
        contenu = {cle: message[cle] for cle in ("uuid", "titre", "service")}
        await self.send_json({"type": "nouvelle", **contenu})
        await self._compte()

    async def notification_lue(self, message: dict[str, Any]) -> None:
        """Read in another window."""
        await self._compte()

    async def _compte(self) -> None:
        nombre = await self.en_base(service.compter_non_lues, self.acteur.user_id)
        await self.send_json({"type": "compte", "non_lues": nombre})
