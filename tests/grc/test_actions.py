"""What happens to a report, and what each act leaves behind: journal, projections, e-mails, facts."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from apps.grc import actions, equipe, suivi
from apps.grc.enums import Etat, GenreEvenement
from apps.grc.models import Contact, Evenement, Signalement
from syndicat.comptes.acteur import Acteur
from syndicat.journal.models import Ligne
from syndicat.notifications.models import Envoi
from syndicat.socle.transition import TransitionRefusee
from syndicat.suivi import service as suivi_commun
from syndicat.suivi.models import ATraiter, Echeance, FaitPublie, Indicateur

pytestmark = pytest.mark.django_db


@pytest.fixture
def agent(acteur: Callable[..., Acteur], hettange: Any) -> Acteur:
    return acteur("agent.grc", hettange)


@pytest.fixture
def maire(acteur: Callable[..., Acteur], hettange: Any) -> Acteur:
    return acteur("maire", hettange)


def _agent(qui: Acteur) -> equipe.Agent:
    trouve = equipe.agent_par_uuid(qui.user_uuid)
    assert trouve is not None
    return trouve


def _genres(s: Signalement) -> list[str]:
    return list(s.evenements.values_list("genre", flat=True))


def _actions() -> list[str]:
    return [ligne.action for ligne in Ligne.objects.order_by("pk") if ligne.action.startswith("grc.")]


# --- Signaler ----------------------------------------------------------------------------------------


def test_signaler_donne_un_numero_un_delai_et_previent_l_equipe(
    chez_hettange: Any, signaler: Callable[..., Any]
) -> None:
    s = signaler()
    assert s.code.startswith("HG")
    assert s.titre == "Lampadaire en panne"
    assert (s.reponse_avant - timezone.localdate()).days == 2
    attente = ATraiter.objects.get(uuid=s.uuid)
    assert (attente.kind, attente.theme, attente.action) == ("traiter", "grc", "Confier")
    assert set(Echeance.objects.filter(uuid=s.uuid).values_list("kind", flat=True)) == {
        "reponse",
        "reparation",
    }
    assert Indicateur.objects.get(service="grc", code="recus", jour=timezone.localdate()).valeur == 1
    assert _actions() == ["grc.signalement.recu"]


def test_le_meme_envoi_recu_deux_fois_ne_fait_qu_un_signalement(
    chez_hettange: Any, signaler: Callable[..., Any]
) -> None:
    assert signaler(cle="double").pk == signaler(cle="double").pk
    assert Signalement.objects.count() == 1
    assert _actions() == ["grc.signalement.recu"]


def test_ce_qui_attend_ne_porte_aucune_donnee_personnelle(
    chez_hettange: Any, signaler: Callable[..., Any]
) -> None:
    s = signaler(
        description="M. Dupont casse la lampe",
        adresse="12, rue de la Gare chez Mme Martin",
        courriel="rose@exemple.fr",
    )
    textes = [
        *ATraiter.objects.values_list("titre", flat=True),
        *Echeance.objects.values_list("titre", "motif"),
    ]
    tout = f"{textes} {list(Ligne.objects.values_list('contenu', flat=True))}"
    for secret in ("Dupont", "Martin", "rose@", "12,"):
        assert secret not in tout
    assert s.code in tout


def test_un_signalement_sensible_n_est_nomme_nulle_part(
    chez_hettange: Any, signaler: Callable[..., Any]
) -> None:
    from apps.grc.models import Categorie

    Categorie.objects.filter(code="autre").update(sensible=True)
    s = signaler("autre", description="Une fuite")
    assert ATraiter.objects.get(uuid=s.uuid).titre == "Signalement confidentiel"
    assert not Signalement.objects.publics().exists()


def test_la_convention_en_extinction_ferme_les_nouveaux_et_garde_le_suivi(
    chez_hettange: Any, signaler: Callable[..., Any], agent: Acteur
) -> None:
    from syndicat.conventions import porte
    from syndicat.conventions.models import Convention

    s = signaler()
    Convention.objects.filter(service="grc").update(etat="resiliee")
    porte._memoire.clear()
    with pytest.raises(actions.NouveauxFermes):
        signaler()
    actions.repondre(signalement=s, texte="Nous venons jeudi.", by=agent)
    assert Signalement.objects.get().etat == Etat.LU


# --- Traiter -----------------------------------------------------------------------------------------


def test_le_maire_confie_a_un_agent_et_l_attente_change_de_main(
    chez_hettange: Any, signaler: Callable[..., Any], maire: Acteur, agent: Acteur
) -> None:
    s = signaler()
    assert suivi_commun.compter_a_traiter(maire, service="grc") == 1
    actions.attribuer(signalement=s, agent=_agent(agent), by=maire)
    s.refresh_from_db()
    assert (s.etat, s.assigne_a_id) == (Etat.LU, agent.user_id)
    assert suivi_commun.compter_a_traiter(maire, service="grc") == 0
    assert suivi_commun.compter_a_traiter(agent, service="grc") == 1
    assert _genres(s) == [GenreEvenement.RECU, GenreEvenement.ATTRIBUE, GenreEvenement.LU]
    assert _actions()[-1] == "grc.signalement.attribue"


def test_confier_deux_fois_au_meme_ne_laisse_qu_une_trace(
    chez_hettange: Any, signaler: Callable[..., Any], maire: Acteur, agent: Acteur
) -> None:
    s = signaler()
    for _ in range(2):
        actions.attribuer(signalement=s, agent=_agent(agent), by=maire)
    assert _actions().count("grc.signalement.attribue") == 1


def test_seuls_ceux_qui_traitent_le_theme_peuvent_recevoir_un_signalement(chez_hettange: Any) -> None:
    noms = {a.nom for a in equipe.agents()}
    assert {"M. Luc Weber", "Mme Nadia Becker", "Mme Claire Muller"} <= noms
    assert "M. Hugo Schmitt" not in noms  # agent des achats
    assert "Mme Eva Roth" not in noms  # agente de Rodemack
    assert "Mme Rose Martin" not in noms  # habitante


def test_la_reponse_part_par_courriel_a_qui_a_laisse_son_adresse(
    chez_hettange: Any, signaler: Callable[..., Any], agent: Acteur
) -> None:
    s = signaler(courriel="Rose@Exemple.fr")
    actions.repondre(signalement=s, texte="Réparation jeudi matin.", by=agent)
    envois = list(Envoi.objects.order_by("pk").values_list("destinataire", "objet", "texte"))
    assert [e[0] for e in envois] == ["rose@exemple.fr"] * 2
    assert s.code in envois[0][1]
    assert "/suivre/" in envois[0][2]
    assert "Réparation jeudi matin." in envois[1][2]
    s.refresh_from_db()
    assert s.etat == Etat.LU
    assert s.repondu_at is not None
    assert not Echeance.objects.filter(uuid=s.uuid, kind="reponse").exists()


def test_sans_adresse_aucun_courriel_ne_part(
    chez_hettange: Any, signaler: Callable[..., Any], agent: Acteur
) -> None:
    s = signaler(telephone="06 39 98 00 57", preference="telephone")
    actions.repondre(signalement=s, texte="Bonjour.", by=agent)
    assert not Envoi.objects.exists()


def test_une_note_interne_ne_sort_jamais(
    chez_hettange: Any, signaler: Callable[..., Any], agent: Acteur
) -> None:
    from apps.grc.lectures import frise_publique

    s = signaler(courriel="rose@exemple.fr")
    avant = Envoi.objects.count()
    actions.noter(signalement=s, texte="SECRET de service", by=agent)
    assert Envoi.objects.count() == avant
    assert "SECRET" not in str(frise_publique(s))
    assert "SECRET" not in str(list(Ligne.objects.values_list("contenu", flat=True)))


def test_la_frise_publique_ne_nomme_aucun_agent(
    chez_hettange: Any, signaler: Callable[..., Any], agent: Acteur
) -> None:
    from apps.grc.lectures import frise_publique

    s = signaler()
    actions.attribuer(signalement=s, agent=_agent(agent), by=agent)
    actions.clore(signalement=s, resolu=True, texte="La lampe est remplacée.", by=agent)
    frise = str(frise_publique(s))
    assert "Becker" not in frise
    assert "La lampe est remplacée." in frise


def test_programmer_annonce_le_jour_et_remplace_l_echeance(
    chez_hettange: Any, signaler: Callable[..., Any], agent: Acteur
) -> None:
    s = signaler(courriel="rose@exemple.fr")
    le = timezone.localdate() + timedelta(days=3)
    actions.programmer(signalement=s, le=le, by=agent)
    s.refresh_from_db()
    assert (s.etat, s.prevu_le, s.echeance) == (Etat.PREVU, le, le)
    assert Echeance.objects.get(uuid=s.uuid).le == le
    with pytest.raises(ValidationError):
        actions.programmer(signalement=s, le=timezone.localdate() - timedelta(days=1), by=agent)


def test_clore_previent_publie_le_fait_et_compte_le_resolu(
    chez_hettange: Any, signaler: Callable[..., Any], agent: Acteur
) -> None:
    s = signaler(courriel="rose@exemple.fr")
    actions.clore(signalement=s, resolu=True, texte="C’est réparé.", by=agent)
    s.refresh_from_db()
    assert s.etat == Etat.RESOLU
    assert s.echeance is None
    assert FaitPublie.objects.get().code == "grc.signalement_clos"
    assert Indicateur.objects.get(service="grc", code="resolus").valeur == 1
    assert not ATraiter.objects.filter(clos_le__isnull=True).exists()
    assert not Echeance.objects.exists()
    assert "réglé" in Envoi.objects.order_by("-pk")[0].texte


def test_on_ne_clot_pas_sans_dire_pourquoi(
    chez_hettange: Any, signaler: Callable[..., Any], agent: Acteur
) -> None:
    s = signaler()
    with pytest.raises(ValidationError):
        actions.clore(signalement=s, resolu=False, texte="  ", by=agent)
    with pytest.raises(ValidationError):
        actions.repondre(signalement=s, texte="", by=agent)
    s.refresh_from_db()
    assert s.etat == Etat.RECU


def test_un_signalement_clos_se_rouvre_avec_un_nouveau_delai(
    chez_hettange: Any, signaler: Callable[..., Any], agent: Acteur
) -> None:
    s = signaler()
    with pytest.raises(TransitionRefusee):
        actions.rouvrir(signalement=s, by=agent)
    actions.clore(signalement=s, resolu=True, texte="Fait.", by=agent)
    actions.rouvrir(signalement=s, by=agent)
    s.refresh_from_db()
    assert (s.etat, s.clos_at) == (Etat.LU, None)
    assert s.echeance == s.reparation_avant
    assert ATraiter.objects.filter(uuid=s.uuid, clos_le__isnull=True).exists()
    with pytest.raises(ValidationError):
        actions.donner_avis(signalement=s, regle=True, by=Acteur.anonyme())


def test_pas_encore_regle_rouvre_le_signalement(
    chez_hettange: Any, signaler: Callable[..., Any], agent: Acteur
) -> None:
    s = signaler()
    actions.clore(signalement=s, resolu=True, texte="Fait.", by=agent)
    actions.donner_avis(signalement=s, regle=False, by=Acteur.anonyme(), commentaire="Elle clignote")
    s.refresh_from_db()
    assert s.etat == Etat.LU


# --- Regrouper, suivre -------------------------------------------------------------------------------


def test_regrouper_fait_suivre_l_autre_a_celui_qui_avait_signale(
    chez_hettange: Any, signaler: Callable[..., Any], agent: Acteur
) -> None:
    premier = signaler()
    second = signaler(courriel="rose@exemple.fr")
    actions.regrouper(signalement=second, dans=premier, by=agent)
    second.refresh_from_db()
    assert (second.etat, second.regroupe_dans_id) == (Etat.REGROUPE, premier.pk)
    assert list(premier.suiveurs.values_list("courriel", flat=True)) == ["rose@exemple.fr"]
    avant = Envoi.objects.count()
    actions.clore(signalement=premier, resolu=True, texte="Fait.", by=agent)
    assert Envoi.objects.count() == avant + 1
    with pytest.raises(ValidationError):
        actions.regrouper(signalement=premier, dans=premier, by=agent)
    with pytest.raises(ValidationError):
        actions.regrouper(signalement=signaler(), dans=second, by=agent)


def test_moi_aussi_compte_une_fois_par_navigateur_et_par_adresse(
    chez_hettange: Any, signaler: Callable[..., Any]
) -> None:
    s = signaler()
    anonyme = Acteur.anonyme()
    assert actions.suivre(signalement=s, cle="a", by=anonyme)
    assert not actions.suivre(signalement=s, cle="a", by=anonyme, courriel="Rose@exemple.fr")
    assert s.suiveurs.get().courriel == "rose@exemple.fr"
    assert not actions.suivre(signalement=s, cle="b", by=anonyme, courriel="rose@exemple.fr")
    assert s.suiveurs.count() == 1


# --- Relecture ---------------------------------------------------------------------------------------


def test_avant_relecture_le_texte_public_est_masque(
    chez_hettange: Any, signaler: Callable[..., Any], agent: Acteur
) -> None:
    s = signaler(description="La lampe de M. Dupont, appelez le 06 39 98 00 57")
    assert s.texte_public == "La lampe de M. [masqué], appelez le [masqué]"
    actions.moderer(signalement=s, publier_=False, texte_public="", titre="", photos=False, by=agent)
    assert not Signalement.objects.publics().exists()
    s.refresh_from_db()
    assert s.titre == "Lampadaire en panne"


# --- Projections -------------------------------------------------------------------------------------


def test_les_projections_se_refont_a_l_identique(
    chez_hettange: Any, signaler: Callable[..., Any], agent: Acteur
) -> None:
    ouvert, clos, confie = signaler(), signaler(), signaler()
    actions.clore(signalement=clos, resolu=True, texte="Fait.", by=agent)
    actions.attribuer(signalement=confie, agent=_agent(agent), by=agent)
    actions.programmer(signalement=ouvert, le=timezone.localdate() + timedelta(days=2), by=agent)
    refaites = {
        (getattr(x, "uuid", ""), getattr(x, "kind", getattr(x, "code", "")))
        for x in suivi.lignes(chez_hettange)
    }
    ecrites = {
        (str(u), k) for u, k in ATraiter.objects.filter(clos_le__isnull=True).values_list("uuid", "kind")
    }
    ecrites |= {(str(u), k) for u, k in Echeance.objects.values_list("uuid", "kind")}
    ecrites |= {("", c) for c in Indicateur.objects.filter(service="grc").values_list("code", flat=True)}
    assert refaites == ecrites


# --- Effacement --------------------------------------------------------------------------------------


def test_un_an_apres_la_cloture_il_ne_reste_rien_de_personnel(
    chez_hettange: Any, signaler: Callable[..., Any], agent: Acteur
) -> None:
    from apps.grc import purge

    s = signaler(description="Chez M. Dupont", courriel="rose@exemple.fr", nom="Rose Martin")
    recent = signaler(courriel="autre@exemple.fr")
    actions.suivre(signalement=s, cle="x", by=Acteur.anonyme(), courriel="voisin@exemple.fr")
    actions.noter(signalement=s, texte="Rappeler Mme Martin", by=agent)
    for x in (s, recent):
        actions.clore(signalement=x, resolu=True, texte="Bonjour Mme Martin, c’est fait.", by=agent)
    Signalement.objects.filter(pk=s.pk).update(clos_at=timezone.now() - timedelta(days=366))
    assert purge.purger_contacts(chez_hettange) == 1
    assert purge.purger_contacts(chez_hettange) == 0
    s.refresh_from_db()
    reste = f"{s.description}{s.texte_public}{s.adresse}{list(s.messages.values_list('texte', flat=True))}"
    reste += f"{list(s.suiveurs.values_list('courriel', flat=True))}"
    for secret in ("Dupont", "Martin", "rose", "voisin@", "12,"):
        assert secret not in reste
    assert not Contact.objects.filter(signalement=s).exists()
    assert Contact.objects.filter(signalement=recent).exists()
    assert Evenement.objects.filter(signalement=s, genre=GenreEvenement.EFFACE).exists()
    assert s.suiveurs.count() == 1


def test_les_donnees_ouvertes_ne_portent_ni_texte_ni_position_exacte(
    chez_hettange: Any, signaler: Callable[..., Any]
) -> None:
    from apps.grc import ouvert

    for _ in range(3):
        signaler(description="Mon voisin Dupont", adresse="12 rue de la Gare")
    signaler("dechets", description="")
    lignes = list(ouvert.lignes(chez_hettange))
    assert len(lignes) == 4
    assert "Dupont" not in str(lignes)
    assert "Gare" not in str(lignes)
    assert {(x["longitude"], x["latitude"]) for x in lignes} == {(6.155, 49.415), (None, None)}
