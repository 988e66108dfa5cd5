"""Journeys 1 and 2: a citizen reports a street lamp on a phone, the mayor hands it over, the agent answers."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.parcours.conftest import Plateforme
from tests.parcours.connexion import armer, se_connecter

pytestmark = [
    pytest.mark.navigateur,
    pytest.mark.enable_socket,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("navigateur"),
]


def _photo(dossier: Path) -> Path:
    """A picture that carries a position in its EXIF, as a phone's would."""
    image = Image.new("RGB", (1600, 1200), (40, 60, 90))
    exif = Image.Exif()
    exif[0x010E] = "lampadaire"
    fichier = dossier / "lampadaire.jpg"
    image.save(fichier, exif=exif)
    return fichier


def signaler(page: Page, plateforme: Plateforme, verifier: Callable[[Page], None]) -> str:
    """The whole report, as a citizen on a phone; answers the tracking address."""
    page.goto(plateforme.adresse("hettange-grande"))
    verifier(page)
    page.get_by_role("link", name="Signaler un problème").first.click()
    page.wait_for_url("**/signaler/")
    verifier(page)
    page.set_input_files("#photo", str(_photo(plateforme.dossier)))
    page.wait_for_url("**/signaler/lieu/")
    page.get_by_label("Adresse").first.fill("12, rue de la Gare")
    page.locator(".leaflet-container, [data-carte]").first.click(position={"x": 150, "y": 120})
    verifier(page)
    page.get_by_role("button", name="C’est bien ici").click()
    page.wait_for_url("**/signaler/quoi/")
    page.locator("textarea, input[name=description]").first.fill("La lampe ne s’allume plus depuis dimanche.")
    page.locator("label.choix", has_text=re.compile("clairage")).first.click()
    verifier(page)
    page.get_by_role("button", name="Continuer").click()
    if "/deja/" in page.url:
        page.get_by_role("button", name="Non, c’en est un autre").click()
    page.wait_for_url("**/signaler/contact/")
    page.locator("label.choix", has_text="e-mail").first.click()
    page.locator("input[name=courriel]").fill("rose.martin@exemple.fr")
    verifier(page)
    page.get_by_role("button", name="Continuer").click()
    page.wait_for_url("**/signaler/verifier/")
    verifier(page)
    page.get_by_role("button", name="Envoyer mon signalement").click()
    page.wait_for_url("**/signaler/merci/**")
    verifier(page)
    code = page.locator(".code-g").inner_text()
    assert re.fullmatch(r"[A-Z0-9]{2,4}\d*-[A-Z0-9]{4,5}", code)
    page.get_by_role("link", name="Suivre mon signalement").click()
    page.wait_for_url("**/suivre/**")
    expect(page.get_by_text(code).first).to_be_visible()
    return page.url


def test_un_habitant_signale_un_lampadaire_puis_le_maire_le_confie_et_l_agent_repond(
    plateforme: Plateforme,
    ouvrir: Callable[..., Page],
    compte: Callable[[str], Any],
    sans_defaut: Callable[[Page], None],
    capture: Callable[[Page, str], None],
) -> None:
    maire, agent = compte("maire"), compte("agent.grc")
    armer(maire)
    armer(agent)
    habitant = ouvrir(telephone=True)
    suivi = signaler(habitant, plateforme, sans_defaut)
    capture(habitant, "suivi")
    recu = plateforme.courriels(contenant="rose.martin@exemple.fr")
    assert recu, "l’accusé de réception n’est pas parti"
    assert "/suivre/" in recu[0]

    mairie = ouvrir()
    se_connecter(mairie, plateforme.adresse("hettange-grande", "/bureau/"), maire)
    expect(mairie.get_by_role("heading", level=1)).to_contain_text("Bonjour")
    sans_defaut(mairie)
    capture(mairie, "cockpit")
    ligne = mairie.get_by_role("link", name=re.compile("Éclairage|ampadaire|lampe")).first
    ligne.click()
    mairie.wait_for_url("**/bureau/grc/**")
    sans_defaut(mairie)
    capture(mairie, "dossier-maire")
    mairie.locator("[data-menu=attribuer] > summary").click()
    mairie.get_by_label("Confier à").select_option(label="Mme Nadia Becker (agent)")
    mairie.get_by_role("button", name="Confier", exact=True).click()
    mairie.wait_for_load_state()

    bureau = ouvrir()
    se_connecter(bureau, plateforme.adresse("hettange-grande", "/bureau/grc/"), agent)
    sans_defaut(bureau)
    capture(bureau, "boite")
    bureau.locator("form.reponse textarea").fill("Bonjour, la réparation est prévue jeudi matin.")
    bureau.get_by_role("button", name=re.compile("Envoyer")).first.click()
    bureau.wait_for_load_state()

    assert plateforme.courriels(contenant="la réparation est prévue jeudi matin")
    habitant.goto(suivi)
    expect(habitant.get_by_text("la réparation est prévue jeudi matin")).to_be_visible()
    sans_defaut(habitant)
    capture(habitant, "reponse")
