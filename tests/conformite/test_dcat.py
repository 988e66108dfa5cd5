"""Foreign eyes on the catalogue: rdflib reads it in four forms, the DCAT-AP 3.0.1 shapes find nothing wrong."""

from pathlib import Path

import pytest
from pyshacl import validate
from rdflib import DCAT, DCTERMS, RDF, XSD, Graph, Namespace, URIRef
from rdflib.compare import isomorphic

from syndicat.socle import contexte
from tests.data.jeux import jeu_publie
from tests.data.lecture import corps

pytestmark = pytest.mark.django_db
HYDRA = Namespace("http://www.w3.org/ns/hydra/core#")
FORMES = Path(__file__).resolve().parents[3] / "shared" / "data" / "dcat-ap" / "3.0.1"
LECTEURS = {"ttl": "turtle", "jsonld": "json-ld", "rdf": "xml", "nt": "nt"}


def lire(adresse: str) -> bytes:
    reponse, octets = corps(adresse)
    assert reponse.status_code == 200, adresse
    return octets


def graphe(adresse: str) -> Graph:
    extension = adresse.split("?")[0].rsplit(".", 1)[1]
    return Graph().parse(data=lire(adresse), format=LECTEURS[extension])


@pytest.fixture
def publies(hettange, rodemack, syndicat):
    with contexte.dans(hettange):
        un = jeu_publie()
        jeu_publie("grc.sans_lieu", geo=None, emprise=None, contact_courriel="", mots_cles=[])
    with contexte.dans(rodemack):
        jeu_publie(
            titre='Titre <piégé> & "cité" \\ fin',
            description="Ligne 1\nLigne 2\ttabulée\x07 </rdf:RDF> ]]> 🚧",
            theme="TRAN",
            frequence="MONTHLY",
        )
    with contexte.dans(syndicat):
        jeu_publie("data.membres", titre="Collectivités membres")
    return un


@pytest.mark.parametrize("extension", ["jsonld", "rdf", "nt"])
def test_les_quatre_formes_disent_exactement_les_memes_triplets(publies, extension):
    adresse = "/dataset/{}.{}"
    turtle = graphe(adresse.format(publies.uuid, "ttl"))
    assert len(turtle) > 50
    assert isomorphic(turtle, graphe(adresse.format(publies.uuid, extension)))


@pytest.mark.parametrize("extension", ["ttl", "jsonld", "nt"])
def test_les_textes_pieges_se_relisent_a_l_identique(publies, extension):
    lu = graphe(f"/catalog.{extension}")
    titres = {str(o) for o in lu.objects(None, DCTERMS.title)}
    descriptions = {str(o) for o in lu.objects(None, DCTERMS.description)}
    assert 'Titre <piégé> & "cité" \\ fin' in titres
    assert "Ligne 1\nLigne 2\ttabulée\x07 </rdf:RDF> ]]> 🚧" in descriptions


def test_le_rdf_xml_echappe_les_textes_pieges_et_ne_perd_que_le_caractere_interdit_par_xml(publies):
    descriptions = {str(o) for o in graphe("/catalog.rdf").objects(None, DCTERMS.description)}
    assert "Ligne 1\nLigne 2\ttabulée </rdf:RDF> ]]> 🚧" in descriptions


def test_ce_que_cherche_un_moissonneur_s_y_trouve(publies):
    lu = graphe("/catalog.ttl")
    jeux = set(lu.subjects(RDF.type, DCAT.Dataset))
    catalogue = next(lu.subjects(RDF.type, DCAT.Catalog))
    assert set(lu.objects(catalogue, DCAT.dataset)) == jeux
    assert len(jeux) == 4
    for jeu in jeux:
        assert lu.value(jeu, DCTERMS.identifier)
        assert lu.value(jeu, DCTERMS.publisher)
        for forme in lu.objects(jeu, DCAT.distribution):
            assert isinstance(lu.value(forme, DCAT.downloadURL), URIRef)
            assert lu.value(forme, DCAT.byteSize).datatype == XSD.nonNegativeInteger


def test_la_page_suivante_est_une_adresse_et_non_un_texte(publies, monkeypatch):
    from apps.data import vues_donnees

    monkeypatch.setattr(vues_donnees, "PAR_PAGE", 1)
    lu = graphe("/catalog.ttl")
    suivante = lu.value(next(lu.subjects(RDF.type, HYDRA.PartialCollectionView)), HYDRA["next"])
    assert isinstance(suivante, URIRef)


@pytest.mark.parametrize(
    "formes",
    [
        "html/shacl/shapes.ttl",
        "html/shacl/range.ttl",
        "shacl/dcat-ap-SHACL.ttl",
        "html/shacl/shapes_recommended.ttl",
    ],
)
@pytest.mark.parametrize("adresse", ["/catalog.ttl", "/dataset/{}.jsonld"])
def test_aucune_violation_de_dcat_ap_3_0_1(publies, formes, adresse):
    fichier = FORMES / formes
    if not fichier.exists():
        pytest.skip(f"Formes DCAT-AP absentes : {fichier.relative_to(fichier.parents[4])}")
    regles = Graph().parse(fichier, format="turtle")
    lu = graphe(adresse.format(publies.uuid))
    _, rapport, texte = validate(lu, shacl_graph=regles, inference="none", allow_warnings=True)
    sh = Namespace("http://www.w3.org/ns/shacl#")
    violations = [r for r in rapport.subjects(sh.resultSeverity, sh.Violation)]
    assert not violations, texte


def test_les_formes_refusent_bien_un_catalogue_fautif(publies):
    """Positive control: without types and with a wrong size, the same shapes do complain."""
    fichier = FORMES / "shacl" / "dcat-ap-SHACL.ttl"
    if not fichier.exists():
        pytest.skip("Formes DCAT-AP absentes")
    regles = Graph().parse(fichier, format="turtle")
    faux = lire("/catalog.ttl").decode().replace("xsd:nonNegativeInteger", "xsd:string")
    conforme, _, _ = validate(Graph().parse(data=faux, format="turtle"), shacl_graph=regles)
    assert not conforme
