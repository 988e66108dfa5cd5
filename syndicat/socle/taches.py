"""Celery: a task runs for one collectivité, named in its message headers, or declares itself without member.

Closed when in doubt: a message that names no collectivité, or one without schema, is refused; nothing ever runs in the
public schema by default. The request identifier travels too, so that a task's lines are found from its request.
"""

import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from celery import Celery, Task
from celery.beat import PersistentScheduler
from celery.exceptions import Retry
from celery.schedules import crontab, schedule
from django.utils.module_loading import import_string

from syndicat.socle import contexte
from syndicat.socle.journalisation import requete_courante
from syndicat.socle.manifest import manifests
from syndicat.socle.mesures import TACHES

ENTETE = "syndicat_collectivite"
ENTETE_REQUETE = "syndicat_requete"
#: Brokers deliver again what waits longer: a later date is a sweep's work, not a message's.
ATTENTE_MAX = timedelta(minutes=15)


class TacheSansMembre(RuntimeError):
    """A message without collectivité reached a member's task: refused, never run in the public schema."""


class TacheTropTardive(ValueError):
    """An ETA beyond fifteen minutes: write the date in a row and let a sweep find it."""


class TacheMembre(Task):  # type: ignore[type-arg]
    """Base of all tasks. ``sans_membre = True`` on a task says that it sweeps and chooses its members itself.

    Called as a plain function, it runs for the collectivité in scope, which must exist.
    """

    abstract = True
    sans_membre = False

    # -- sending ----------------------------------------------------------------------------------
    def apply_async(self, args: Any = None, kwargs: Any = None, **options: Any) -> Any:  # type: ignore[override]
        """Send for the collectivité in scope. Raises TacheSansMembre, TacheTropTardive."""
        _verifier_attente(options)
        options["headers"] = self._entetes(options.get("headers"))
        return super().apply_async(args, kwargs, **options)

    def apply(self, args: Any = None, kwargs: Any = None, **options: Any) -> Any:  # type: ignore[override]
        """Run here and now, as a worker would."""
        options["headers"] = self._entetes(options.get("headers"))
        return super().apply(args, kwargs, **options)

    def _entetes(self, deja: Any) -> dict[str, Any]:
        entetes = dict(deja or {})
        entetes.setdefault(ENTETE_REQUETE, requete_courante.get())
        if not self.sans_membre and ENTETE not in entetes:
            portee = contexte.portee_courante()
            if portee is None:
                raise TacheSansMembre(f"{self.name} : aucune collectivité en cours à l’envoi.")
            entetes[ENTETE] = portee.collectivite_id
        return entetes

    # -- running ----------------------------------------------------------------------------------
    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        with self._portee(), self._requete(), _mesure(self.name):
            if self.request.called_directly:
                return super().__call__(*args, **kwargs)
            # Not super(): it would push an empty request over the message's.
            return self.run(*args, **kwargs)

    def _portee(self) -> AbstractContextManager[Any]:
        if self.sans_membre:
            return contexte.hors_membre()
        if self.request.called_directly:
            return contexte.dans(contexte.exiger_portee())
        qui = self._lu(ENTETE)
        if not isinstance(qui, int) or isinstance(qui, bool) or qui <= 0:
            raise TacheSansMembre(f"{self.name} : message sans collectivité, refusé.")
        try:
            return contexte.dans(contexte.resoudre(qui))
        except LookupError as exc:
            raise TacheSansMembre(f"{self.name} : la collectivité {qui} n’a pas d’espace.") from exc

    def _lu(self, entete: str) -> Any:
        """A header of the message (an attribute of the request in a worker, in ``headers`` when run eagerly)."""
        return (getattr(self.request, "headers", None) or {}).get(entete) or getattr(
            self.request, entete, None
        )

    @contextmanager
    def _requete(self) -> Iterator[None]:
        if self.request.called_directly:
            yield
            return
        jeton = requete_courante.set(str(self._lu(ENTETE_REQUETE) or "-")[:64])
        try:
            yield
        finally:
            requete_courante.reset(jeton)


@contextmanager
def _mesure(nom: str) -> Iterator[None]:
    debut, issue = time.perf_counter(), "reussie"
    try:
        yield
    except Retry:
        issue = "reprise"
        raise
    except BaseException:
        issue = "echouee"
        raise
    finally:
        TACHES.labels(nom, issue).observe(time.perf_counter() - debut)


def _verifier_attente(options: dict[str, Any]) -> None:
    eta = options.get("eta")
    attente = timedelta(seconds=options.get("countdown") or 0)
    if eta is not None:
        quand = datetime.fromisoformat(eta) if isinstance(eta, str) else eta
        attente = (quand if quand.tzinfo else quand.replace(tzinfo=UTC)) - datetime.now(UTC)
    if attente > ATTENTE_MAX:
        raise TacheTropTardive("Une tâche ne s’envoie pas plus de quinze minutes à l’avance.")


def _quand(toutes_les: int, cron: str) -> Any:
    if cron:
        minute, heure = cron.split()
        return crontab(minute=minute, hour=heure)
    return schedule(toutes_les)


def programme() -> dict[str, dict[str, Any]]:
    """Beat's schedule: the sum of the manifests' ``taches``. Raises where a periodic task is not a sweep."""
    lignes = {}
    for m in manifests():
        for t in m.taches:
            tache = import_string(t.tache)
            if not getattr(tache, "sans_membre", False):
                raise TacheSansMembre(
                    f"{m.code}.{t.code} : une tâche périodique se déclare sans_membre=True."
                )
            lignes[f"{m.code}.{t.code}"] = {"task": tache.name, "schedule": _quand(t.toutes_les, t.cron)}
    return lignes


class PlanificateurDesManifestes(PersistentScheduler):
    """Beat reads the manifests."""

    def setup_schedule(self) -> None:
        app: Celery = self.app
        app.conf.beat_schedule = programme()
        super().setup_schedule()
