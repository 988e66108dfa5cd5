"""Accessibility of every page: axe finds nothing and nothing scrolls sideways, light and dark, screen and phone."""

import json
import logging
import os
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.db import connections
from django.test import Client
from playwright.sync_api import Browser, Error, Page

from tests.architecture.marche import canaris
from tests.architecture.marche.marcheur import Marcheur
from tests.architecture.marche.routes import routes
from tests.parcours.conftest import Plateforme
from tests.parcours.pages import SANS_PAGE, PageVue, Recensement, pages_de

pytestmark = [
    pytest.mark.navigateur,
    pytest.mark.enable_socket,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("navigateur"),
]
LARGEURS = {1280: 900, 360: 740}
COMPLETE = os.environ.get("MARCHE") == "complete"
#: Two of the four combinations see each theme and each width once; MARCHE=complete sees them all.
COMBINAISONS: tuple[tuple[str, int], ...] = (
    tuple((t, w) for t in ("light", "dark") for w in LARGEURS)
    if COMPLETE
    else (("light", 1280), ("dark", 360))
)
AXE = Axe().axe_script
OPTIONS = json.dumps({"resultTypes": ["violations", "incomplete"]})  # every rule axe runs by default
DEPASSE = """() => {
  const large = document.documentElement.clientWidth;
  const trop = document.documentElement.scrollWidth - large;
  if (trop <= 0) return null;
  const qui = [...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > large + 1);
  return `${trop} px : ` + qui.slice(0, 3).map(e => e.tagName.toLowerCase() + '.' + e.className).join(', ');
}"""


@dataclass
class Releve:
    """What was seen over all pages."""

    vues: int = 0
    fautes: list[str] = field(default_factory=list)
    a_revoir: Counter[str] = field(default_factory=Counter)

    def regarder(self, page: Page, vue: PageVue, adresse: str, theme: str, largeur: int) -> None:
        lieu = f"{vue.cle} [{vue.qui}] {vue.url} {theme} {largeur}"
        reponse = page.goto(adresse)
        if reponse is None or reponse.status != vue.statut:
            self.fautes.append(
                f"{lieu} : répond {reponse.status if reponse else 'rien'}, attendu {vue.statut}"
            )
            return
        page.evaluate("document.fonts.ready.then(() => 0)")
        page.evaluate(AXE)
        resultat: dict[str, Any] = page.evaluate(f"axe.run({OPTIONS})")
        for v in resultat["violations"]:
            for n in v["nodes"]:
                raisons = " / ".join(c["message"] for c in n["any"] + n["all"] + n["none"])
                self.fautes.append(f"{lieu} : {v['id']} : {n['html'][:160]} : {raisons[:220]}")
        for v in resultat["incomplete"]:
            self.a_revoir[v["id"]] += len(v["nodes"])
        if depasse := page.evaluate(DEPASSE):
            self.fautes.append(f"{lieu} : défile de côté de {depasse}")
        self.vues += 1


@pytest.fixture
def recensement(
    plateforme: Plateforme,
    settings: Any,
    syndicat: Any,
    hettange: Any,
    rodemack: Any,
    visite: Callable[..., Client],
    compte: Callable[[str], Any],
) -> Iterator[Recensement]:
    """The demo data of the syndicate and of two members, and one client per role."""
    settings.MEDIA_ROOT = plateforme.dossier / "fichiers"  # photos where the server looks for them
    journal = logging.getLogger("django.request")
    niveau = journal.level
    journal.setLevel(logging.CRITICAL)

    def recenser() -> Recensement:
        for membre in (syndicat, hettange, rodemack):
            canaris.peupler(membre)
        recensement = Recensement(Marcheur(ici=hettange, ailleurs=rodemack, visite=visite), compte)
        pages_de(routes(), recensement, rodemack)
        for alias in connections:
            connections[alias].close()
        return recensement

    # A thread of its own: Playwright's event loop lives in this one, where Django's test client would refuse to run.
    with ThreadPoolExecutor(1) as fil:
        fait = fil.submit(recenser).result()
    yield fait
    journal.setLevel(niveau)


def test_axe_ne_trouve_rien_sur_aucune_page(
    plateforme: Plateforme,
    recensement: Recensement,
    chromium: Browser,
    capsys: pytest.CaptureFixture[str],
) -> None:
    debut = time.monotonic()
    pages = recensement.pages
    releve = Releve()
    for (_, _, cookies), groupe in groupby(pages, key=lambda p: (p.hote, p.qui, p.cookies)):
        lot = list(groupe)
        for theme in dict.fromkeys(t for t, _ in COMBINAISONS):
            contexte = chromium.new_context(
                color_scheme=theme,  # type: ignore[arg-type]
                reduced_motion="reduce",
                locale="fr-FR",
                timezone_id="Europe/Paris",
            )
            origine = f"http://{lot[0].hote}:{plateforme.port}"
            contexte.add_cookies([{"name": n, "value": v, "url": f"{origine}/"} for n, v in cookies])
            onglet = contexte.new_page()
            for largeur in (w for t, w in COMBINAISONS if t == theme):
                onglet.set_viewport_size({"width": largeur, "height": LARGEURS[largeur]})
                for vue in lot:
                    try:
                        releve.regarder(onglet, vue, origine + vue.url, theme, largeur)
                    except Error as exc:
                        releve.fautes.append(f"{vue.cle} {vue.url} {theme} {largeur} : {exc.message[:200]}")
            contexte.close()
    with capsys.disabled():
        print(
            f"\naxe : {len(pages)} pages × {len(COMBINAISONS)} (thème, largeur) = {releve.vues} vues,"
            f" {len(releve.fautes)} fautes, {len(recensement.sans_page)} routes sans page,"
            f" {time.monotonic() - debut:.0f} s"
        )
        print("  à revoir :", ", ".join(f"{r} {n}" for r, n in releve.a_revoir.most_common()) or "rien")
    perimees = set(SANS_PAGE) - {r.cle for r in routes()}
    assert not perimees, f"SANS_PAGE cite des routes disparues : {perimees}"
    fautes = [f"route sans page ni raison : {r}" for r in recensement.introuvables] + releve.fautes
    assert not fautes, f"{len(fautes)} fautes\n" + "\n".join(fautes)
    assert releve.vues == len(pages) * len(COMBINAISONS) > 0
