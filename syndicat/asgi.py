"""ASGI entry point: HTTP by Django, websockets by channels (routes from the manifests)."""

import os

from channels.routing import ProtocolTypeRouter
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "syndicat.settings.dev")

http = get_asgi_application()

from syndicat.notifications.prises import PriseDeMembre, routes  # noqa: E402 - the applications are loaded above

application = ProtocolTypeRouter({"http": http, "websocket": PriseDeMembre(routes())})
