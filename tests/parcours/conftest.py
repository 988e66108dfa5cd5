"""A whole platform for browser journeys: real ASGI server, real worker, real Chromium, the test database."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest import mock

import httpx
import pytest
from django.conf import settings
from django.db import connections
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from syndicat.embarque.processus import port_libre

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or ""
TELEPHONE = {"width": 360, "height": 740}
ECRAN = {"width": 1280, "height": 900}


@dataclass
class Plateforme:
    """Addresses, folders and processes of one running platform."""

    port: int
    dossier: Path
    env: dict[str, str]
    processus: list["subprocess.Popen[bytes]"] = field(default_factory=list)

    def adresse(self, slug: str, chemin: str = "/") -> str:
        hote = "localhost" if slug == "syndicat" else f"{slug}.localhost"
        return f"http://{hote}:{self.port}{chemin}"

    def courriels(self, *, contenant: str, attente: float = 30) -> list[str]:
        """Texts of the e-mails written so far that hold a string; waits for the first one."""
        fin = time.monotonic() + attente
        while time.monotonic() < fin:
            textes = [_decode(f) for f in sorted((self.dossier / "courriels").glob("*")) if f.is_file()]
            if trouves := [t for t in textes if contenant in t]:
                return trouves
            time.sleep(0.3)
        return []

    def lancer(self, *arguments: str) -> None:
        journal = (self.dossier / "processus.log").open("ab")
        self.processus.append(
            subprocess.Popen(
                [sys.executable, *arguments],
                env=self.env,
                cwd=settings.BASE_DIR,
                stdout=journal,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        )

    def arreter(self) -> None:
        for p in self.processus:
            os.killpg(p.pid, signal.SIGTERM)
        for p in self.processus:
            try:
                p.wait(10)
            except subprocess.TimeoutExpired:
                os.killpg(p.pid, signal.SIGKILL)
                p.wait(5)


def _decode(fichier: Path) -> str:
    """The readable text of an e-mail file: its headers and its decoded text part."""
    import email
    from email import policy

    message = email.message_from_bytes(fichier.read_bytes(), policy=policy.default)
    corps = message.get_body(("plain",))
    entetes = "\n".join(f"{k}: {v}" for k, v in message.items())
    return f"{entetes}\n\n{corps.get_content() if corps is not None else ''}"


def _url(alias: str) -> str:
    r: dict[str, Any] = connections[alias].settings_dict
    hote = str(r["HOST"] or "127.0.0.1")
    if hote.startswith("/"):
        return f"postgresql://{r['USER']}:{r['PASSWORD']}@/{r['NAME']}?host={hote}&port={r['PORT']}"
    return f"postgresql://{r['USER']}:{r['PASSWORD']}@{hote}:{r['PORT'] or 5432}/{r['NAME']}"


@pytest.fixture
def plateforme(transactional_db: None, tmp_path: Path) -> Iterator[Plateforme]:
    """Web and worker on this worker's copy of the test database."""
    port = port_libre()
    env = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "syndicat.settings.dev",
        "DATABASE_URL": _url("default"),
        "DATABASE_URL_PROPRIETAIRE": _url("proprietaire"),
        "REDIS_URL": settings.CACHES["default"]["LOCATION"],
        "CACHE_PREFIXE": f"parcours-{os.getpid()}-{port}",
        "PORT": str(port),
        "SECRET_KEY": settings.SECRET_KEY,
        "JOURNAL_CLE": settings.JOURNAL_CLE,
        "SYNDICAT_BASE_URL": f"http://localhost:{port}",
        "SYNDICAT_COURRIELS": str(tmp_path / "courriels"),
        "SYNDICAT_FICHIERS": str(tmp_path / "fichiers"),
        "CELERY_BEAT_FICHIER": str(tmp_path / "horloge"),
        "DB_POOL_MAX": "6",
    }
    (tmp_path / "courriels").mkdir()
    tout = Plateforme(port=port, dossier=tmp_path, env=env)
    tout.lancer("-m", "uvicorn", "syndicat.asgi:application", "--port", str(port), "--lifespan", "off")
    tout.lancer("-m", "celery", "-A", "syndicat", "worker", "--pool", "solo", "--loglevel", "WARNING")
    tout.lancer("-m", "celery", "-A", "syndicat", "beat", "--loglevel", "WARNING")
    try:
        for _ in range(300):
            try:
                if httpx.get(f"http://127.0.0.1:{port}/sante/vivant").status_code < 500:
                    break
            except httpx.HTTPError:
                time.sleep(0.1)
        else:
            pytest.fail((tmp_path / "processus.log").read_text()[-3000:])
        yield tout
    finally:
        tout.arreter()


class Navigateur:
    """Chromium, started at the first page and stopped with the test.

    Playwright keeps an event loop running in the thread that started it: while it runs, synchronous Django believes
    itself in a coroutine. So it must start after the test's own queries and never outlive the test.
    """

    def __init__(self) -> None:
        self._pile = ExitStack()
        self._chromium: Browser | None = None

    def new_context(self, **options: Any) -> BrowserContext:
        if self._chromium is None:
            self._pile.enter_context(mock.patch.dict(os.environ, DJANGO_ALLOW_ASYNC_UNSAFE="true"))
            playwright = self._pile.enter_context(sync_playwright())
            self._chromium = playwright.chromium.launch(
                executable_path=CHROMIUM,
                args=[
                    "--no-sandbox",
                    "--disable-gpu",
                    "--disable-background-networking",
                    "--disable-component-update",
                ],
            )
            self._pile.callback(self._chromium.close)
        return self._chromium.new_context(**options)

    def fermer(self) -> None:
        self._pile.close()


@pytest.fixture
def chromium() -> Iterator[Navigateur]:
    """Debian's Chromium; its absence fails in CI and skips elsewhere, with the reason."""
    if not CHROMIUM:
        raison = "Chromium est absent : « apt install chromium » (make test l’installe quand il le peut)."
        if os.environ.get("CI") == "true":
            pytest.fail(raison)
        pytest.skip(raison)
    navigateur = Navigateur()
    yield navigateur
    navigateur.fermer()


@pytest.fixture
def ouvrir(chromium: Navigateur, request: pytest.FixtureRequest) -> Iterator[Callable[..., Page]]:
    """``ouvrir(telephone=True)`` → a page of a new, empty browser profile."""
    contextes: list[BrowserContext] = []

    def faire(*, telephone: bool = False, javascript: bool = True, theme: str = "light") -> Page:
        contexte = chromium.new_context(
            viewport=TELEPHONE if telephone else ECRAN,
            is_mobile=telephone,
            has_touch=telephone,
            locale="fr-FR",
            timezone_id="Europe/Paris",
            java_script_enabled=javascript,
            color_scheme=theme,
        )
        contexte.set_default_timeout(15_000)
        contextes.append(contexte)
        return contexte.new_page()

    yield faire
    dossier = Path(settings.BASE_DIR) / "captures"
    dossier.mkdir(exist_ok=True)
    for rang, contexte in enumerate(
        contextes
    ):  # how each page stood at the end: what one looks at after a failure
        for page in contexte.pages:
            page.screenshot(path=dossier / f"{request.node.name[:60]}-fin-{rang}.png")
        contexte.close()


@pytest.fixture
def capture(request: pytest.FixtureRequest) -> Callable[[Page, str], None]:
    """Screenshots into ``captures/`` (ignored by git), named by test and step."""
    dossier = Path(settings.BASE_DIR) / "captures"

    def faire(page: Page, nom: str) -> None:
        dossier.mkdir(exist_ok=True)
        page.screenshot(path=dossier / f"{request.node.name}-{nom}.png", full_page=True)

    return faire


@pytest.fixture
def sans_defaut() -> Callable[[Page], None]:
    """axe finds nothing on the page as it stands, and the page does not scroll sideways."""
    from axe_playwright_python.sync_playwright import Axe

    axe = Axe()

    def verifier(page: Page) -> None:
        resultat = axe.run(page)
        fautes = [
            f"{v['id']} : {n['html'][:160]}" for v in resultat.response["violations"] for n in v["nodes"]
        ]
        assert not fautes, f"{page.url}\n" + "\n".join(fautes)
        depasse = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert depasse <= 0, f"{page.url} défile de côté de {depasse} px"

    return verifier
