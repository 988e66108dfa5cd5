"""Celery: a task runs for one collectivité, named in its message headers, or declares itself without member."""

from typing import Any

from celery import Celery, Task
from celery.beat import PersistentScheduler
from celery.schedules import crontab, schedule
from django.utils.module_loading import import_string

from syndicat.socle import contexte
from syndicat.socle.manifest import manifests

ENTETE = "syndicat_collectivite"


class TacheSansMembre(RuntimeError):
    """A message without collectivité reached a member's task: refused, never run in the public schema."""


class TacheMembre(Task):  # type: ignore[type-arg]
    """Base of all tasks. ``sans_membre = True`` on a task says that it sweeps and chooses its members itself."""

    abstract = True
    sans_membre = False

    def apply_async(self, args: Any = None, kwargs: Any = None, **options: Any) -> Any:
        portee = contexte.portee_courante()
        entetes = dict(options.pop("headers", None) or {})
        if not self.sans_membre:
            if ENTETE not in entetes and portee is None:
                raise TacheSansMembre(f"{self.name} : aucune collectivité en cours à l’envoi.")
            entetes.setdefault(ENTETE, portee.collectivite_id if portee else 0)
        return super().apply_async(args, kwargs, headers=entetes, **options)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if self.sans_membre:
            with contexte.hors_membre():
                return super().__call__(*args, **kwargs)
        entetes = getattr(self.request, "headers", None) or {}
        qui = entetes.get(ENTETE) or getattr(self.request, ENTETE, None)
        if not qui:
            raise TacheSansMembre(f"{self.name} : message sans collectivité, refusé.")
        with contexte.dans(int(qui)):
            return super().__call__(*args, **kwargs)


def _quand(toutes_les: int, cron: str) -> Any:
    if cron:
        minute, heure = cron.split()
        return crontab(minute=minute, hour=heure)
    return schedule(toutes_les)


class PlanificateurDesManifestes(PersistentScheduler):
    """Beat: the schedule is the sum of the manifests' ``taches``."""

    def setup_schedule(self) -> None:
        app: Celery = self.app
        app.conf.beat_schedule = {
            f"{m.code}.{t.code}": {
                "task": import_string(t.tache).name,
                "schedule": _quand(t.toutes_les, t.cron),
            }
            for m in manifests()
            for t in m.taches
        }
        super().setup_schedule()
