"""Every setting is documented, and production refuses to start without its secrets."""

import ast
import os
import re
import subprocess
import sys

import pytest

from syndicat.embarque.lieu import RACINE_PROJET

EXIGES = ("SECRET_KEY", "JOURNAL_CLE", "DATABASE_URL", "REDIS_URL", "SYNDICAT_BASE_URL")
COMPLETS = {
    "SECRET_KEY": "x" * 40 + "abcdefghij0123456789",
    "JOURNAL_CLE": "y" * 40,
    "DATABASE_URL": "postgresql://a:b@127.0.0.1:1/c",
    "REDIS_URL": "redis://127.0.0.1:1/0",
    "SYNDICAT_BASE_URL": "https://syndicat.example",
}


def variables_lues() -> set[str]:
    """Names passed to ``env(…)`` or ``env.kind(…)`` in the settings, by reading the code."""
    lues = set()
    for fichier in (RACINE_PROJET / "syndicat" / "settings").glob("*.py"):
        for noeud in ast.walk(ast.parse(fichier.read_text())):
            if isinstance(noeud, ast.Call) and noeud.args and isinstance(noeud.args[0], ast.Constant):
                appele = noeud.func.value if isinstance(noeud.func, ast.Attribute) else noeud.func
                if isinstance(appele, ast.Name) and appele.id == "env":
                    lues.add(noeud.args[0].value)
    return lues


def variables_documentees() -> set[str]:
    return set(
        re.findall(r"^#?([A-Z][A-Z0-9_]+)=", (RACINE_PROJET / ".env.example").read_text(), re.MULTILINE)
    )


def test_chaque_reglage_est_documente():
    lues = variables_lues()
    assert len(lues) > 15
    assert lues - variables_documentees() == set(), "à ajouter à .env.example"


def test_aucun_reglage_documente_n_a_disparu():
    hors_settings = {
        "SYNDICAT_DEMO_DIR",
        "PROMETHEUS_MULTIPROC_DIR",
        "TEST_ADMIN_DATABASE_URL",
        "RABBITMQ_URL",
        "MQTT_URL",
    }
    assert variables_documentees() - variables_lues() - hors_settings == set(), "à retirer de .env.example"


def prod(reglages: dict[str, str]) -> "subprocess.CompletedProcess[str]":
    env = {"PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": "syndicat.settings.prod"} | reglages
    return subprocess.run(
        [sys.executable, "-c", "from django.conf import settings; settings.DEBUG"],
        cwd=RACINE_PROJET, env=env, capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_la_production_demarre_avec_tous_ses_secrets():
    assert prod(COMPLETS).returncode == 0


@pytest.mark.parametrize("absent", EXIGES)
def test_la_production_refuse_de_demarrer_sans(absent):
    fait = prod({nom: valeur for nom, valeur in COMPLETS.items() if nom != absent})
    assert fait.returncode != 0
    assert absent in fait.stderr
