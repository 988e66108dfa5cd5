"""Feeds to index: approval, versions, personal-data gate, withdrawal, sweeps."""

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from apps.data import actions, balayage, consommateurs
from apps.data.commun.models import EtatJeu, JeuDeDonnees
from apps.data.flux import declares_pour, trouver
from syndicat.conventions.models import Convention, EtatConvention
from syndicat.conventions.porte import _memoire
from syndicat.journal.models import Ligne as LigneJournal
from syndicat.socle import contexte
from syndicat.socle.faits import SignalementClos
from syndicat.socle.manifest import Flux
from syndicat.suivi import service as suivi
from tests.data.lecture import corps

pytestmark = pytest.mark.django_db
CODE = "grc.essai"


@pytest.fixture
def flux(monkeypatch):
    """A declared feed whose rows the test chooses."""
    source = {"lignes": [{"quoi": "lampe", "n": 1}, {"quoi": "banc", "n": 2}]}
    declare = Flux(
        code="essai",
        titre="Essai",
        description="Un flux d’essai.",
        lignes="builtins.iter",
        colonnes=(("quoi", "string"), ("n", "integer")),
    )
    from apps.data import flux as module

    avant = module.declares
    monkeypatch.setattr(module, "declares", lambda: [*avant(), module.FluxDeclare("grc", declare)])
    monkeypatch.setattr(module.FluxDeclare, "lignes", lambda self, portee: iter(source["lignes"]))
    return source


@pytest.fixture
def agent(acteur, hettange):
    return acteur("agent", hettange)


def publier(flux, agent):
    return actions.publier_flux(flux=CODE, lignes=iter(flux["lignes"]), by=agent)


def test_la_premiere_projection_attend_l_accord_de_la_collectivite(
    flux, agent, chez_hettange, acteur, hettange
):
    jeu = publier(flux, agent)
    assert (jeu.etat, jeu.version, jeu.nb_lignes) == (EtatJeu.PROPOSE, 1, 2)
    assert str(jeu.uuid) not in corps("/catalog.ttl")[1].decode()
    assert [a.action for a in suivi.a_traiter_pour(acteur("maire", hettange)) if a.service == "data"] == [
        "Relire et publier"
    ]
    actions.ouvrir_jeu(jeu=jeu, by=agent)
    assert str(jeu.uuid) in corps("/catalog.ttl")[1].decode()
    assert corps(f"/dataset/{jeu.uuid}/donnees.csv")[1] == b"quoi,n\r\nlampe,1\r\nbanc,2\r\n"
    assert not [a for a in suivi.a_traiter_pour(agent) if a.service == "data"]


def test_les_memes_lignes_ne_font_pas_de_nouvelle_version(flux, agent, chez_hettange):
    jeu = publier(flux, agent)
    avant = jeu.modified_at
    jeu = publier(flux, agent)
    assert (jeu.version, jeu.modified_at) == (1, avant)
    flux["lignes"].append({"quoi": "arbre", "n": 3})
    jeu = publier(flux, agent)
    assert (jeu.version, jeu.nb_lignes) == (2, 3)
    assert jeu.modified_at > avant


def test_deux_versions_au_plus_restent_dans_l_index(flux, agent, chez_hettange):
    for i in range(4):
        flux["lignes"].append({"quoi": "x", "n": i})
        jeu = publier(flux, agent)
    assert set(jeu.lignes.values_list("version", flat=True)) == {3, 4}


def test_une_donnee_personnelle_arrete_la_publication_sans_rien_garder(flux, agent, chez_hettange):
    flux["lignes"][1]["quoi"] = "voir jean.petit@exemple.fr ou 06 12 34 56 78"
    jeu = publier(flux, agent)
    assert (jeu.etat, jeu.version, jeu.lignes.count()) == (EtatJeu.REFUSE, 0, 0)
    assert "adresse électronique" in jeu.motif
    assert "téléphone" in jeu.motif
    assert "jean.petit" not in jeu.motif
    assert [a.action for a in suivi.a_traiter_pour(agent)] == ["Voir pourquoi"]
    assert LigneJournal.objects.filter(action="data.jeu.refuse").exists() or any(
        "data.jeu.refuse" in x.contenu for x in LigneJournal.objects.all()
    )
    with pytest.raises(ValidationError, match="Données personnelles"):
        actions.ouvrir_jeu(jeu=jeu, by=agent)
    flux["lignes"][1]["quoi"] = "banc"
    jeu = publier(flux, agent)
    assert (jeu.etat, jeu.motif) == (EtatJeu.PROPOSE, "")
    assert [a.action for a in suivi.a_traiter_pour(agent)] == ["Relire et publier"]


def test_un_jeu_publie_garde_sa_derniere_version_saine(flux, agent, chez_hettange):
    jeu = actions.ouvrir_jeu(jeu=publier(flux, agent), by=agent)
    flux["lignes"].append({"quoi": "2 69 05 49 588 157 80", "n": 3})
    jeu = publier(flux, agent)
    assert (jeu.etat, jeu.version, jeu.nb_lignes) == (EtatJeu.PUBLIE, 1, 2)
    assert "sécurité sociale" in jeu.motif
    assert corps(f"/dataset/{jeu.uuid}/donnees.csv")[1].count(b"\r\n") == 3


def test_un_retrait_efface_les_lignes_et_la_remise_en_ligne_relit_la_source(flux, agent, chez_hettange):
    jeu = actions.ouvrir_jeu(jeu=publier(flux, agent), by=agent)
    actions.retirer_jeu(jeu=jeu, by=agent)
    assert jeu.lignes.count() == jeu.distributions.count() == 0
    assert corps(f"/dataset/{jeu.uuid}/donnees.csv")[0].status_code == 410
    flux["lignes"] = [{"quoi": "neuf", "n": 9}]
    jeu = actions.ouvrir_jeu(jeu=jeu, by=agent)
    assert corps(f"/dataset/{jeu.uuid}/donnees.csv")[1] == b"quoi,n\r\nneuf,9\r\n"


def test_un_signalement_clos_rend_le_flux_du_et_le_balayage_le_rafraichit(flux, agent, hettange, rodemack):
    with contexte.dans(hettange):
        jeu = actions.ouvrir_jeu(jeu=publier(flux, agent), by=agent)
        JeuDeDonnees.objects.filter(pk=jeu.pk).update(flux="grc.signalements")
        consommateurs.signalement_clos(SignalementClos(uuid=str(jeu.uuid)), cle="1")
        consommateurs.signalement_clos(SignalementClos(uuid=str(jeu.uuid)), cle="1")
        assert JeuDeDonnees.objects.get().a_rafraichir
        JeuDeDonnees.objects.filter(pk=jeu.pk).update(flux=CODE)
    flux["lignes"].append({"quoi": "arbre", "n": 3})
    assert balayage.rafraichir_les_jeux() == 1
    with contexte.dans(hettange):
        frais = JeuDeDonnees.objects.get()
        assert (frais.version, frais.a_rafraichir) == (2, False)
    assert balayage.rafraichir_les_jeux() == 0


def test_un_jeu_que_rien_ne_signale_est_revu_chaque_jour(flux, agent, chez_hettange):
    jeu = publier(flux, agent)
    JeuDeDonnees.objects.filter(pk=jeu.pk).update(verifie_at=timezone.now() - balayage.PERIODE * 2)
    with contexte.hors_membre():
        assert balayage.rafraichir_les_jeux() == 1


def test_le_balayage_propose_les_flux_manquants_et_seulement_ceux_des_services_ouverts(
    flux, hettange, rodemack
):
    with contexte.dans(rodemack):
        Convention.objects.filter(service="grc").delete()
    _memoire.clear()
    balayage.proposer_les_flux()
    with contexte.dans(hettange):
        assert JeuDeDonnees.objects.filter(flux=CODE).exists()
    with contexte.dans(rodemack):
        assert not JeuDeDonnees.objects.filter(flux=CODE).exists()


def test_un_membre_sans_le_service_voit_ses_jeux_retires(flux, agent, hettange):
    with contexte.dans(hettange):
        jeu = actions.ouvrir_jeu(jeu=publier(flux, agent), by=agent)
        Convention.objects.filter(service="data").update(etat=EtatConvention.RESTITUEE)
    _memoire.clear()
    assert balayage.retirer_les_fermes() == 1
    assert corps(f"/dataset/{jeu.uuid}.ttl")[0].status_code == 410


def test_le_flux_des_membres_est_au_syndicat_seul_et_donne_toutes_les_collectivites(
    syndicat, hettange, acteur
):
    assert "data.membres" in {d.code for d in declares_pour(syndicat.portee)}
    assert "data.membres" not in {d.code for d in declares_pour(hettange.portee)}
    with contexte.dans(syndicat):
        jeu = JeuDeDonnees.objects.get(uuid=balayage.publier("data.membres"))
        assert jeu.etat == EtatJeu.PROPOSE, jeu.motif
        assert jeu.nb_lignes == 557
        actions.ouvrir_jeu(jeu=jeu, by=acteur("direction", syndicat))
    reponse, octets = corps(f"/dataset/{jeu.uuid}/donnees.csv")
    assert reponse.status_code == 200
    assert octets.decode().count("\r\n") == 558
    with pytest.raises(LookupError):
        trouver("data.inconnu")
