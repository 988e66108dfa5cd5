"""Pages of the shell on a member's host: who sees them, what they say, what they cost."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from syndicat.membres.models import Contour, Vitrine
from syndicat.socle import contexte
from syndicat.suivi import service as suivi
from syndicat.web import plans, tableau, vitrines
from syndicat.web.models import Annonce
from syndicat.web.theme import Marque

Visite = Callable[..., Client]
pytestmark = pytest.mark.django_db
LEGALES = ("accessibilite", "mentions-legales", "donnees-personnelles", "conditions-utilisation", "plan-du-site", "horaires", "aide", "services", "recherche")  # fmt: skip


@pytest.fixture(autouse=True)
def _memoires_vides() -> None:
    vitrines._memoire.clear()
    plans._memoire.clear()
    tableau._dessins.update(vu=0.0, traits={})


def texte(reponse: Any) -> str:
    return str(reponse.content.decode()).replace("\u00a0", " ").replace("\u202f", " ").replace("&nbsp;", " ")


@pytest.mark.parametrize("page", ["", *(f"{p}/" for p in LEGALES)])
def test_le_portail_se_lit_sans_compte(visite: Visite, page: str) -> None:
    reponse = visite("hettange-grande").get(f"/{page}")
    assert reponse.status_code == 200
    assert "Hettange-Grande" in texte(reponse)
    assert "Accessibilité : non conforme" in texte(reponse)


def test_la_declaration_dit_non_conforme_tant_qu_aucun_audit_n_est_mene(visite: Visite) -> None:
    page = texte(visite("hettange-grande").get("/accessibilite/"))
    assert "non conforme" in page
    assert "Défenseur des droits" in page
    assert "Aucun audit" in page


def test_les_couleurs_sont_celles_de_la_collectivite_et_se_gardent_un_an(
    visite: Visite, rodemack: Any
) -> None:
    Vitrine.objects.filter(collectivite=rodemack).update(teinte=42, chroma="0.105")
    marque = Marque(42, 0.105)
    client = visite("rodemack")
    assert f"/theme.css?v={marque.version}" in client.get("/").content.decode()
    bonne = client.get("/theme.css", {"v": marque.version})
    assert "immutable" in bonne["Cache-Control"]
    assert bonne.content != visite("hettange-grande").get("/theme.css").content
    assert "immutable" not in client.get("/theme.css", {"v": "autre"})["Cache-Control"]
    assert client.get("/favicon.svg")["Content-Type"] == "image/svg+xml"


def test_une_annonce_n_est_vue_que_chez_celle_qui_l_a_publiee(visite: Visite, hettange: Any) -> None:
    client = visite("hettange-grande", "maire")
    reponse = client.post("/bureau/annonces/", {"genre": "alerte", "titre": "Coupure d'eau jeudi"})
    assert reponse.status_code == 302
    assert "Coupure d’eau jeudi" in texte(visite("hettange-grande").get("/"))
    assert "Coupure d’eau jeudi" not in texte(visite("rodemack").get("/"))
    with contexte.dans(hettange):
        annonce = Annonce.objects.get()
    assert (
        visite("rodemack", "maire.rodemack").post(f"/bureau/annonces/{annonce.uuid}/retirer/").status_code
        == 404
    )
    assert client.post(f"/bureau/annonces/{annonce.uuid}/retirer/").status_code == 302
    assert "Coupure d’eau jeudi" not in texte(visite("hettange-grande").get("/"))


def test_un_evenement_sans_date_est_refuse_et_la_saisie_gardee(visite: Visite) -> None:
    reponse = visite("hettange-grande", "maire").post(
        "/bureau/annonces/", {"genre": "evenement", "titre": "Fête"}
    )
    assert reponse.status_code == 422
    assert "Un événement a une date" in texte(reponse)
    assert 'value="Fête"' in texte(reponse)


def test_un_agent_ne_publie_pas_sur_le_portail(visite: Visite) -> None:
    assert visite("hettange-grande", "agent.grc").get("/bureau/annonces/").status_code == 403


def test_la_maire_voit_ce_qui_attend_sa_decision_et_l_habitante_rien(visite: Visite, hettange: Any) -> None:
    with contexte.dans(hettange):
        suivi.poser_a_traiter(
            "grc",
            uuid4(),
            "essai",
            titre="Arrêté à signer",
            url="/x",
            roles=("maire",),
            action="Signer",
            echeance=timezone.localdate(),
        )
        suivi.poser_echeance(
            "grc",
            uuid4(),
            "essai",
            titre="Réponse due",
            url="/y",
            le=timezone.localdate() + timedelta(days=3),
        )
    page = texte(visite("hettange-grande", "maire").get("/bureau/"))
    assert "Bonjour Madame la Maire" in page
    assert "Une décision vous attend, dont une avant ce soir." in page
    assert "Arrêté à signer" in page
    assert "Réponse due" in page
    assert visite("hettange-grande", "habitant").get("/bureau/").status_code == 404
    assert visite("hettange-grande").get("/bureau/").status_code == 302
    assert "Arrêté à signer" not in texte(visite("rodemack", "maire.rodemack").get("/bureau/"))


def test_n_avoir_rien_a_decider_est_dit_paisiblement(visite: Visite) -> None:
    page = texte(visite("rodemack", "maire.rodemack").get("/bureau/"))
    assert "Bonjour Monsieur le Maire" in page
    assert "Rien n’attend votre décision." in page
    assert "Tout est décidé" in page


def _requetes(client: Client, url: str) -> list[str]:
    """SQL statements of a request when nothing is remembered: no expiry can change the count between two calls."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from syndicat.conventions import porte
    from syndicat.web import cockpit

    for memoire in (porte._memoire, vitrines._memoire, plans._memoire):
        memoire.clear()  # type: ignore[attr-defined]
    cockpit._adherents["vu"] = 0.0
    tableau._dessins.update(vu=0.0, traits={})
    with CaptureQueriesContext(connection) as capture:
        assert client.get(url).status_code == 200
    return [q["sql"][:160] for q in capture]


def test_le_cockpit_coute_autant_de_requetes_avec_une_ou_cinquante_decisions(
    visite: Visite, hettange: Any
) -> None:
    client = visite("hettange-grande", "maire")
    client.get("/bureau/")
    avant = _requetes(client, "/bureau/")
    with contexte.dans(hettange):
        for i in range(50):
            suivi.poser_a_traiter("grc", uuid4(), "essai", titre=f"Décision {i}", url="/x", roles=("maire",))
    apres = _requetes(client, "/bureau/")
    assert len(apres) == len(avant), sorted(set(apres) ^ set(avant))


def test_le_tableau_des_556_membres_est_au_syndicat_et_coute_peu_de_requetes(visite: Visite) -> None:
    client = visite("syndicat", "direction")
    page = texte(client.get("/syndicat/tableau/"))
    assert "556 membres affichés, sur 556 (541 communes, 14 intercommunalités et 1 département)" in page
    assert len(_requetes(client, "/syndicat/tableau/")) <= 18
    assert visite("hettange-grande", "maire").get("/syndicat/tableau/").status_code == 403
    assert visite("hettange-grande").get("/syndicat/tableau/").status_code == 302


def test_un_filtre_du_tableau_se_retire_et_se_telecharge(visite: Visite) -> None:
    client = visite("syndicat", "direction")
    page = texte(client.get("/syndicat/tableau/", {"nature": "epci"}))
    assert "14 membres affichés" in page
    assert "Retirer ce filtre" in page
    lignes = client.get("/syndicat/tableau.csv", {"nature": "epci"}).content.decode().splitlines()
    assert len(lignes) == 15
    assert "Aucun membre ne correspond" in texte(
        client.get("/syndicat/tableau/", {"groupement": "Nulle part"})
    )
    assert client.get("/syndicat/tableau/hettange-grande/").status_code == 200
    assert client.get("/syndicat/tableau/inconnue/").status_code == 404


def test_sans_contour_la_carte_montre_l_emprise_et_avec_contour_le_trait(
    visite: Visite, hettange: Any
) -> None:
    sans = visite("hettange-grande").get("/plan.geojson").json()["features"][0]
    assert sans["properties"] == {"nous": True, "exact": False}
    carre = {
        "type": "Polygon",
        "coordinates": [[[6.1, 49.4], [6.2, 49.4], [6.2, 49.5], [6.1, 49.5], [6.1, 49.4]]],
    }
    Contour.objects.create(collectivite=hettange, geometrie=carre, source="essai")
    plans._memoire.clear()
    avec = visite("hettange-grande").get("/plan.geojson").json()["features"][0]
    assert avec["geometry"] == carre


def test_le_catalogue_des_composants_est_au_syndicat_seul(visite: Visite) -> None:
    assert visite("syndicat", "direction").get("/composants/").status_code == 200
    assert visite("syndicat", "direction").get("/composants/marques.css").status_code == 200
    assert visite("hettange-grande", "maire").get("/composants/").status_code == 403


def test_un_service_ferme_dit_a_l_agent_comment_adherer_et_rien_a_l_habitant(
    visite: Visite, rodemack: Any
) -> None:
    from syndicat.conventions.models import Convention

    with contexte.dans(rodemack):
        Convention.objects.filter(service="grc").delete()
    from syndicat.conventions import porte

    porte._memoire.clear()
    reponse = visite("rodemack", "maire.rodemack").get("/bureau/grc/")
    assert reponse.status_code == 404
    assert "Comment adhérer" in texte(reponse)
    anonyme = visite("rodemack").get("/signaler/")
    assert anonyme.status_code == 404
    assert "Comment adhérer" not in texte(anonyme)


def test_une_page_absente_dit_quoi_faire_et_donne_une_reference(visite: Visite) -> None:
    reponse = visite("hettange-grande").get("/nulle-part/")
    assert reponse.status_code == 404
    page = texte(reponse)
    assert "Cette page n’existe pas" in page
    assert reponse["X-Request-ID"] in page


def test_la_page_de_panne_ne_lit_pas_la_base(rf: Any) -> None:
    from syndicat.web.erreurs import panne

    reponse = panne(rf.get("/"))
    assert reponse.status_code == 500
    assert "Quelque chose s’est cassé chez nous" in texte(reponse)


def test_mes_collectivites_dit_ce_qui_attend_sans_melanger(
    visite: Visite, hettange: Any, rodemack: Any, compte: Any
) -> None:
    from syndicat.comptes.models import Adhesion

    maire = compte("maire")
    with contexte.dans(rodemack):
        Adhesion.objects.create(user=maire, role="adjoint", debut=timezone.now() - timedelta(days=1))
        suivi.poser_a_traiter(
            "grc", uuid4(), "essai", titre="Secret de Rodemack", url="/x", roles=("adjoint",)
        )
    page = texte(visite("hettange-grande", "maire").get("/bureau/mes-collectivites/"))
    assert "Rodemack" in page
    assert "1 chose attend" in page
    assert "Secret de Rodemack" not in page


def test_la_palette_cherche_sans_accents_et_ne_montre_que_ce_qui_attend_ici(
    visite: Visite, hettange: Any
) -> None:
    with contexte.dans(hettange):
        suivi.poser_a_traiter(
            "grc", uuid4(), "essai", titre="Arrêté de circulation", url="/arrete", roles=("maire",)
        )
    trouves = visite("hettange-grande", "maire").get("/bureau/palette/", {"q": "ARRETE circ"}).json()
    assert [t["url"] for t in trouves] == ["/arrete"]
    assert visite("rodemack", "maire.rodemack").get("/bureau/palette/", {"q": "arrete"}).json() == []
