"""Figures for Prometheus: requests, tasks, queues, pools. No member, no person, no address in a label.

Labels are bounded: routes are URL patterns, tasks are names. With ``PROMETHEUS_MULTIPROC_DIR`` set, web and worker processes
share their figures through that folder and any of them answers for all.
"""

import os
from collections.abc import Callable, Iterator
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest, multiprocess
from prometheus_client.core import REGISTRY, GaugeMetricFamily
from prometheus_client.registry import Collector

REQUETES = Counter(
    "syndicat_requetes", "Requêtes servies, par route et statut.", ["route", "methode", "statut"]
)
DUREES = Histogram(
    "syndicat_requete_secondes",
    "Durée des requêtes, par route.",
    ["route"],
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
)
TACHES = Histogram(
    "syndicat_tache_secondes",
    "Durée des tâches, par nom et issue.",
    ["tache", "issue"],
    buckets=(0.01, 0.05, 0.1, 0.5, 1, 5, 30, 120, 600),
)
PRISES = Gauge("syndicat_prises_ouvertes", "Connexions en direct ouvertes.", multiprocess_mode="livesum")

Jauge = Callable[[], float | dict[str, float]]
_jauges: dict[str, tuple[str, Jauge]] = {}


def declarer_jauge(nom: str, libelle: str, fonction: Jauge) -> None:
    """A figure read at each scrape: a number, or numbers by kind (label ``genre``). Failing, it is left out."""
    _jauges[nom] = (libelle, fonction)


class _Jauges(Collector):
    """The declared gauges."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        for nom, (libelle, fonction) in _jauges.items():
            try:
                valeur = fonction()
            except Exception:  # noqa: S112 - a database out must not hide the other figures
                continue
            if isinstance(valeur, dict):
                famille = GaugeMetricFamily(nom, libelle, labels=["genre"])
                for genre, nombre in valeur.items():
                    famille.add_metric([genre], nombre)
            else:
                famille = GaugeMetricFamily(nom, libelle, value=valeur)
            yield famille


def exposition() -> bytes:
    """All figures, in Prometheus's text format."""
    registre: Any = REGISTRY
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        registre = CollectorRegistry()
        multiprocess.MultiProcessCollector(registre)  # type: ignore[no-untyped-call]
    jauges = CollectorRegistry()
    jauges.register(_Jauges())
    return generate_latest(registre) + generate_latest(jauges)


def _bassin() -> dict[str, float]:
    """State of this process's connection pool."""
    from django.db import connections  # noqa: PLC0415 - settings must be ready

    moteur: Any = type(connections["default"])
    bassin = moteur._connection_pools.get("default")
    if bassin is None:
        return {}
    etat = bassin.get_stats()
    return {
        "ouvertes": etat.get("pool_size", 0),
        "libres": etat.get("pool_available", 0),
        "en_attente": etat.get("requests_waiting", 0),
        "maximum": bassin.max_size,
    }


declarer_jauge("syndicat_connexions_base", "Connexions à la base de ce processus, par état.", _bassin)
