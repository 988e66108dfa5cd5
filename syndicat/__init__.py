"""syndicat: shared digital services of a French *syndicat mixte*, one tenant per member."""

from syndicat.celery import app as celery_app

__all__ = ["celery_app"]
