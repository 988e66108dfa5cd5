"""The inbox, the counter, the cockpit's row: who may, what each page costs, what stays inside."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apps.grc import actions, perms
from apps.grc.enums import Etat
from apps.grc.models import Signalement
from syndicat.comptes.acteur import Acteur
from syndicat.socle import contexte
from tests.grc.conftest import MAIRIE

pytestmark = pytest.mark.django_db
POST = ("confier", "prendre", "repondre", "noter", "programmer", "clore", "rouvrir", "relire", "regrouper")


@pytest.fixture
def s(hettange: Any, signaler: Callable[..., Any]) -> Any:
    with contexte.dans(hettange):
        return signaler(description="Chez M. Dupont", courriel="rose@exemple.fr", nom="Rose Martin")


@pytest.fixture
def agent(visite: Callable[..., Client], hettange: Any) -> Client:
    return visite("hettange-grande", "agent.grc")


def _relu(s: Any, hettange: Any) -> Any:
    with contexte.dans(hettange):
        return Signalement.objects.select_related("categorie").get(pk=s.pk)


# --- Droits ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("qui", "attendu"),
    [
        ("agent.grc", 200),
        ("maire", 200),
        ("admin", 200),
        ("agent.achats", 403),
        ("dpo", 403),
        ("habitant", 404),
    ],
)
def test_la_boite_s_ouvre_a_qui_traite_le_theme(
    visite: Callable[..., Client], s: Any, qui: str, attendu: int
) -> None:
    client = visite("hettange-grande", qui)
    for chemin in ("/bureau/grc/", f"/bureau/grc/{s.uuid}/", "/bureau/grc/nouveau/", "/bureau/grc/reglages/"):
        assert client.get(chemin).status_code == attendu, chemin
    if attendu != 200:
        for geste in POST:
            assert client.post(f"/bureau/grc/{s.uuid}/{geste}/", {}).status_code == attendu, geste


def test_sans_compte_la_boite_demande_de_se_connecter(visite: Callable[..., Client], s: Any) -> None:
    reponse = visite("hettange-grande").get(f"/bureau/grc/{s.uuid}/")
    assert reponse.status_code == 302
    assert "connexion" in reponse["Location"]


def test_une_commune_ne_voit_pas_les_signalements_de_la_voisine(
    visite: Callable[..., Client], s: Any, rodemack: Any
) -> None:
    voisine = visite("rodemack", "agent.rodemack")
    assert voisine.get(f"/bureau/grc/{s.uuid}/").status_code == 404
    for geste in POST:
        assert voisine.post(f"/bureau/grc/{s.uuid}/{geste}/", {"rep-texte": "x"}).status_code == 404, geste
    liste = voisine.get("/bureau/grc/?vue=equipe").content.decode()
    assert s.code not in liste
    assert "Dupont" not in liste


def test_les_droits_se_lisent_sans_base(acteur: Callable[..., Acteur], hettange: Any) -> None:
    assert perms.can_traiter(acteur("agent.grc", hettange))
    assert perms.can_attribuer(acteur("maire", hettange))
    assert not perms.can_lire(acteur("agent.achats", hettange))
    assert not perms.can_lire(acteur("habitant", hettange))
    assert not perms.can_regler(acteur("agent.grc", hettange))
    assert perms.can_regler(acteur("admin", hettange))


# --- Gestes ------------------------------------------------------------------------------------------


def test_repondre_puis_passer_a_la_suivante(
    agent: Client, s: Any, hettange: Any, signaler: Callable[..., Any]
) -> None:
    with contexte.dans(hettange):
        autre = signaler()
    page = agent.get(f"/bureau/grc/{s.uuid}/?vue=equipe").content.decode()
    assert "Envoyer, puis la suivante" in page
    suite = f"/bureau/grc/{autre.uuid}/?vue=equipe"
    assert suite in page
    reponse = agent.post(
        f"/bureau/grc/{s.uuid}/repondre/?vue=equipe", {"rep-texte": "Jeudi matin.", "suite": suite}
    )
    assert reponse["Location"] == suite
    assert _relu(s, hettange).etat == Etat.LU
    assert "Réponse envoyée" in agent.get(suite).content.decode()


def test_une_suite_vers_ailleurs_est_ignoree(agent: Client, s: Any) -> None:
    reponse = agent.post(
        f"/bureau/grc/{s.uuid}/repondre/", {"rep-texte": "Bonjour.", "suite": "//mechant.example/"}
    )
    assert reponse["Location"] == f"/bureau/grc/{s.uuid}/"


def test_une_reponse_vide_est_refusee_et_rien_n_est_perdu(agent: Client, s: Any, hettange: Any) -> None:
    reponse = agent.post(f"/bureau/grc/{s.uuid}/clore/", {"clore-issue": "resolu", "clore-texte": " "})
    assert reponse.status_code == 422
    assert "Dites à l’habitant" in reponse.content.decode()
    assert agent.post(f"/bureau/grc/{s.uuid}/repondre/", {"rep-texte": ""}).status_code == 422
    assert _relu(s, hettange).etat == Etat.RECU


def test_le_maire_confie_depuis_la_ligne_du_tableau_de_bord(
    visite: Callable[..., Client], compte: Callable[[str], Any], s: Any, hettange: Any
) -> None:
    maire = visite("hettange-grande", "maire")
    cockpit = maire.get("/bureau/").content.decode()
    assert f"/bureau/grc/{s.uuid}/confier/" in cockpit
    assert "Dupont" not in cockpit
    assert "1 signalement," in cockpit
    agent = compte("agent.grc")
    reponse = maire.post(f"/bureau/grc/{s.uuid}/confier/", {"agent": str(agent.uuid), "suite": "/bureau/"})
    assert reponse["Location"] == "/bureau/"
    assert _relu(s, hettange).assigne_a_id == agent.pk
    apres = maire.get("/bureau/").content.decode()
    assert f"/bureau/grc/{s.uuid}/confier/" not in apres


def test_on_ne_confie_pas_a_un_etranger(
    agent: Client, compte: Callable[[str], Any], s: Any, hettange: Any
) -> None:
    for qui in ("agent.rodemack", "agent.achats", "habitant"):
        assert (
            agent.post(f"/bureau/grc/{s.uuid}/confier/", {"agent": str(compte(qui).uuid)}).status_code == 422
        )
    assert _relu(s, hettange).assigne_a_id is None


def test_la_vie_entiere_d_un_dossier(agent: Client, s: Any, hettange: Any) -> None:
    base = f"/bureau/grc/{s.uuid}"
    le = timezone.localdate() + timedelta(days=2)
    assert agent.post(f"{base}/prendre/").status_code == 302
    assert agent.post(f"{base}/noter/", {"note-texte": "Armoire S3"}).status_code == 302
    assert agent.post(f"{base}/programmer/", {"le": le.isoformat()}).status_code == 302
    assert _relu(s, hettange).etat == Etat.PREVU
    assert (
        agent.post(f"{base}/clore/", {"clore-issue": "resolu", "clore-texte": "Lampe changée."}).status_code
        == 302
    )
    assert _relu(s, hettange).etat == Etat.RESOLU
    page = agent.get(f"{base}/?vue=clos").content.decode()
    assert "Armoire S3" in page
    assert "Lampe changée." in page
    assert "Rouvrir" in page
    assert agent.post(f"{base}/rouvrir/").status_code == 302
    assert _relu(s, hettange).etat == Etat.LU


def test_relire_change_ce_que_tout_le_monde_lit(
    agent: Client, s: Any, hettange: Any, visite: Callable[..., Client]
) -> None:
    donnees = {
        "relire-titre": "Lampadaire à remplacer",
        "relire-texte_public": "La lampe est éteinte.",
        "relire-publier": "on",
    }
    assert agent.post(f"/bureau/grc/{s.uuid}/relire/", donnees).status_code == 302
    page = visite("hettange-grande").get(f"/signalements/{s.code}/").content.decode()
    assert "Lampadaire à remplacer" in page
    assert "La lampe est éteinte." in page
    assert "Dupont" not in page


def test_regrouper_depuis_le_voisinage(
    agent: Client, s: Any, hettange: Any, signaler: Callable[..., Any]
) -> None:
    with contexte.dans(hettange):
        voisin = signaler(latitude=MAIRIE[1] + 0.0002)
    page = agent.get(f"/bureau/grc/{s.uuid}/").content.decode()
    assert "Regrouper les deux" in page
    reponse = agent.post(f"/bureau/grc/{s.uuid}/regrouper/", {"dans": str(voisin.uuid)})
    assert reponse["Location"] == f"/bureau/grc/{voisin.uuid}/"
    assert _relu(s, hettange).etat == Etat.REGROUPE
    assert agent.post(f"/bureau/grc/{voisin.uuid}/regrouper/", {"dans": str(uuid4())}).status_code == 404
    assert agent.post(f"/bureau/grc/{voisin.uuid}/regrouper/", {"dans": "n’importe quoi"}).status_code == 404


# --- Saisie au guichet -------------------------------------------------------------------------------


def test_l_agent_saisit_au_guichet_et_la_personne_recoit_son_lien(agent: Client, hettange: Any) -> None:
    from syndicat.notifications.models import Envoi

    donnees = {
        "canal": "telephone", "categorie": "chaussee", "adresse": "3, rue du Stade", "description": "Un trou",
        "nom": "Mme Petit", "joindre": "petit@exemple.fr", "cle": str(uuid4()),
    }  # fmt: skip
    for _ in range(2):  # deux clics
        assert agent.post("/bureau/grc/nouveau/", donnees).status_code == 302
    with contexte.dans(hettange):
        s = Signalement.objects.select_related("contact").get()
        assert (s.canal, s.contact.nom, s.contact.courriel) == ("telephone", "Mme Petit", "petit@exemple.fr")
        assert s.saisi_par_id is not None
        assert Envoi.objects.get().destinataire == "petit@exemple.fr"
    mauvais = agent.post(
        "/bureau/grc/nouveau/", {**donnees, "joindre": "ni l’un ni l’autre", "cle": str(uuid4())}
    )
    assert mauvais.status_code == 422


# --- Listes ------------------------------------------------------------------------------------------


def test_les_vues_et_les_filtres_disent_ce_qu_ils_montrent(
    agent: Client, s: Any, hettange: Any, signaler: Callable[..., Any]
) -> None:
    with contexte.dans(hettange):
        vieux = signaler("dechets", description="gravats", adresse="rue du Stade")
        hier = timezone.localdate() - timedelta(days=1)
        Signalement.objects.filter(pk=vieux.pk).update(reponse_avant=hier, echeance=hier)
    retard = agent.get("/bureau/grc/?vue=retard").content.decode()
    assert f'data-ligne="{vieux.uuid}"' in retard
    assert f'data-ligne="{s.uuid}"' not in retard
    assert "retard de 1" in retard
    for requete, attendu in (
        ("q=stade", vieux),
        ("q=" + s.code.lower(), s),
        ("categorie=dechets", vieux),
        ("q=martin", s),
    ):
        page = agent.get(f"/bureau/grc/?vue=equipe&{requete}").content.decode()
        assert f'data-ligne="{attendu.uuid}"' in page, requete
        assert page.count("data-ligne") == 1, requete
    assert "Rien ne correspond" in agent.get("/bureau/grc/?vue=equipe&q=introuvable").content.decode()


def test_la_liste_se_poursuit_par_repere_sans_trou_ni_doublon(
    agent: Client, hettange: Any, signaler: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    from apps.grc import boite

    monkeypatch.setattr(boite, "PAR_PAGE", 3)
    with contexte.dans(hettange):
        attendus = {str(signaler(cle=f"k{i}").uuid) for i in range(8)}
    vus: list[str] = []
    chemin = "/bureau/grc/?vue=equipe"
    while chemin:
        contenu = agent.get(chemin)
        liste = contenu.context["liste"]
        vus += [str(x.uuid) for x in liste.lignes]
        chemin = liste.suivante
    assert len(vus) == len(set(vus)) == 8
    assert set(vus) == attendus


def test_la_boite_coute_un_nombre_constant_de_requetes(
    agent: Client, s: Any, hettange: Any, signaler: Callable[..., Any], acteur: Callable[..., Acteur]
) -> None:
    def cout() -> int:
        with CaptureQueriesContext(connection) as captures:
            assert agent.get(f"/bureau/grc/{s.uuid}/?vue=equipe").status_code == 200
        return sum("grc_" in r["sql"] for r in captures)

    qui = acteur("agent.grc", hettange)
    with contexte.dans(hettange):
        signaler()
    premier = cout()
    with contexte.dans(hettange):
        for _ in range(12):
            signaler(courriel="x@exemple.fr")
        for i in range(5):
            actions.noter(signalement=s, texte=f"note {i}", by=qui)
    assert cout() <= premier + 1  # une de plus quand un voisin apparaît
    assert premier <= 16


def test_par_htmx_seul_le_dossier_revient(agent: Client, s: Any) -> None:
    page = agent.get(f"/bureau/grc/{s.uuid}/?vue=equipe", headers={"HX-Request": "true"}).content.decode()
    assert 'id="volets"' in page
    assert "<html" not in page


def test_une_reponse_type_s_insere_sans_script(agent: Client, s: Any) -> None:
    page = agent.get(f"/bureau/grc/{s.uuid}/?vue=equipe&reponse=3").content.decode()
    assert "C’est réparé" in page.replace("&#x27;", "'") or "c’est réparé" in page
