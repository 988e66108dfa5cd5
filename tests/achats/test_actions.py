"""From the basket to the delivery; what is refused; what the ceilings hold."""

from datetime import timedelta
from decimal import Decimal as D

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from apps.achats import actions, gestion
from apps.achats.commun.models import Commande, Lot, Marche, Prix
from apps.achats.enums import EtatCommande, EtatMarche, Mode
from apps.achats.perms import can_approuver
from syndicat.socle import contexte
from syndicat.suivi import service as suivi
from syndicat.suivi.models import ATraiter, FaitPublie
from tests.achats import etal

pytestmark = pytest.mark.django_db


@pytest.fixture
def rayon(db):
    un = etal.lot(etal.marche())
    return un, etal.article(un)


@pytest.fixture
def agent(acteur, hettange):
    return acteur("agent.achats", hettange)


@pytest.fixture
def maire(acteur, hettange):
    return acteur("maire", hettange)


def demande(article, agent, quantite=2):
    brouillon = actions.ajouter_au_panier(article=article, quantite=quantite, by=agent)
    return actions.demander(commande=brouillon, motif="École", lieu="Mairie", by=agent)


def test_du_panier_a_la_commande_envoyee(rayon, agent, maire, chez_hettange):
    lot, article = rayon
    commande = demande(article, agent)
    assert (commande.total_ht, commande.total_ttc) == (D("1599.80"), D("1919.76"))
    assert [a.action for a in suivi.a_traiter_pour(maire) if a.service == "achats"] == ["Approuver"]
    engagee = actions.approuver(commande=commande, total_vu=commande.total_ht, by=maire)
    assert engagee.etat == EtatCommande.EMIS
    lot.refresh_from_db()
    assert lot.engage_ht == lot.marche.engage_ht == D("1599.80") or Marche.objects.get().engage_ht == D(
        "1599.80"
    )
    assert [e.etat for e in engagee.evenements.order_by("pk")] == ["demande", "vise", "engage", "emis"]
    assert not ATraiter.objects.filter(service="achats", clos_le__isnull=True)
    assert FaitPublie.objects.filter(code="achats.commande_passee", objet=engagee.uuid).count() == 1
    assert [e.motif for e in suivi.echeances(30)] == [f"Commande {engagee.numero}"]


def test_le_meme_article_ajoute_deux_fois_s_additionne_et_zero_le_retire(rayon, agent, chez_hettange):
    _, article = rayon
    un = actions.ajouter_au_panier(article=article, quantite=2, by=agent)
    deux = actions.ajouter_au_panier(article=article, quantite=3, by=agent)
    assert un.pk == deux.pk
    ligne = deux.lignes.get()
    assert ligne.quantite == 5
    actions.changer_quantite(ligne=ligne, quantite=0, by=agent)
    assert not Commande.objects.exists()


@pytest.mark.parametrize("quantite", [0, -1, 10_000])
def test_une_quantite_absurde_est_refusee(rayon, agent, chez_hettange, quantite):
    with pytest.raises(ValidationError):
        actions.ajouter_au_panier(article=rayon[1], quantite=quantite, by=agent)


def test_le_maire_n_approuve_pas_sa_propre_demande_sauf_reglage_de_petite_commune(
    rayon, maire, chez_hettange
):
    commande = demande(rayon[1], maire)
    with pytest.raises(ValidationError, match="autre personne"):
        actions.approuver(commande=commande, total_vu=commande.total_ht, by=maire)
    commande.refresh_from_db()
    assert commande.etat == EtatCommande.DEMANDE
    assert Lot.objects.get().engage_ht == 0
    actions.regler_cumul(permis=True, by=maire)
    assert (
        actions.approuver(commande=commande, total_vu=commande.total_ht, by=maire).etat == EtatCommande.EMIS
    )


def test_le_plafond_du_lot_arrete_la_commande_de_trop_et_rien_n_est_garde(agent, maire, chez_hettange):
    lot = etal.lot(etal.marche(), maximum="1000")
    article = etal.article(lot, ht="400")
    for _ in range(2):
        c = demande(article, agent, 1)
        actions.approuver(commande=c, total_vu=c.total_ht, by=maire)
    trop = demande(article, agent, 1)
    with pytest.raises(actions.PlafondDepasse):
        actions.approuver(commande=trop, total_vu=trop.total_ht, by=maire)
    trop.refresh_from_db()
    lot.refresh_from_db()
    assert (trop.etat, trop.debite_ht, lot.engage_ht) == (EtatCommande.DEMANDE, None, D(800))
    assert Marche.objects.get().engage_ht == 800


def test_le_plafond_du_marche_compte_tous_ses_lots_et_rend_le_lot_intact(agent, maire, chez_hettange):
    marche = etal.marche(maximum="500")
    un, deux = etal.lot(marche, 1), etal.lot(marche, 2)
    a, b = etal.article(un, ht="300"), etal.article(deux, ht="300")
    c = demande(a, agent, 1)
    actions.approuver(commande=c, total_vu=c.total_ht, by=maire)
    d = demande(b, agent, 1)
    with pytest.raises(actions.PlafondDepasse, match="marché"):
        actions.approuver(commande=d, total_vu=d.total_ht, by=maire)
    deux.refresh_from_db()
    assert deux.engage_ht == 0


def test_la_base_refuse_un_engagement_au_dela_du_maximum(rayon):
    with pytest.raises(IntegrityError), transaction.atomic():
        Lot.objects.update(engage_ht=D("50000.01"))


def test_annuler_deux_fois_ne_rend_le_plafond_qu_une_fois(rayon, agent, maire, chez_hettange):
    c = demande(rayon[1], agent)
    c = actions.approuver(commande=c, total_vu=c.total_ht, by=maire)
    autre = demande(rayon[1], agent, 1)
    actions.approuver(commande=autre, total_vu=autre.total_ht, by=maire)
    actions.annuler(commande=c, motif="Erreur", by=maire)
    for _ in range(2):
        with pytest.raises(ValidationError):
            actions.annuler(commande=c, motif="Encore", by=maire)
    assert Lot.objects.get().engage_ht == Marche.objects.get().engage_ht == D("799.90")
    assert not suivi.echeances(60).filter(uuid=c.uuid)


def test_un_prix_change_entre_la_demande_et_l_approbation_se_relit(rayon, agent, maire, chez_hettange):
    c = demande(rayon[1], agent, 1)
    Prix.objects.create(article=rayon[1], effet=timezone.localdate(), ht=D("850"), tva=D(20))
    with pytest.raises(actions.PrixChange):
        actions.approuver(commande=c, total_vu=D("799.90"), by=maire)
    c.refresh_from_db()
    assert (c.etat, c.total_ht) == (EtatCommande.DEMANDE, D("850.00"))
    with pytest.raises(actions.PrixChange):
        actions.approuver(commande=c, total_vu=D("799.90"), by=maire)
    assert actions.approuver(commande=c, total_vu=D("850.00"), by=maire).lignes.get().prix_ht == D("850")


def test_le_prix_engage_ne_bouge_plus_quand_le_catalogue_change(rayon, agent, maire, chez_hettange):
    c = demande(rayon[1], agent, 1)
    c = actions.approuver(commande=c, total_vu=c.total_ht, by=maire)
    Prix.objects.create(article=rayon[1], effet=timezone.localdate(), ht=D("1"), tva=D(20))
    c.refresh_from_db()
    assert (c.total_ht, c.lignes.get().prix_ht) == (D("799.90"), D("799.90"))


def test_apres_la_fin_du_marche_on_ne_demande_ni_n_approuve(rayon, agent, maire, chez_hettange):
    c = demande(rayon[1], agent, 1)
    Marche.objects.update(fin=timezone.localdate() - timedelta(days=1))
    with pytest.raises(ValidationError):
        actions.approuver(commande=c, total_vu=c.total_ht, by=maire)
    with pytest.raises(ValidationError, match="catalogue"):
        actions.ajouter_au_panier(article=rayon[1], quantite=1, by=agent)


def test_un_groupement_ne_sert_que_ses_membres(agent, hettange, rodemack, chez_hettange):
    marche = etal.marche(mode=Mode.GROUPEMENT)
    article = etal.article(etal.lot(marche))
    marche.participants.set([rodemack])
    with pytest.raises(ValidationError, match="groupement"):
        actions.ajouter_au_panier(article=article, quantite=1, by=agent)
    marche.participants.add(hettange)
    assert actions.ajouter_au_panier(article=article, quantite=1, by=agent).lignes.count() == 1


def test_refuser_ou_annuler_demande_un_motif(rayon, agent, maire, chez_hettange):
    c = demande(rayon[1], agent)
    for action in (actions.refuser, actions.annuler):
        with pytest.raises(ValidationError, match="pourquoi"):
            action(commande=c, motif="  ", by=maire)
    assert actions.refuser(commande=c, motif="Trop cher", by=maire).etat == EtatCommande.REFUSE


def test_livraison_partielle_puis_complete_puis_service_fait(rayon, agent, maire, chez_hettange):
    c = demande(rayon[1], agent)
    c = actions.approuver(commande=c, total_vu=c.total_ht, by=maire)
    c = actions.livrer(commande=c, complet=False, by=agent)
    assert suivi.echeances(60).count() == 1
    c = actions.livrer(commande=c, complet=True, by=agent)
    assert suivi.echeances(60).count() == 0
    assert actions.attester_service_fait(commande=c, by=agent).etat == EtatCommande.SERVICE_FAIT
    with pytest.raises(ValidationError):
        actions.annuler(commande=c, motif="non", by=maire)


def test_une_commune_ne_voit_pas_les_commandes_du_voisin_meme_en_sql(rayon, agent, hettange, rodemack):
    with contexte.dans(hettange):
        c = demande(rayon[1], agent)
    with contexte.dans(rodemack):
        assert not Commande.objects.filter(uuid=c.uuid).exists()
        assert list(Commande.objects.raw("SELECT * FROM achats_commun_commande")) == []
    with pytest.raises(contexte.SansCollectivite):
        Commande.objects.count()


def test_seul_l_executif_ou_son_delegataire_approuve(acteur, hettange, chez_hettange):
    assert can_approuver(acteur("maire", hettange))
    for qui in ("agent.achats", "admin", "dpo", "habitant", "adjoint"):
        assert not can_approuver(acteur(qui, hettange))


def test_un_avenant_ne_baisse_pas_un_maximum_sous_l_engage(rayon, agent, maire, hettange, acteur, syndicat):
    with contexte.dans(hettange):
        c = demande(rayon[1], agent)
        actions.approuver(commande=c, total_vu=c.total_ht, by=maire)
    gestionnaire = acteur("catalogue", syndicat)
    with contexte.dans(syndicat):
        with pytest.raises(ValidationError, match="déjà engagé"):
            gestion.changer_maximum(objet=rayon[0], maximum_ht=D(1000), by=gestionnaire)
        gestion.changer_maximum(objet=rayon[0], maximum_ht=D(2000), by=gestionnaire)
    rayon[0].refresh_from_db()
    assert rayon[0].maximum_ht == 2000


def test_un_accord_cadre_dure_quatre_ans_au_plus(syndicat, acteur):
    gestionnaire = acteur("catalogue", syndicat)
    champs = {"reference": "X", "objet": "Y", "mode": Mode.GROSSISTE, "maximum_ht": D(1000)}
    debut = timezone.localdate().replace(month=1, day=1)
    with contexte.dans(syndicat):
        with pytest.raises(ValidationError):
            gestion.creer_marche(
                champs={**champs, "debut": debut, "fin": debut.replace(year=debut.year + 4)}, by=gestionnaire
            )
        fin = debut.replace(year=debut.year + 4) - timedelta(days=1)
        assert (
            gestion.creer_marche(champs={**champs, "debut": debut, "fin": fin}, by=gestionnaire).etat
            == "preparation"
        )


def test_un_prix_publie_ne_change_jamais_retroactivement(rayon, syndicat, acteur):
    jour = timezone.localdate()
    gestionnaire = acteur("catalogue", syndicat)
    with contexte.dans(syndicat):
        with pytest.raises(ValidationError, match="rétroactivement"):
            gestion.poser_prix(
                article=rayon[1],
                ht=D(1),
                tva=D(20),
                effet=jour - timedelta(days=1),
                jour=jour,
                by=gestionnaire,
            )
        gestion.poser_prix(
            article=rayon[1],
            ht=D(900),
            tva=D(20),
            effet=jour + timedelta(days=30),
            jour=jour,
            by=gestionnaire,
        )
    prix = type(rayon[1]).objects.au_prix_du(jour).get().prix_ht
    assert prix == D("799.9")


def test_un_marche_sans_lot_et_un_article_sans_prix_ne_se_publient_pas(syndicat, acteur):
    gestionnaire = acteur("catalogue", syndicat)
    marche = etal.marche(etat=EtatMarche.PREPARATION)
    with contexte.dans(syndicat):
        with pytest.raises(ValidationError, match="lot"):
            gestion.changer_etat_marche(marche=marche, vers=EtatMarche.PUBLIE, by=gestionnaire)
        article = gestion.enregistrer_article(
            lot=etal.lot(marche), champs={"reference": "A", "designation": "B"}, by=gestionnaire
        )
        with pytest.raises(ValidationError, match="prix"):
            gestion.publier_article(article=article, publie=True, jour=timezone.localdate(), by=gestionnaire)
