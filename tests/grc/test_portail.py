"""The citizen's journey through Django's client: no script, no account."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from apps.grc import actions, jetons
from apps.grc.brouillons import COOKIE
from apps.grc.enums import Etat, Moderation
from apps.grc.models import Brouillon, Categorie, Photo, Signalement
from syndicat.comptes.acteur import Acteur
from syndicat.notifications.models import Envoi
from syndicat.socle import contexte
from tests.grc.conftest import MAIRIE

pytestmark = pytest.mark.django_db


@pytest.fixture
def habitant(visite: Callable[..., Client], hettange: Any) -> Client:
    return visite("hettange-grande")


@pytest.fixture
def agent(acteur: Callable[..., Acteur], hettange: Any) -> Acteur:
    return acteur("agent.grc", hettange)


def _jusqu_au_lieu(client: Client) -> None:
    assert client.post("/signaler/", {"sans": "1"})["Location"] == "/signaler/lieu/"
    reponse = client.post(
        "/signaler/lieu/", {"adresse": "12, rue de la Gare", "longitude": MAIRIE[0], "latitude": MAIRIE[1]}
    )
    assert reponse["Location"] == "/signaler/quoi/"


def _jusqu_au_contact(client: Client, mots: str = "la lampe ne s’allume plus") -> Any:
    _jusqu_au_lieu(client)
    assert client.post("/signaler/quoi/", {"description": mots})["Location"] == "/signaler/deja/"
    return client.get("/signaler/deja/")


def _envoyer(client: Client) -> str:
    reponse = client.post("/signaler/verifier/")
    assert reponse.status_code == 302, reponse.content.decode()
    return str(reponse["Location"])


# --- Le parcours -------------------------------------------------------------------------------------


def test_un_habitant_signale_sans_script_ni_compte_et_suit_par_son_lien(
    habitant: Client, hettange: Any
) -> None:
    assert habitant.get("/signaler/").status_code == 200
    assert _jusqu_au_contact(habitant)["Location"] == "/signaler/contact/"
    reponse = habitant.post("/signaler/contact/", {"preference": "courriel", "courriel": "rose@exemple.fr"})
    assert reponse["Location"] == "/signaler/verifier/"
    recap = habitant.get("/signaler/verifier/").content.decode()
    assert "12, rue de la Gare" in recap
    assert "rose@exemple.fr" in recap
    merci = habitant.get(_envoyer(habitant)).content.decode()
    with contexte.dans(hettange):
        s = Signalement.objects.select_related("categorie").get()
        envoi = Envoi.objects.get()
    assert s.code in merci
    assert s.categorie.code == "eclairage"  # deviné des mots
    lien = re.search(r"https?://\S+(/suivre/\S+)", envoi.texte)
    assert lien is not None
    page = habitant.get(lien.group(1))
    assert page.status_code == 200
    assert s.code in page.content.decode()
    assert habitant.get("/signaler/verifier/")["Location"] == "/signaler/"  # le brouillon est parti


def test_regarder_la_premiere_page_ne_cree_rien(habitant: Client, hettange: Any) -> None:
    habitant.get("/signaler/")
    habitant.get("/signaler/lieu/")
    with contexte.dans(hettange):
        assert not Brouillon.objects.exists()


def test_renvoyer_deux_fois_ne_fait_qu_un_signalement(habitant: Client, hettange: Any) -> None:
    _jusqu_au_contact(habitant)
    habitant.post("/signaler/contact/", {"preference": "aucune"})
    cookie = habitant.cookies[COOKIE].value
    _envoyer(habitant)
    habitant.cookies[COOKIE] = cookie
    assert habitant.post("/signaler/verifier/")["Location"] == "/signaler/"
    with contexte.dans(hettange):
        assert Signalement.objects.count() == 1


def test_le_plan_repond_a_un_clic_sans_script(habitant: Client, hettange: Any) -> None:
    habitant.post("/signaler/", {"sans": "1"})
    svg = habitant.get("/signaler/plan.svg")
    assert svg["Content-Type"] == "image/svg+xml"
    habitant.post("/signaler/lieu/", {"plan.x": "160", "plan.y": "140", "adresse": "près du lavoir"})
    with contexte.dans(hettange):
        d = Brouillon.objects.get().donnees
    ouest, sud, est, nord = hettange.emprise
    assert d["lon"] == pytest.approx((ouest + est) / 2, abs=0.002)
    assert d["lat"] == pytest.approx((sud + nord) / 2, abs=0.002)
    assert d["adresse"] == "près du lavoir"


def test_un_lieu_hors_de_la_commune_est_refuse_avec_des_mots(habitant: Client) -> None:
    habitant.post("/signaler/", {"sans": "1"})
    reponse = habitant.post("/signaler/lieu/", {"adresse": "Paris", "longitude": "2.35", "latitude": "48.85"})
    assert reponse.status_code == 422
    assert "en dehors de Hettange-Grande" in reponse.content.decode()


def test_une_adresse_seule_suffit(habitant: Client, hettange: Any) -> None:
    habitant.post("/signaler/", {"sans": "1"})
    assert (
        habitant.post("/signaler/lieu/", {"adresse": "place de la Mairie"})["Location"] == "/signaler/quoi/"
    )
    with contexte.dans(hettange):
        assert Brouillon.objects.get().donnees["source"] == "centre"


def test_corriger_depuis_la_relecture_ne_perd_rien(habitant: Client, hettange: Any) -> None:
    _jusqu_au_contact(habitant)
    habitant.post("/signaler/contact/", {"preference": "courriel", "courriel": "rose@exemple.fr"})
    assert 'name="retour" value="1"' in habitant.get("/signaler/quoi/?retour=1").content.decode()
    reponse = habitant.post(
        "/signaler/quoi/", {"description": "un trou", "categorie": "chaussee", "retour": "1"}
    )
    assert reponse["Location"] == "/signaler/verifier/"
    recap = habitant.get("/signaler/verifier/").content.decode()
    assert "un trou" in recap
    assert "rose@exemple.fr" in recap


def test_le_contact_demande_seulement_ce_qui_sert(habitant: Client, hettange: Any) -> None:
    _jusqu_au_contact(habitant)
    assert habitant.post("/signaler/contact/", {"preference": "courriel", "courriel": ""}).status_code == 422
    habitant.post(
        "/signaler/contact/",
        {"preference": "aucune", "courriel": "rose@exemple.fr", "telephone": "0639980057"},
    )
    _envoyer(habitant)
    with contexte.dans(hettange):
        assert not hasattr(Signalement.objects.get(), "contact")
        assert not Envoi.objects.exists()


def test_la_convention_en_extinction_le_dit_et_garde_le_suivi(
    habitant: Client, hettange: Any, signaler: Callable[..., Any]
) -> None:
    from syndicat.conventions import porte
    from syndicat.conventions.models import Convention

    with contexte.dans(hettange):
        s = signaler()
        chemin = jetons.chemin_de_suivi(s)
        Convention.objects.filter(service="grc").update(etat="resiliee")
    porte._memoire.clear()
    page = habitant.get("/signaler/")
    assert page.status_code == 200
    assert "ne sont plus reçus ici" in page.content.decode()
    assert habitant.post("/signaler/", {"sans": "1"}).status_code == 409
    assert habitant.get(chemin).status_code == 200
    assert habitant.get("/suivre/").status_code == 200
    assert "Signaler un problème" not in habitant.get("/").content.decode()


# --- Photos ------------------------------------------------------------------------------------------


def test_la_photo_trop_lourde_garde_le_reste(
    habitant: Client, hettange: Any, image: Callable[..., Any]
) -> None:
    habitant.post("/signaler/", {"sans": "1"})
    habitant.post(
        "/signaler/lieu/", {"adresse": "12, rue de la Gare", "longitude": MAIRIE[0], "latitude": MAIRIE[1]}
    )
    lourde = image()
    lourde = SimpleUploadedFile("IMG_2041.jpg", lourde.read() + b"0" * 21_000_000, content_type="image/jpeg")
    reponse = habitant.post("/signaler/", {"photo": lourde})
    texte = reponse.content.decode()
    assert reponse.status_code == 422
    assert "La photo dépasse 20" in texte
    assert "Votre signalement est conservé" in texte
    with contexte.dans(hettange):
        assert Brouillon.objects.get().donnees["adresse"] == "12, rue de la Gare"


def test_un_faux_fichier_image_est_refuse(habitant: Client, hettange: Any) -> None:
    faux = SimpleUploadedFile("photo.jpg", b"<svg onload=alert(1)>", content_type="image/jpeg")
    assert habitant.post("/signaler/", {"photo": faux}).status_code == 422
    with contexte.dans(hettange):
        assert not Photo.objects.exists()


def test_le_lieu_de_la_photo_pose_le_repere_et_ne_ressort_jamais(
    habitant: Client, hettange: Any, image: Callable[..., Any]
) -> None:
    from io import BytesIO

    from PIL import Image

    from syndicat.fichiers import service as fichiers
    from syndicat.fichiers import travaux

    assert habitant.post("/signaler/", {"photo": image(gps=(6.15, 49.41))})["Location"] == "/signaler/lieu/"
    with contexte.dans(hettange):
        brouillon = Brouillon.objects.get()
        assert (brouillon.donnees["lon"], brouillon.donnees["lat"]) == (6.15, 49.41)
        assert brouillon.photo is not None
        travaux.faire(str(brouillon.photo.fichier.uuid))
        fichier = fichiers.trouver(brouillon.photo.fichier.uuid)
        assert fichier is not None
        for variante in ("vignette", "ecran"):
            with Image.open(BytesIO(fichiers.ouvrir(fichier, variante).read())) as servie:
                assert not servie.getexif()
        assert not fichier.cle  # l’original n’existe plus


def test_une_photo_prise_ailleurs_ne_deplace_pas_le_repere(
    habitant: Client, hettange: Any, image: Callable[..., Any]
) -> None:
    habitant.post("/signaler/", {"photo": image(gps=(2.35, 48.85))})
    with contexte.dans(hettange):
        assert "lon" not in Brouillon.objects.get().donnees


def test_la_photo_n_est_publique_qu_apres_relecture(
    habitant: Client, hettange: Any, image: Callable[..., Any], agent: Acteur
) -> None:
    from syndicat.fichiers import travaux

    habitant.post("/signaler/", {"photo": image()})
    habitant.post(
        "/signaler/lieu/", {"adresse": "12, rue de la Gare", "longitude": MAIRIE[0], "latitude": MAIRIE[1]}
    )
    habitant.post("/signaler/quoi/", {"description": "la lampe"})
    habitant.post("/signaler/contact/", {"preference": "aucune"})
    _envoyer(habitant)
    with contexte.dans(hettange):
        s = Signalement.objects.get()
        fichier = s.photos.get().fichier
        travaux.faire(str(fichier.uuid))
    adresse = f"/fichiers/{fichier.uuid}/vignette"
    passant = Client(headers={"host": "hettange-grande.localhost"})
    assert passant.get(adresse).status_code == 404
    with contexte.dans(hettange):
        actions.moderer(
            signalement=s, publier_=True, texte_public="La lampe", titre="", photos=True, by=agent
        )
    assert passant.get(adresse).status_code == 200
    with contexte.dans(hettange):
        actions.moderer(signalement=s, publier_=False, texte_public="", titre="", photos=True, by=agent)
    assert passant.get(adresse).status_code == 404


# --- Déjà signalé ------------------------------------------------------------------------------------


def test_un_signalement_voisin_est_propose_et_se_suit(
    habitant: Client, hettange: Any, signaler: Callable[..., Any]
) -> None:
    with contexte.dans(hettange):
        voisin = signaler(latitude=MAIRIE[1] + 0.0003)  # 33 m
        signaler(latitude=MAIRIE[1] + 0.001)  # 111 m
        signaler("dechets")
    page = _jusqu_au_contact(habitant)
    texte = page.content.decode()
    assert "à 30&nbsp;m" in texte
    assert texte.count("semblable") >= 1
    reponse = habitant.post("/signaler/deja/", {"code": voisin.code, "courriel": "rose@exemple.fr"})
    assert reponse["Location"] == f"/signaler/suivi/{voisin.code}/"
    assert habitant.get(reponse["Location"]).status_code == 200
    with contexte.dans(hettange):
        assert voisin.suiveurs.get().courriel == "rose@exemple.fr"
        assert Signalement.objects.count() == 3
        assert not Brouillon.objects.exists()


def test_on_peut_dire_que_c_en_est_un_autre(
    habitant: Client, hettange: Any, signaler: Callable[..., Any]
) -> None:
    with contexte.dans(hettange):
        signaler()
    _jusqu_au_contact(habitant)
    assert habitant.post("/signaler/deja/", {"autre": "1"})["Location"] == "/signaler/contact/"


# --- Suivre ------------------------------------------------------------------------------------------


def test_ouvrir_le_lien_cent_fois_ne_le_consomme_pas(
    habitant: Client, hettange: Any, signaler: Callable[..., Any]
) -> None:
    with contexte.dans(hettange):
        s = signaler(courriel="rose@exemple.fr")
        chemin = jetons.chemin_de_suivi(s)
        avant = list(Signalement.objects.values())
    for _ in range(5):
        assert habitant.get(chemin).status_code == 200
        assert habitant.head(chemin).status_code == 200
    with contexte.dans(hettange):
        assert list(Signalement.objects.values()) == avant


ALTERATIONS: dict[str, Callable[[str], str]] = {
    "tronqué": lambda j: j[:-1],
    "allongé": lambda j: "A" + j,
    "signature changée": lambda j: j.replace(".", ".x", 1),
    "suite": lambda j: "1",
    "sans signature": lambda j: j.split(".")[0],
}


@pytest.mark.parametrize("alterer", ALTERATIONS.values(), ids=ALTERATIONS.keys())
def test_un_lien_tronque_ou_invente_donne_la_meme_absence(
    habitant: Client, hettange: Any, signaler: Callable[..., Any], alterer: Callable[[str], str]
) -> None:
    with contexte.dans(hettange):
        jeton = jetons.jeton_de(signaler())
    assert habitant.get(f"/suivre/{alterer(jeton)}/").status_code == 404


def test_le_lien_d_une_commune_n_ouvre_rien_chez_la_voisine(
    visite: Callable[..., Client], hettange: Any, rodemack: Any, signaler: Callable[..., Any]
) -> None:
    with contexte.dans(hettange):
        s = signaler()
        chemin = jetons.chemin_de_suivi(s)
    voisine = visite("rodemack")
    assert voisine.get(chemin).status_code == 404
    assert voisine.get(f"/signalements/{s.code}/").status_code == 404
    assert s.code not in voisine.get("/signalements/").content.decode()


def test_le_code_mene_a_la_page_publique_et_les_essais_sont_comptes(
    habitant: Client, hettange: Any, signaler: Callable[..., Any], memoire_a_soi: None
) -> None:
    with contexte.dans(hettange):
        s = signaler()
    assert (
        habitant.get("/suivre/", {"code": s.code.lower().replace("-", " ")})["Location"]
        == f"/signalements/{s.code}/"
    )
    for _ in range(20):
        assert habitant.get("/suivre/", {"code": "HG22-2222"}).status_code == 404
    assert habitant.get("/suivre/", {"code": "HG22-2223"}).status_code == 429
    assert habitant.get("/signalements/HG22-2223/").status_code == 429


def test_la_page_publique_ne_montre_ni_numero_de_rue_ni_nom_ni_contact(
    habitant: Client, hettange: Any, signaler: Callable[..., Any], agent: Acteur
) -> None:
    with contexte.dans(hettange):
        s = signaler(
            description="Chez M. Dupont, 06 39 98 00 57", courriel="rose@exemple.fr", nom="Rose Martin"
        )
        actions.noter(signalement=s, texte="NOTE-SECRETE", by=agent)
        actions.repondre(signalement=s, texte="Nous venons jeudi.", by=agent)
    for chemin in (f"/signalements/{s.code}/", "/signalements/", "/"):
        texte = habitant.get(chemin).content.decode()
        assert "clairage en panne" in texte
        for secret in ("Dupont", "39 98", "rose@", "Martin", "12, rue", "NOTE-SECRETE", "Becker"):
            assert secret not in texte, (chemin, secret)
    assert "Nous venons jeudi." in habitant.get(f"/signalements/{s.code}/").content.decode()


def test_un_sujet_sensible_ou_masque_n_est_jamais_public(
    habitant: Client, hettange: Any, signaler: Callable[..., Any]
) -> None:
    with contexte.dans(hettange):
        Categorie.objects.filter(code="autre").update(sensible=True)
        secret = signaler("autre", description="violences")
        masque = signaler()
        Signalement.objects.filter(pk=masque.pk).update(moderation=Moderation.MASQUEE)
    liste = habitant.get("/signalements/").content.decode()
    for s in (secret, masque):
        assert s.code not in liste
        texte = habitant.get(f"/signalements/{s.code}/").content.decode()
        assert "n’est pas public" in texte
        assert "violences" not in texte
        assert habitant.post(f"/signalements/{s.code}/moi-aussi/", {"code": s.code}).status_code in (302, 404)
    assert "violences" not in liste


def test_moi_aussi_depuis_la_page_publique(
    habitant: Client, hettange: Any, signaler: Callable[..., Any]
) -> None:
    with contexte.dans(hettange):
        s = signaler()
    for _ in range(2):
        reponse = habitant.post(
            f"/signalements/{s.code}/moi-aussi/", {"code": s.code, "courriel": "rose@exemple.fr"}
        )
        assert reponse["Location"] == f"/signaler/suivi/{s.code}/"
    with contexte.dans(hettange):
        assert s.suiveurs.count() == 1


def test_l_avis_se_donne_par_le_lien_et_rouvre_si_rien_n_est_regle(
    habitant: Client, hettange: Any, signaler: Callable[..., Any], agent: Acteur
) -> None:
    with contexte.dans(hettange):
        s = signaler()
        actions.clore(signalement=s, resolu=True, texte="Fait.", by=agent)
        chemin = jetons.chemin_de_suivi(s)
    assert "vraiment réglé" in habitant.get(chemin).content.decode()
    assert (
        habitant.post(f"{chemin}avis/", {"regle": "non", "commentaire": "Elle clignote"})["Location"]
        == chemin
    )
    with contexte.dans(hettange):
        s.refresh_from_db()
        assert s.etat == Etat.LU
    assert "Elle clignote" not in habitant.get(f"/signalements/{s.code}/").content.decode()


def test_la_liste_publique_coute_un_nombre_constant_de_requetes(
    habitant: Client, hettange: Any, signaler: Callable[..., Any]
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def cout() -> int:
        with CaptureQueriesContext(connection) as captures:
            assert habitant.get("/signalements/").status_code == 200
        return sum("grc_" in requete["sql"] for requete in captures)

    with contexte.dans(hettange):
        signaler()
    habitant.get("/signalements/")
    premier = cout()
    with contexte.dans(hettange):
        for _ in range(8):
            signaler()
    assert cout() == premier


# --- Purge -------------------------------------------------------------------------------------------


def test_un_brouillon_expire_disparait_avec_sa_photo(
    habitant: Client, hettange: Any, image: Callable[..., Any]
) -> None:
    from apps.grc import purge
    from syndicat.fichiers.models import Fichier

    habitant.post("/signaler/", {"photo": image()})
    with contexte.dans(hettange) as portee:
        Brouillon.objects.update(expire_at=timezone.now() - timedelta(minutes=1))
        assert purge.purger_brouillons(portee) == 1
        assert not Photo.objects.exists()
        assert not Fichier.objects.exists()
    assert habitant.get("/signaler/lieu/")["Location"] == "/signaler/"
