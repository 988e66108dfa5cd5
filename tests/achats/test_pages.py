"""Pages of purchasing: the journey of the issue, rights, isolation, constant queries."""

from decimal import Decimal as D

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apps.achats.commun.models import Article, Commande, Lot, Marche
from apps.achats.enums import EtatCommande, Mode
from syndicat.conventions.models import Convention, EtatConvention
from syndicat.socle import contexte
from tests.achats import etal

pytestmark = pytest.mark.django_db


def test_le_gestionnaire_publie_un_article_l_agent_commande_la_maire_approuve_le_gestionnaire_voit(
    visite, hettange, django_capture_on_commit_callbacks
):
    g = visite("syndicat", "catalogue")
    jour = timezone.localdate()
    champs = {
        "reference": "2026-T", "objet": "Éclairage", "mode": Mode.GROSSISTE, "maximum_ht": "10 000,00",
        "debut": jour.isoformat(), "fin": jour.replace(year=jour.year + 1).isoformat(),
    }  # fmt: skip
    assert g.post("/syndicat/achats/marches/nouveau/", champs).status_code == 302
    marche = Marche.objects.get()
    lot = {
        "numero": "1", "intitule": "Luminaires", "famille": "iot", "maximum_ht": "5000", "fournisseur": "Lum’Est",
        "fournisseur_siret": "", "fournisseur_courriel": "", "delai_jours": "10",
    }  # fmt: skip
    assert g.post(f"/syndicat/achats/marches/{marche.uuid}/lots/nouveau/", lot).status_code == 302
    lot = Lot.objects.get()
    article = {
        "reference": "LED-1", "designation": "Mât à éclairage réduit", "description": "", "unite": "pièce", "genre": "fourniture",
    }  # fmt: skip
    assert g.post(f"/syndicat/achats/lots/{lot.uuid}/articles/nouveau/", article).status_code == 302
    article = Article.objects.get()
    base = f"/syndicat/achats/articles/{article.uuid}/"
    g.post(base + "publier/", {"publie": "oui"})
    assert not Article.objects.get().publie
    assert g.post(base, {"ht": "120,50", "tva": "20.00", "effet": jour.isoformat()}).status_code == 302
    g.post(base + "publier/", {"publie": "oui"})
    agent = visite("hettange-grande", "agent.achats")
    assert (
        "réduit" not in agent.get("/bureau/achats/?q=eclairage").content.decode()
    )  # market not published yet
    g.post(f"/syndicat/achats/marches/{marche.uuid}/etat/", {"vers": "publie"})
    assert "réduit" in agent.get("/bureau/achats/?q=eclairages+MAT").content.decode()
    page = agent.get(f"/bureau/achats/articles/{article.uuid}/").content.decode()
    assert "144,60" in page
    assert "Le syndicat achète et vous revend" in page
    assert (
        agent.post(f"/bureau/achats/articles/{article.uuid}/ajouter/", {"quantite": "3"}).status_code == 302
    )
    assert agent.post("/bureau/achats/panier/", {"motif": "", "lieu": ""}).status_code == 422
    assert (
        agent.post("/bureau/achats/panier/", {"motif": "Rue du Stade", "lieu": "Atelier"}).status_code == 302
    )
    with contexte.dans(hettange):
        commande = Commande.objects.get()
    adresse = f"/bureau/achats/commandes/{commande.uuid}/"
    assert "Mairie" not in g.get("/syndicat/achats/commandes/").content.decode()
    assert commande.numero not in g.get("/syndicat/achats/commandes/").content.decode()
    maire = visite("hettange-grande", "maire")
    assert "Approuver et commander" in maire.get(adresse).content.decode()
    assert adresse in maire.get("/bureau/").content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        maire.post(adresse + "approuver/", {"total_vu": "361.50"})
    with contexte.dans(hettange):
        assert Commande.objects.get().etat == EtatCommande.EMIS
    vue = g.get("/syndicat/achats/commandes/").content.decode()
    assert commande.numero in vue
    assert "Hettange-Grande" in vue
    assert "Atelier" in g.get(f"/syndicat/achats/commandes/{commande.uuid}/").content.decode()
    assert "1 collectivité" in agent.get(f"/bureau/achats/articles/{article.uuid}/").content.decode().replace(
        "\u00a0", " "
    )


@pytest.fixture
def commande(hettange, compte):
    with contexte.dans(hettange):
        return etal.commande_demandee(etal.lot(etal.marche()), compte("agent.achats"), numero="C-AAAA-AAA")


@pytest.mark.parametrize("action", ["", "approuver/", "refuser/", "annuler/", "livrer/", "attester/"])
def test_la_commande_d_un_autre_membre_n_existe_pas(visite, commande, hettange, action):
    voisin = visite("rodemack", "maire.rodemack")
    adresse = f"/bureau/achats/commandes/{commande.uuid}/{action}"
    reponse = voisin.post(adresse, {"total_vu": "100", "motif": "x"}) if action else voisin.get(adresse)
    assert reponse.status_code == 404
    with contexte.dans(hettange):
        assert Commande.objects.get().etat == EtatCommande.DEMANDE


@pytest.mark.parametrize(
    ("qui", "code"),
    [("agent.achats", 403), ("admin", 403), ("agent.grc", 403), ("habitant", 404), ("dpo", 403)],
)
@pytest.mark.parametrize("action", ["approuver/", "refuser/"])
def test_qui_ne_signe_pas_n_approuve_ni_ne_refuse(visite, commande, qui, code, action):
    reponse = visite("hettange-grande", qui).post(
        f"/bureau/achats/commandes/{commande.uuid}/{action}", {"total_vu": "100"}
    )
    assert reponse.status_code == code


@pytest.mark.parametrize(
    ("qui", "code"),
    [("agent.grc", 403), ("habitant", 404), ("agent.achats", 200), ("dpo", 200), ("maire", 200)],
)
def test_le_catalogue_est_a_ceux_qui_sont_charges_des_achats(visite, qui, code):
    assert visite("hettange-grande", qui).get("/bureau/achats/").status_code == code


@pytest.mark.parametrize("qui", ["finances", "conventions", "technicien"])
def test_au_syndicat_seul_le_gestionnaire_du_catalogue_le_gere(visite, qui):
    for adresse in ("/syndicat/achats/", "/syndicat/achats/commandes/", "/syndicat/achats/marches/nouveau/"):
        assert visite("syndicat", qui).get(adresse).status_code == 403


def test_le_syndicat_ne_voit_pas_les_commandes_d_un_groupement_ni_les_demandes(visite, hettange, compte):
    marche = etal.marche(mode=Mode.GROUPEMENT)
    with contexte.dans(hettange):
        c = etal.commande_demandee(etal.lot(marche), compte("agent.achats"), numero="C-GGGG-GGG")
        Commande.objects.update(etat=EtatCommande.EMIS, engagee_at=timezone.now())
    g = visite("syndicat", "catalogue")
    assert "C-GGGG-GGG" not in g.get("/syndicat/achats/commandes/").content.decode()
    assert g.get(f"/syndicat/achats/commandes/{c.uuid}/").status_code == 404


def test_une_convention_en_extinction_ne_prend_plus_de_commande_mais_se_lit(visite, hettange):
    article = etal.article(etal.lot(etal.marche()))
    with contexte.dans(hettange):
        Convention.objects.filter(service="achats").update(etat=EtatConvention.RESILIEE)
    agent = visite("hettange-grande", "agent.achats")
    assert agent.get(f"/bureau/achats/articles/{article.uuid}/").status_code == 200
    agent.post(f"/bureau/achats/articles/{article.uuid}/ajouter/", {"quantite": "1"})
    with contexte.dans(hettange):
        assert not Commande.objects.exists()


def test_le_brouillon_d_un_collegue_ne_se_touche_pas(visite, hettange):
    article = etal.article(etal.lot(etal.marche()))
    visite("hettange-grande", "agent.achats").post(
        f"/bureau/achats/articles/{article.uuid}/ajouter/", {"quantite": "2"}
    )
    with contexte.dans(hettange):
        c = Commande.objects.get()
    autre = visite("hettange-grande", "maire")
    assert autre.post(f"/bureau/achats/panier/{c.uuid}/{article.uuid}/", {"retirer": "1"}).status_code == 404
    assert autre.get(f"/bureau/achats/commandes/{c.uuid}/").status_code == 404


def test_les_listes_coutent_un_nombre_constant_de_requetes(visite, hettange, compte):
    lot = etal.lot(etal.marche())
    agent = visite("hettange-grande", "agent.achats")

    def requetes(adresse):
        agent.get(adresse)
        with CaptureQueriesContext(connection) as vues:
            assert agent.get(adresse).status_code == 200
        # The number of collectivités, kept in the cache, is not counted here.
        return len([r for r in vues if "achats_commun" in r["sql"] and "COUNT(DISTINCT" not in r["sql"]])

    def peupler(depuis, jusque):
        with contexte.dans(hettange):
            for i in range(depuis, jusque):
                etal.article(lot, f"R{i}", designation=f"Article {i}")
                etal.commande_demandee(lot, compte("agent.achats"), numero=f"C-{i:04d}")

    peupler(0, 2)
    avant = [requetes("/bureau/achats/"), requetes("/bureau/achats/commandes/")]
    peupler(2, 20)
    assert [requetes("/bureau/achats/"), requetes("/bureau/achats/commandes/")] == avant
    assert max(avant) <= 6


def test_les_pages_du_catalogue_se_suivent_sans_perte(visite):
    lot = etal.lot(etal.marche())
    for i in range(30):
        etal.article(lot, f"R{i}", designation=f"Article {i:02d}")
    agent = visite("hettange-grande", "agent.achats")
    une = agent.get("/bureau/achats/")
    deux = agent.get(une.context["suivante"].join(["/bureau/achats/", ""]))
    vus = [c["article"].designation for c in une.context["cartes"] + deux.context["cartes"]]
    assert vus == [f"Article {i:02d}" for i in range(30)]
    assert agent.get("/bureau/achats/?apres=faux").status_code == 200


def test_un_formulaire_refuse_dit_ou_est_la_faute(visite):
    g = visite("syndicat", "catalogue")
    reponse = g.post("/syndicat/achats/marches/nouveau/", {"reference": "X", "maximum_ht": "-5"})
    assert reponse.status_code == 422
    assert set(reponse.context["form"].errors) >= {"objet", "mode", "debut", "fin", "maximum_ht"}
    article = etal.article(etal.lot(etal.marche()))
    refuse = g.post(
        f"/syndicat/achats/articles/{article.uuid}/", {"ht": "5", "tva": "20.00", "effet": "2020-01-01"}
    )
    assert refuse.status_code == 422
    assert "rétroactivement" in str(refuse.context["form"].errors["effet"])
    assert article.prix.get().ht == D("799.9")
