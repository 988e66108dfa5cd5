"""Celery application; every task runs inside a collectivité or says that it does not."""

import os
from typing import Any

from celery import Celery
from celery.signals import setup_logging

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "syndicat.settings.dev")

app = Celery("syndicat", task_cls="syndicat.socle.taches:TacheMembre")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@setup_logging.connect
def _garder_nos_journaux(**_: Any) -> None:
    """Celery leaves the logs as the settings made them (JSON, collectivité, request)."""
