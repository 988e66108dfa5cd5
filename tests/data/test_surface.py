"""The harvesters' host: addresses, pages, conditional answers, manners, isolation."""

import csv
import gzip
import hashlib
import io
import json
import zlib
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from apps.data import vues_donnees
from apps.data.commun.models import EtatJeu, JeuDeDonnees, Ligne
from syndicat.socle import contexte
from tests.data.jeux import jeu_publie
from tests.data.lecture import corps

pytestmark = pytest.mark.django_db


@pytest.fixture
def moissonneur():
    return Client(headers={"host": "data.localhost"})


@pytest.fixture
def chez_deux_communes(hettange, rodemack):
    with contexte.dans(hettange):
        un = jeu_publie()
    with contexte.dans(rodemack):
        deux = jeu_publie(titre="Signalements de Rodemack")
    return un, deux


def test_le_catalogue_general_liste_les_jeux_publies_de_tous_les_membres(chez_deux_communes, moissonneur):
    reponse, texte = corps("/catalog.ttl")
    assert reponse.status_code == 200
    assert reponse["Content-Type"].startswith("text/turtle")
    for jeu in chez_deux_communes:
        assert f"/dataset/{jeu.uuid}>" in texte.decode()


def test_le_catalogue_d_un_membre_ne_liste_que_les_siens(chez_deux_communes, hettange, moissonneur):
    un, deux = chez_deux_communes
    _, texte = corps(f"/{hettange.siren}/catalog.nt")
    assert str(un.uuid) in texte.decode()
    assert str(deux.uuid) not in texte.decode()
    assert moissonneur.get("/123456789/catalog.ttl").status_code == 404


@pytest.mark.parametrize("etat", [EtatJeu.PROPOSE, EtatJeu.REFUSE])
def test_un_brouillon_n_est_visible_nulle_part(hettange, moissonneur, etat):
    with contexte.dans(hettange):
        jeu = jeu_publie(etat=etat, publie_at=None, version=0)
    assert str(jeu.uuid) not in corps("/catalog.ttl")[1].decode()
    for suite in (".ttl", ".html", "", "/donnees.csv", "/donnees.geojson"):
        assert moissonneur.get(f"/dataset/{jeu.uuid}{suite}").status_code == 404


def test_la_base_elle_meme_cache_les_brouillons_et_les_lignes_des_autres(hettange, syndicat):
    with contexte.dans(hettange):
        brouillon = jeu_publie("grc.a", etat=EtatJeu.PROPOSE, publie_at=None)
        retire = jeu_publie("grc.b", etat=EtatJeu.RETIRE)
        publie = jeu_publie("grc.c")
    with contexte.dans(syndicat):
        # ``index`` filters too: raw reading shows that the policy alone is enough.
        tous = JeuDeDonnees._meta.db_table
        vus = {j.pk for j in JeuDeDonnees.index.raw(f"SELECT * FROM {tous}")}
        lignes = {x.jeu_id for x in Ligne.index.raw("SELECT * FROM data_commun_ligne")}
    assert vus == {retire.pk, publie.pk}
    assert brouillon.pk not in vus
    assert lignes == {publie.pk}


def test_un_jeu_retire_repond_410_et_quitte_le_catalogue(hettange, moissonneur):
    with contexte.dans(hettange):
        jeu = jeu_publie(etat=EtatJeu.RETIRE)
    for suite in (".ttl", ".html", "/donnees.csv"):
        assert moissonneur.get(f"/dataset/{jeu.uuid}{suite}").status_code == 410
    assert str(jeu.uuid) not in corps("/catalog.ttl")[1].decode()


def test_la_taille_et_l_empreinte_annoncees_sont_celles_des_octets_servis(hettange, moissonneur, monkeypatch):
    monkeypatch.setattr(vues_donnees, "LOT", 7)
    with contexte.dans(hettange):
        jeu = jeu_publie(n=23)
    for format_ in ("csv", "geojson"):
        reponse, octets = corps(f"/dataset/{jeu.uuid}/donnees.{format_}")
        with contexte.dans(hettange):
            forme = jeu.distributions.get(format=format_)
        assert len(octets) == forme.octets == int(reponse["Content-Length"])
        assert hashlib.sha256(octets).hexdigest() == forme.sha256
    _, texte = corps(f"/dataset/{jeu.uuid}/donnees.csv")
    lu = list(csv.DictReader(io.StringIO(texte.decode(), newline="")))
    assert len(lu) == 23
    assert lu[0]["categorie"] == "lampe 0"
    _, carte = corps(f"/dataset/{jeu.uuid}/donnees.geojson")
    assert len(json.loads(carte)["features"]) == 23


def test_les_pages_hydra_se_suivent_jusqu_a_la_derniere(hettange, moissonneur, monkeypatch):
    monkeypatch.setattr(vues_donnees, "PAR_PAGE", 2)
    with contexte.dans(hettange):
        jeux = {str(jeu_publie(f"grc.{i}").uuid) for i in range(5)}
    vus, adresse, pages = set(), "/catalog.jsonld", 0
    while adresse:
        doc = json.loads(corps(adresse)[1])
        noeuds = {n["@id"]: n for n in doc["@graph"]}
        vus |= {i.rsplit("/", 1)[1] for i, n in noeuds.items() if n["@type"] == ["dcat:Dataset"]}
        page = next(n for n in noeuds.values() if "hydra:PartialCollectionView" in n["@type"])
        adresse, pages = page.get("hydra:next", [{}])[0].get("@id", ""), pages + 1
    assert vus == jeux
    assert pages == 3
    assert moissonneur.get("/catalog.ttl?page=4").status_code == 404


def test_modified_since_ne_rend_que_ce_qui_a_change(hettange, moissonneur):
    with contexte.dans(hettange):
        ancien = jeu_publie("grc.a", modified_at=datetime(2026, 1, 1, tzinfo=UTC))
        recent = jeu_publie("grc.b", modified_at=datetime(2026, 6, 1, tzinfo=UTC))
    for depuis in ("2026-03-01", "2026-03-01T10:00:00Z", "2026-03-01T10:00:00%2B01:00"):
        texte = corps(f"/catalog.ttl?modified_since={depuis}")[1].decode()
        assert str(recent.uuid) in texte
        assert str(ancien.uuid) not in texte


@pytest.mark.parametrize("question", ["page=0", "page=-1", "page=x", "modified_since=hier", "page=1e9"])
def test_une_demande_illisible_recoit_400(moissonneur, question):
    assert moissonneur.get(f"/catalog.ttl?{question}").status_code == 400


def test_304_tant_que_rien_ne_change_et_un_retrait_change_tout(hettange, moissonneur):
    with contexte.dans(hettange):
        jeu_publie("grc.a")
        autre = jeu_publie("grc.b")
    premiere = moissonneur.head("/catalog.ttl")
    etag, date = premiere["ETag"], premiere["Last-Modified"]
    assert moissonneur.get("/catalog.ttl", headers={"if-none-match": etag}).status_code == 304
    assert moissonneur.get("/catalog.ttl", headers={"if-modified-since": date}).status_code == 304
    with contexte.dans(hettange):
        JeuDeDonnees.objects.filter(pk=autre.pk).update(
            etat=EtatJeu.RETIRE, modified_at=datetime(2026, 11, 21, tzinfo=UTC)
        )
    assert moissonneur.get("/catalog.ttl", headers={"if-none-match": etag}).status_code == 200
    assert moissonneur.get("/catalog.ttl", headers={"if-modified-since": date}).status_code == 200


def test_les_donnees_aussi_repondent_304(hettange, moissonneur):
    with contexte.dans(hettange):
        jeu = jeu_publie()
    adresse = f"/dataset/{jeu.uuid}/donnees.csv"
    etag = moissonneur.head(adresse)["ETag"]
    reponse = moissonneur.get(adresse, headers={"if-none-match": etag})
    assert reponse.status_code == 304
    assert reponse["Access-Control-Allow-Origin"] == "*"


def test_gzip_rend_les_memes_octets(hettange, moissonneur):
    with contexte.dans(hettange):
        jeu = jeu_publie(n=200)
    adresse = f"/dataset/{jeu.uuid}/donnees.csv"
    reponse, serre = corps(adresse, **{"accept-encoding": "gzip"})
    assert reponse["Content-Encoding"] == "gzip"
    assert gzip.decompress(serre) == corps(adresse)[1]
    lecteur = zlib.decompressobj(16 + zlib.MAX_WBITS)  # a client that reads one gzip member reads everything
    assert lecteur.decompress(serre) == corps(adresse)[1]
    assert lecteur.unused_data == b""


def test_head_n_a_pas_de_corps_et_annonce_la_taille(hettange, moissonneur):
    with contexte.dans(hettange):
        jeu = jeu_publie()
    reponse = moissonneur.head(f"/dataset/{jeu.uuid}/donnees.csv")
    assert reponse.status_code == 200
    assert not reponse.streaming
    assert int(reponse["Content-Length"]) > 0


def test_la_surface_est_ouverte_aux_autres_pages_et_ne_s_ecrit_pas(moissonneur):
    assert moissonneur.options("/catalog.ttl")["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"
    assert moissonneur.head("/catalog.ttl")["Access-Control-Allow-Origin"] == "*"
    for methode in ("post", "put", "patch", "delete"):
        assert getattr(moissonneur, methode)("/catalog.ttl").status_code == 405


def test_trop_d_appels_recoivent_429_avec_le_temps_d_attente(moissonneur, settings):
    settings.DONNEES_LIMITE_PAR_MINUTE = 3
    reponses = [moissonneur.head("/catalog.ttl") for _ in range(30)]
    assert reponses[0].status_code == 200
    refus = [r for r in reponses if r.status_code == 429]
    assert refus
    assert 1 <= int(refus[0]["Retry-After"]) <= 60


@pytest.mark.parametrize(
    ("accepte", "fin"),
    [
        ("text/turtle", ".ttl"),
        ("application/ld+json", ".jsonld"),
        ("application/rdf+xml", ".rdf"),
        ("text/html,application/xhtml+xml", ".html"),
    ],
)
def test_l_adresse_du_jeu_conduit_a_la_forme_demandee(hettange, moissonneur, accepte, fin):
    with contexte.dans(hettange):
        jeu = jeu_publie()
    reponse = moissonneur.get(f"/dataset/{jeu.uuid}", headers={"accept": accepte})
    assert reponse.status_code == 303
    assert reponse["Location"].endswith(f"{jeu.uuid}{fin}")
    assert "Accept" in reponse["Vary"].split(", ")


def test_la_page_pour_les_gens_est_chez_le_producteur(hettange, moissonneur):
    with contexte.dans(hettange):
        jeu = jeu_publie()
    vers = moissonneur.get(f"/dataset/{jeu.uuid}.html")["Location"]
    assert vers.startswith("http://hettange-grande.localhost")
    assert vers.endswith(f"/donnees/{jeu.uuid}/")


def test_une_page_du_catalogue_coute_le_meme_nombre_de_requetes_pour_2_et_pour_40_jeux(hettange, moissonneur):
    def requetes():
        with CaptureQueriesContext(connection) as vues:
            assert moissonneur.head("/catalog.ttl").status_code == 200
        return [r["sql"] for r in vues if "data_commun" in r["sql"] or "membres_" in r["sql"]]

    with contexte.dans(hettange):
        for i in range(2):
            jeu_publie(f"grc.{i}")
    requetes()  # the directory of members warms up
    assert len(requetes()) == 5
    with contexte.dans(hettange):
        for i in range(2, 40):
            jeu_publie(f"grc.{i}")
    assert len(requetes()) == 5
