"""Journey 4: a harvester reads the catalogue over HTTP and takes every distribution it names."""

import csv
import io
import json
from typing import Any

import httpx
import pytest
from pyshacl import validate
from rdflib import DCAT, DCTERMS, Graph, Namespace

from tests.architecture.marche import canaris
from tests.conformite.test_dcat import FORMES
from tests.parcours.conftest import Plateforme

pytestmark = [
    pytest.mark.enable_socket,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("navigateur"),
]
HYDRA = Namespace("http://www.w3.org/ns/hydra/core#")


def _lire(plateforme: Plateforme, adresse: str) -> httpx.Response:
    """GET on the data host, wherever the machine's resolver sends ``*.localhost``."""
    chemin = adresse.split(f":{plateforme.port}", 1)[-1]
    entetes = {"host": f"data.localhost:{plateforme.port}"}
    return httpx.get(f"http://127.0.0.1:{plateforme.port}{chemin}", headers=entetes, timeout=30)


def test_un_moissonneur_lit_le_catalogue_et_toutes_ses_distributions(
    plateforme: Plateforme, hettange: Any, syndicat: Any
) -> None:
    for membre in (syndicat, hettange):
        canaris.peupler(membre)
    graphe, page = Graph(), "/catalog.ttl"
    while page:
        reponse = _lire(plateforme, page)
        assert reponse.status_code == 200
        morceau = Graph().parse(data=reponse.text, format="turtle")
        graphe += morceau
        page = next((str(o) for o in morceau.objects(None, HYDRA.next)), "")
    titres = {str(t) for j in graphe.objects(None, DCAT.dataset) for t in graphe.objects(j, DCTERMS.title)}
    assert any("embres" in t for t in titres), titres
    assert any("ignalement" in t for t in titres), titres

    prises = 0
    for adresse in {str(o) for o in graphe.objects(None, DCAT.downloadURL)}:
        reponse = _lire(plateforme, adresse)
        assert reponse.status_code == 200, adresse
        if "csv" in adresse:
            lignes = list(csv.reader(io.StringIO(reponse.text.lstrip("\ufeff"))))
            assert len(lignes) > 1
            assert {len(ligne) for ligne in lignes} == {len(lignes[0])}
            prises += 1
        elif "geojson" in adresse:
            collection = json.loads(reponse.text)
            assert collection["type"] == "FeatureCollection"
            assert all(
                f["geometry"] is None or f["geometry"]["type"] == "Point" for f in collection["features"]
            )
            prises += 1
    assert prises >= 3

    formes = FORMES / "shacl" / "dcat-ap-SHACL.ttl"
    if not formes.exists():
        pytest.skip("Formes DCAT-AP absentes : la lecture a été vérifiée, pas les formes")
    _, rapport, texte = validate(
        graphe, shacl_graph=Graph().parse(formes, format="turtle"), allow_warnings=True
    )
    sh = Namespace("http://www.w3.org/ns/shacl#")
    assert not list(rapport.subjects(sh.resultSeverity, sh.Violation)), texte
