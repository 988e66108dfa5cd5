"""Screenshots and axe, page by page: what a page looks like, whether it scrolls sideways, what axe says.

    .venv/bin/python outils/captures.py http://localhost:8000/ --largeurs 1280,360 --theme light,dark --sortie captures

Exits with 1 when axe finds something, a page scrolls sideways or the console reports an error. ``--cookie nom=valeur``
opens a session; ``--clic SELECTEUR`` clicks before the picture; ``--sans-axe`` only takes pictures.
"""

import argparse
import re
import sys
from pathlib import Path
from urllib.parse import urljoin, urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

NAVIGATEUR = "/usr/bin/chromium"
HAUTEURS = {360: 740, 768: 1024, 1280: 860, 1366: 768}


def nom_de_fichier(url: str, largeur: int, theme: str) -> str:
    """« hettange-grande-bureau-1280-light.png »."""
    lu = urlsplit(url)
    hote = (lu.hostname or "").split(".")[0]
    chemin = re.sub(r"[^a-z0-9]+", "-", (lu.path + " " + lu.query).lower()).strip("-") or "accueil"
    return f"{hote}-{chemin[:80]}-{largeur}-{theme}.png"


def verifier(page: Page, url: str, *, axe: bool) -> list[str]:
    """Defects of the page as it stands: sideways scroll, axe violations (all rules but experimental ones)."""
    defauts = []
    large, vue = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    if large > vue + 1:
        coupables = page.evaluate(
            """[...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > document.documentElement.clientWidth + 1
            && !e.closest('.toasts,dialog')).slice(0, 5).map(e => e.tagName + '.' + e.className)"""
        )
        defauts.append(f"défile de côté : {large} px dans {vue} ({coupables})")
    if axe:
        resultat = Axe().run(page).response
        for v in resultat["violations"]:
            noeuds = "; ".join(
                f"{n['target']} {' / '.join(c['message'] for c in n['any'] + n['all'] + n['none'])}"
                for n in v["nodes"][:4]
            )
            defauts.append(f"axe {v['impact']} {v['id']} ({len(v['nodes'])}) : {noeuds}")
        for v in resultat["incomplete"]:
            print(f"    à revoir {v['id']} ({len(v['nodes'])}) : {v['nodes'][0]['target']}")
    return defauts


def visiter(navigateur: Browser, url: str, largeur: int, theme: str, args: argparse.Namespace) -> list[str]:
    """One page at one width in one theme: its picture is written, its defects are returned."""
    contexte = navigateur.new_context(
        viewport={"width": largeur, "height": HAUTEURS.get(largeur, 900)},
        color_scheme=theme,  # type: ignore[arg-type]
        locale="fr-FR",
        timezone_id="Europe/Paris",
        reduced_motion="reduce",
        has_touch=largeur < 768,
        bypass_csp=False,
    )
    for cookie in args.cookie:
        nom, _, valeur = cookie.partition("=")
        # À la racine : avec l'adresse de la page, le navigateur tairait le cookie aux images de /fichiers/.
        contexte.add_cookies([{"name": nom, "value": valeur, "url": urljoin(url, "/")}])
    page = contexte.new_page()
    console: list[str] = []
    page.on("console", lambda m: console.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda e: console.append(str(e)))
    try:
        reponse = page.goto(url, wait_until="load")
        page.evaluate("document.fonts.ready")
        for selecteur in args.clic:
            page.click(selecteur)
            page.wait_for_timeout(250)
        page.wait_for_timeout(args.attente)
        page.screenshot(path=args.sortie / nom_de_fichier(url, largeur, theme), full_page=not args.ecran)
        defauts = verifier(page, url, axe=not args.sans_axe)
        code = reponse.status if reponse is not None else 0
        if code >= 500 or (args.code and code != args.code):
            defauts.append(f"réponse {code}")
        attendu = code >= 400
        defauts += [f"console : {t[:300]}" for t in console if not (attendu and "status of" in t)]
    finally:
        contexte.close()
    return defauts


def main() -> int:
    """Command line; 0 when nothing was found."""
    analyse = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    analyse.add_argument("urls", nargs="+")
    analyse.add_argument("--largeurs", default="1280,360")
    analyse.add_argument("--theme", default="light,dark")
    analyse.add_argument("--sortie", type=Path, default=Path("captures"))
    analyse.add_argument("--cookie", action="append", default=[])
    analyse.add_argument("--clic", action="append", default=[])
    analyse.add_argument("--attente", type=int, default=250, help="millisecondes avant la photo")
    analyse.add_argument("--code", type=int, default=0, help="réponse HTTP attendue")
    analyse.add_argument("--ecran", action="store_true", help="seulement ce qui se voit sans défiler")
    analyse.add_argument("--sans-axe", action="store_true")
    args = analyse.parse_args()
    args.sortie.mkdir(parents=True, exist_ok=True)
    total = 0
    with sync_playwright() as p:
        navigateur = p.chromium.launch(executable_path=NAVIGATEUR, args=["--no-sandbox"])
        for url in args.urls:
            for largeur in (int(x) for x in args.largeurs.split(",")):
                for theme in args.theme.split(","):
                    defauts = visiter(navigateur, url, largeur, theme, args)
                    total += len(defauts)
                    print(f"{'ok ' if not defauts else 'NON'} {url} {largeur} {theme}")
                    for d in defauts:
                        print("    " + d)
        navigateur.close()
    print(f"{total} défaut{'s' if total > 1 else ''}")
    return 1 if total else 0


if __name__ == "__main__":
    sys.exit(main())
