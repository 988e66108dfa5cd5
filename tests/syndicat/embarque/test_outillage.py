"""What guards the guards: the stamps of the installation, and checks that must be able to fail."""

import importlib.util
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from syndicat.embarque import amorce
from syndicat.embarque.lieu import RACINE_PROJET

INTERDITS = RACINE_PROJET / "outils" / "interdits.py"


def test_un_second_passage_n_installe_rien(tmp_path, monkeypatch):
    appels = []
    monkeypatch.setattr(amorce, "VENV", tmp_path)
    monkeypatch.setattr(amorce, "executer", lambda commande, *_: appels.append([str(c) for c in commande]))
    assert amorce.installer_python("demo") is True
    assert amorce.installer_python("demo") is False
    assert len(appels) == 1
    assert "--require-hashes" in appels[0]
    assert amorce.installer_python("essais") is True, "les essais demandent davantage que la démonstration"
    assert amorce.installer_python("demo") is False, "l’installation des essais contient la démonstration"


def test_un_verrou_change_fait_reinstaller(tmp_path, monkeypatch):
    monkeypatch.setattr(amorce, "VENV", tmp_path)
    monkeypatch.setattr(amorce, "executer", lambda *_: None)
    amorce.installer_python("essais")
    (tmp_path / ".verrou-essais").write_text("autre")
    assert amorce.installer_python("essais") is True


def test_une_installation_interrompue_est_reprise(tmp_path, monkeypatch):
    def echouer(*_):
        raise amorce.ErreurAmorce("coupure")

    monkeypatch.setattr(amorce, "VENV", tmp_path)
    monkeypatch.setattr(amorce, "executer", echouer)
    with pytest.raises(amorce.ErreurAmorce):
        amorce.installer_python("demo")
    monkeypatch.setattr(amorce, "executer", lambda *_: None)
    assert amorce.installer_python("demo") is True


def test_sans_module_venv_le_paquet_debian_est_nomme(tmp_path, monkeypatch):
    monkeypatch.setattr(amorce, "PYTHON", tmp_path / "bin" / "python")
    monkeypatch.setattr(importlib.util, "find_spec", lambda nom: None)
    with pytest.raises(amorce.ErreurAmorce, match=r"python3\.\d+-venv"):
        amorce.creer_venv()


def test_l_amorce_n_importe_que_la_bibliotheque_standard():
    fait = subprocess.run(
        [sys.executable, "-S", "-I", str(Path(amorce.__file__)), "inconnu"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert fait.returncode == 2, fait.stderr


@pytest.mark.parametrize(
    ("code", "refuse"),
    [
        ("with tenant:\n    pass", True),
        ("with self.collectivite:\n    pass", True),
        ("async with ma_commune, b:\n    pass", True),
        ("with contexte.dans(tenant):\n    pass", False),
        ("with open(commune) as f:\n    pass", False),
    ],
)
def test_entrer_dans_un_locataire_de_django_tenants_est_refuse(tmp_path, code, refuse):
    fichier = tmp_path / "essai.py"
    fichier.write_text(code)
    fait = subprocess.run(
        [sys.executable, str(INTERDITS), str(fichier)], capture_output=True, text=True, check=False
    )
    assert fait.returncode == int(refuse), fait.stdout


@pytest.fixture
def paquets(tmp_path: Path) -> Path:
    """The shape of the project, empty, with its own contracts."""
    shutil.copy(RACINE_PROJET / "pyproject.toml", tmp_path)
    couches = [
        "api",
        "web",
        "conventions",
        "suivi",
        "notifications",
        "fichiers",
        "journal",
        "comptes",
        "membres",
        "socle",
    ]
    for nom in [
        "syndicat",
        *(f"syndicat/{c}" for c in [*couches, "embarque", "settings"]),
        "apps",
        "apps/un",
        "apps/huit",
    ]:
        (tmp_path / nom).mkdir(exist_ok=True)
        (tmp_path / nom / "__init__.py").touch()
    return tmp_path


def contrats(paquets: Path) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"],
        cwd=paquets, capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_les_contrats_tiennent_sur_un_projet_sain(paquets):
    fait = contrats(paquets)
    assert fait.returncode == 0, fait.stdout + fait.stderr
    assert "4 kept, 0 broken" in fait.stdout


@pytest.mark.parametrize(
    ("fichier", "code", "contrat"),
    [
        ("apps/huit/models.py", "import apps.un", "Themes do not know each other"),
        ("syndicat/web/views.py", "import apps.un", "The core imports no theme"),
        ("syndicat/socle/faits.py", "import syndicat.membres", "Layers of the core"),
        ("syndicat/journal/actions.py", "def f():\n    import syndicat.web", "Layers of the core"),
        ("syndicat/embarque/base.py", "import syndicat.comptes", "The embedded services know nothing"),
    ],
)
def test_un_import_defendu_brise_son_contrat(paquets, fichier, code, contrat):
    (paquets / fichier).write_text(code)
    fait = contrats(paquets)
    assert fait.returncode == 1
    assert f"{contrat}" in next(ligne for ligne in fait.stdout.splitlines() if "BROKEN" in ligne)


def test_une_salle_oubliee_des_couches_est_signalee(paquets):
    (paquets / "syndicat" / "annexe").mkdir()
    (paquets / "syndicat" / "annexe" / "__init__.py").touch()
    assert contrats(paquets).returncode == 1


def test_les_verrous_ne_nomment_aucun_registre_et_tout_y_est_hache():
    for verrou in sorted((RACINE_PROJET / "requirements").glob("*.txt")):
        texte = verrou.read_text()
        assert "://" not in texte, verrou.name
        paquets = [ligne for ligne in texte.splitlines() if ligne and ligne[0].isalnum()]
        assert paquets
        assert all(ligne.endswith("\\") for ligne in paquets), (
            f"{verrou.name} : un paquet n’a pas d’empreinte"
        )


def test_les_verrous_s_accordent_entre_eux():
    def versions(nom: str) -> dict[str, str]:
        lignes = (RACINE_PROJET / "requirements" / nom).read_text().splitlines()
        return dict(ligne.split()[0].split("==") for ligne in lignes if "==" in ligne)

    dev = versions("dev.txt")
    for nom in ("base.txt", "embarque.txt"):
        assert {p: v for p, v in versions(nom).items() if dev.get(p) != v} == {}, nom


def test_une_adresse_de_registre_fait_echouer_l_audit(tmp_path):
    shutil.copy(RACINE_PROJET / "Makefile", tmp_path)
    (tmp_path / "requirements").mkdir()
    (tmp_path / "requirements" / "base.in").write_text("django\n")
    (tmp_path / "requirements" / "base.txt").write_text("django==5.2 \\\n")
    (tmp_path / "package-lock.json").write_text("{}")

    def audit() -> int:
        return subprocess.run(
            ["make", "-s", "audit-lock"], cwd=tmp_path, capture_output=True, check=False
        ).returncode

    assert audit() == 0
    (tmp_path / "package-lock.json").write_text('{"resolved": "https://registre.example/x.tgz"}')
    assert audit() != 0
    (tmp_path / "package-lock.json").write_text("{}")
    (tmp_path / "requirements" / "base.txt").write_text("--index-url https://registre.example\n")
    assert audit() != 0


def test_la_licence_et_les_dependances_sont_declarees_une_fois():
    projet = tomllib.loads((RACINE_PROJET / "pyproject.toml").read_text())
    assert projet["project"]["license"] == "EUPL-1.2"
    assert projet["tool"]["setuptools"]["dynamic"]["dependencies"] == {"file": ["requirements/base.in"]}
