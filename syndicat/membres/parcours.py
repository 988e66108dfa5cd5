"""Going through many schemas: several connections at once, a progress bar, connections recycled.

A backend keeps about one megabyte for each schema it has visited (seen): each worker starts a new one every
``RECYCLAGE`` schemas. Work is one transaction a schema, so that a kill loses nothing that was said done.
"""

import queue
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Generic, TextIO, TypeVar

from django.db import connections
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

T = TypeVar("T")
R = TypeVar("R")
RECYCLAGE = 50
Pas = Callable[[str], None]


@dataclass
class Passage(Generic[R]):
    """What came of each element, by name: a result or the sentence of an error."""

    faits: dict[str, R] = field(default_factory=dict)
    echecs: dict[str, str] = field(default_factory=dict)


@contextmanager
def sans_barre(titre: str, total: int) -> Iterator[Pas]:
    """Says nothing."""
    yield lambda nom: None


@contextmanager
def barre(titre: str, total: int, sortie: TextIO | Any | None = None) -> Iterator[Pas]:
    """A progress bar on a terminal, one line every tenth elsewhere. Yields ``pas(name)``, safe from any thread."""
    console = Console(file=getattr(sortie, "_out", sortie))
    if console.is_terminal:
        colonnes = (
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("{task.fields[nom]}"),
        )
        with Progress(*colonnes, console=console, transient=True) as progres:
            tache = progres.add_task(titre, total=total, nom="")
            yield lambda nom: progres.update(tache, advance=1, nom=nom)
        return
    debut, faits, verrou = time.monotonic(), 0, threading.Lock()

    def pas(nom: str) -> None:
        nonlocal faits
        with verrou:
            faits += 1
            if faits == total or faits % max(1, total // 10) == 0:
                console.print(
                    f"{titre} : {faits}/{total} ({time.monotonic() - debut:.1f} s)", highlight=False
                )

    yield pas


def parcourir(
    elements: Iterable[T],
    faire: Callable[[T], R],
    *,
    nom: Callable[[T], str] = str,
    fils: int = 2,
    pas: Pas | None = None,
) -> Passage[R]:
    """Run ``faire`` on each element over ``fils`` connections; an error stops its element only.

    With one connection everything runs in the calling thread. KeyboardInterrupt ends after the elements under way.
    """
    attente: queue.SimpleQueue[T] = queue.SimpleQueue()
    for element in elements:
        attente.put(element)
    passage: Passage[R] = Passage()
    arret = threading.Event()

    def travailler() -> None:
        vus = 0
        try:
            while not arret.is_set() and not attente.empty():
                try:
                    element = attente.get_nowait()
                except queue.Empty:  # another worker took the last one
                    return
                _essayer(passage, faire, element, nom(element))
                if pas is not None:
                    pas(nom(element))
                vus += 1
                if vus % RECYCLAGE == 0:
                    _recycler()
        finally:
            if threading.current_thread() is not threading.main_thread():
                _recycler()

    if fils <= 1:
        travailler()
    else:
        _mener([threading.Thread(target=travailler, daemon=True) for _ in range(fils)], arret)
    return passage


def _essayer(passage: Passage[R], faire: Callable[[T], R], element: T, nom: str) -> None:
    try:
        passage.faits[nom] = faire(element)
    except Exception as erreur:  # one member must not stop the others; it is named at the end
        passage.echecs[nom] = f"{type(erreur).__name__} : {erreur}".strip()


def _mener(ouvriers: list[threading.Thread], arret: threading.Event) -> None:
    for ouvrier in ouvriers:
        ouvrier.start()
    try:
        for ouvrier in ouvriers:
            while ouvrier.is_alive():
                ouvrier.join(0.5)
    except KeyboardInterrupt:
        arret.set()
        for ouvrier in ouvriers:
            ouvrier.join()
        raise


def _recycler() -> None:
    """Close the connections of this thread, save where a transaction is open."""
    for connection in connections.all(initialized_only=True):
        if not connection.in_atomic_block:
            connection.close()
