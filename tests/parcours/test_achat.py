"""Journey 3: the catalogue's manager publishes an article, an agent asks for it, the mayor approves, the manager sees it."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from syndicat.socle import contexte
from tests.achats import etal
from tests.parcours.conftest import Plateforme
from tests.parcours.connexion import armer, se_connecter

pytestmark = [
    pytest.mark.navigateur,
    pytest.mark.enable_socket,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("navigateur"),
]
ARTICLE = "Écran 27 pouces reconditionné"


def publier_un_article(
    page: Page, plateforme: Plateforme, lot: Any, verifier: Callable[[Page], None]
) -> None:
    page.goto(plateforme.adresse("syndicat", f"/syndicat/achats/lots/{lot.uuid}/"))
    verifier(page)
    page.get_by_role("link", name="Ajouter un article").first.click()
    page.get_by_label("Référence").fill("ECR-27R")
    page.get_by_label(re.compile("^D[ée]signation")).fill(ARTICLE)
    verifier(page)
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url("**/articles/**")
    page.get_by_label("Prix unitaire HT").fill("129,50")
    page.get_by_label("Date d’effet").fill(timezone.localdate().isoformat())
    page.get_by_role("button", name="Enregistrer le prix").click()
    page.get_by_role("button", name="Publier au catalogue").click()
    expect(page.get_by_text("Au catalogue", exact=True)).to_be_visible()
    verifier(page)


def test_un_article_publie_est_demande_approuve_et_vu_du_syndicat(
    plateforme: Plateforme,
    ouvrir: Callable[..., Page],
    compte: Callable[[str], Any],
    syndicat: Any,
    sans_defaut: Callable[[Page], None],
    capture: Callable[[Page, str], None],
) -> None:
    gestionnaire, agent, maire = compte("catalogue"), compte("agent.achats"), compte("maire")
    for user in (gestionnaire, agent, maire):
        armer(user)
    with contexte.dans(syndicat):
        lot = etal.lot(etal.marche())

    au_syndicat = ouvrir()
    se_connecter(au_syndicat, plateforme.adresse("syndicat", "/syndicat/achats/"), gestionnaire)
    sans_defaut(au_syndicat)
    publier_un_article(au_syndicat, plateforme, lot, sans_defaut)
    capture(au_syndicat, "article")

    en_mairie = ouvrir(telephone=True)
    se_connecter(en_mairie, plateforme.adresse("hettange-grande", "/bureau/achats/"), agent)
    sans_defaut(en_mairie)
    capture(en_mairie, "catalogue")
    en_mairie.get_by_role("link", name=ARTICLE).first.click()
    sans_defaut(en_mairie)
    en_mairie.get_by_label("Quantité").fill("4")
    en_mairie.get_by_role("button", name="Ajouter à ma demande").click()
    en_mairie.goto(plateforme.adresse("hettange-grande", "/bureau/achats/panier/"))
    expect(en_mairie.get_by_text("518,00").first).to_be_visible()  # 4 × 129,50 € HT
    en_mairie.locator("[name=motif]").fill("Équiper l’accueil")
    sans_defaut(en_mairie)
    en_mairie.get_by_role("button", name="Demander l’accord").click()
    en_mairie.wait_for_load_state()

    chez_le_maire = ouvrir(telephone=True)
    se_connecter(chez_le_maire, plateforme.adresse("hettange-grande", "/bureau/a-decider/"), maire)
    sans_defaut(chez_le_maire)
    chez_le_maire.locator("a[href*='/bureau/achats/commandes/']").first.click()
    chez_le_maire.wait_for_url("**/bureau/achats/commandes/**")
    sans_defaut(chez_le_maire)
    capture(chez_le_maire, "approuver")
    chez_le_maire.get_by_role("button", name="Approuver et commander").click()
    chez_le_maire.wait_for_load_state()

    au_syndicat.goto(plateforme.adresse("syndicat", "/syndicat/achats/commandes/"))
    expect(au_syndicat.get_by_text("Hettange-Grande").first).to_be_visible()
    sans_defaut(au_syndicat)
    capture(au_syndicat, "commandes")
