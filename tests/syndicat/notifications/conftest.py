"""Tasks asked after commit are noted instead of sent; templates of a theme made for the occasion."""

from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as reglages


@pytest.fixture
def demandes(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Identifiers of the messages the worker was told of."""
    from syndicat.notifications import tasks

    notees: list[str] = []
    monkeypatch.setattr(tasks.envoyer, "delay", notees.append)
    return notees


@pytest.fixture
def gabarits(tmp_path: Path, settings: Any) -> Path:
    """Folder of the templates of a theme « essai »: subject and text, with characters HTML would escape."""
    dossier = tmp_path / "gabarits" / "essai" / "courriels"
    dossier.mkdir(parents=True)
    (dossier / "accuse_objet.txt").write_text(
        "Votre demande {{ code }}\n est enregistrée\n", encoding="utf-8"
    )
    (dossier / "accuse.txt").write_text(
        "Bonjour {{ nom }},\n\nL’éclairage de « {{ lieu }} » est signalé.\n\n\n\nSuivre : {{ lien }}\n",
        encoding="utf-8",
    )
    settings.TEMPLATES = [{**reglages.TEMPLATES[0], "DIRS": [str(tmp_path / "gabarits")]}]
    return dossier
