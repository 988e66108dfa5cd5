"""Celery application; every task runs inside a collectivité or says that it does not."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "syndicat.settings.dev")

app = Celery("syndicat", task_cls="syndicat.socle.taches:TacheMembre")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
