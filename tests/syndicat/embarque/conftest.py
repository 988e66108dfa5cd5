"""Services of this room's own, in folders short enough for a unix socket and reachable by their account."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from syndicat.embarque.services import Services


def _dossier() -> Path:
    dossier = Path(tempfile.mkdtemp(prefix="syn-"))
    dossier.chmod(0o711)
    return dossier


@pytest.fixture(scope="module")
def services() -> Iterator[Services]:
    """Running services, durable as the demo's, shared by the tests of a module."""
    dossier = _dossier()
    ceux_ci = Services.de(dossier, environnement={})
    ceux_ci.demarrer()
    yield ceux_ci
    ceux_ci.arreter()
    ceux_ci.lieu.effacer()


@pytest.fixture
def dossier_neuf() -> Iterator[Path]:
    """An empty folder, whose services are stopped and whose data are removed afterwards."""
    dossier = _dossier()
    yield dossier
    reste = Services.de(dossier, environnement={})
    reste.arreter()
    reste.lieu.effacer()
    shutil.rmtree(dossier, ignore_errors=True)


@pytest.fixture(autouse=True)
def _caches_vides() -> None:
    """Replaces the suite's: nothing of Django is used here."""
