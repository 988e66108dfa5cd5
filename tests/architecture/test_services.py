"""Every folder of apps/ is a service, and adding one touches no other file."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings

from syndicat.socle import manifest as m
from syndicat.socle.controles import verifier_manifestes

RACINE = Path(settings.BASE_DIR)
ENTETE_APPS = '''
"""An eighth theme, for the test."""

from syndicat.socle.manifest import EntreeMenu, Manifest, ServiceConfig


class HuitiemeConfig(ServiceConfig):
    """Nothing but its manifest."""

    name = "apps.huitieme"
    label = "huitieme"
    schema = "membre"
    manifest = Manifest(
        code="huitieme",
        label="Huitième",
        urls="apps.huitieme.urls",
        menu=(
            EntreeMenu(
                libelle="Huitième service", url="huitieme:accueil", icone="grid", permission="apps.huitieme.perms.can_voir"
            ),
        ),
    )
'''
FICHIERS = {
    "__init__.py": "",
    "apps.py": ENTETE_APPS,
    "perms.py": "def can_voir(acteur, objet=None):\n    return True\n",
    "urls.py": (
        "from django.http import HttpResponse\nfrom django.urls import path\n"
        "urlpatterns = [path('', lambda r: HttpResponse('8'), name='accueil')]\n"
    ),
}
SONDE = """
from django.urls import reverse
from django.apps import apps
from syndicat.socle.manifest import services
print('SERVICES', ','.join(m.code for m in services()))
print('URL', reverse('huitieme:accueil'))
print('MENU', [e.libelle for m in services() for e in m.menu if m.code == 'huitieme'])
"""


def test_chaque_dossier_de_apps_est_un_service() -> None:
    dossiers = {p.parent.name for p in (RACINE / "apps").glob("*/apps.py")}
    configs = {
        c.name.removeprefix("apps."): c for c in apps.get_app_configs() if isinstance(c, m.ServiceConfig)
    }
    assert set(configs) == dossiers
    assert all(c.manifest is not None and c.manifest.code == nom for nom, c in configs.items())
    sans_manifeste = [
        p.name for p in (RACINE / "apps").iterdir() if p.is_dir() and not (p / "apps.py").exists()
    ]
    assert [n for n in sans_manifeste if n != "__pycache__"] == []


def test_un_huitieme_dossier_apparait_sans_toucher_un_autre_fichier(tmp_path: Path) -> None:
    ignore = shutil.ignore_patterns("__pycache__", "dist", "node_modules", "*.pyc")
    for nom in ("syndicat", "apps"):
        shutil.copytree(RACINE / nom, tmp_path / nom, ignore=ignore)
    shutil.copy(RACINE / "manage.py", tmp_path)
    theme = tmp_path / "apps" / "huitieme"
    theme.mkdir()
    for nom, texte in FICHIERS.items():
        (theme / nom).write_text(texte, encoding="utf-8")
    env = {**os.environ, "DJANGO_SETTINGS_MODULE": "syndicat.settings.test", "PYTHONPATH": str(tmp_path)}
    for commande in (["check"], ["shell", "-v0", "-c", SONDE]):
        fini = subprocess.run(
            [sys.executable, "manage.py", *commande],
            cwd=tmp_path,
            env=env,
            capture_output=True,
            text=True,
            check=False,
        )
        assert fini.returncode == 0, fini.stderr
    assert "huitieme" in fini.stdout.split("SERVICES ")[1].splitlines()[0].split(",")
    assert "URL /bureau/huitieme/" in fini.stdout
    assert "Huitième service" in fini.stdout


@pytest.mark.parametrize("champ", ["urls", "blocs_portail"])
def test_un_chemin_faux_du_manifeste_est_une_erreur_au_demarrage(
    champ: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    faux = "apps.nulle_part.urls"
    valeur = faux if champ == "urls" else (faux,)
    config = apps.get_app_config("grc")
    monkeypatch.setattr(config, "manifest", m.Manifest(code="grc", label="x", **{champ: valeur}))
    assert "syndicat.E001" in {e.id for e in verifier_manifestes()}
