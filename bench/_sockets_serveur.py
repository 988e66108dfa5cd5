"""The two servers of ``bench/sockets.py``: the product's door and base consumer, and a bare channels consumer without tenancy.

Both join a group and send what it says; the bare one takes its group from the address and asks nobody anything.
"""

import os
from typing import Any
from urllib.parse import parse_qs

from channels.generic.websocket import AsyncJsonWebsocketConsumer
from channels.routing import ProtocolTypeRouter, URLRouter
from django.core.asgi import get_asgi_application
from django.urls import path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "syndicat.settings.dev")
_http = get_asgi_application()

from syndicat.notifications.consommateurs import ConsommateurDeMembre  # noqa: E402 - applications loaded above
from syndicat.notifications.prises import PriseDeMembre  # noqa: E402


class Banc(ConsommateurDeMembre):
    """A consumer as a theme writes it."""

    async def ouvrir(self) -> None:
        await self.rejoindre("banc")
        await self.send_json({"type": "pret"})

    async def banc_message(self, message: dict[str, Any]) -> None:
        await self.send_json({"type": "m", "n": message["n"], "t": message["t"]})


class Nu(AsyncJsonWebsocketConsumer):
    """The reference."""

    async def connect(self) -> None:
        self.groupe = parse_qs(self.scope["query_string"].decode())["g"][0]
        await self.channel_layer.group_add(self.groupe, self.channel_name)
        await self.accept()
        await self.send_json({"type": "pret"})

    async def disconnect(self, code: int) -> None:
        await self.channel_layer.group_discard(self.groupe, self.channel_name)

    async def banc_message(self, message: dict[str, Any]) -> None:
        await self.send_json({"type": "m", "n": message["n"], "t": message["t"]})


produit = ProtocolTypeRouter(
    {"http": _http, "websocket": PriseDeMembre(URLRouter([path("ws/banc", Banc.as_asgi())]))}
)
temoin = ProtocolTypeRouter({"http": _http, "websocket": URLRouter([path("ws/banc", Nu.as_asgi())])})
