"""Bytes of the distributions."""

import csv
import io
import json
from datetime import date
from decimal import Decimal

from apps.data.formats import EcrivainCsv, EcrivainGeoJson, formats_de, valeur_json

COLONNES = [["nom", "string", ""], ["n", "integer", ""], ["lon", "number", ""], ["lat", "number", ""]]
LOTS = [[["a,b", 1, 6.1, 49.4]], [['dit "x"\nici', None, None, None], ["=1+1", -2, 500, 49]]]


def ecrire(ecrivain):
    premier, morceaux = True, [ecrivain.debut()]
    for lot in LOTS:
        morceaux.append(ecrivain.lignes(lot, premieres=premier))
        premier = False
    return b"".join([*morceaux, ecrivain.fin()])


def test_le_csv_se_relit_a_l_identique_formules_desarmees():
    lu = list(csv.reader(io.StringIO(ecrire(EcrivainCsv(COLONNES)).decode(), newline="")))
    assert lu == [
        ["nom", "n", "lon", "lat"],
        ["a,b", "1", "6.1", "49.4"],
        ['dit "x"\nici', "", "", ""],
        ["'=1+1", "-2", "500", "49"],
    ]


def test_le_geojson_est_une_collection_valide_et_une_ligne_sans_lieu_a_une_geometrie_nulle():
    collection = json.loads(ecrire(EcrivainGeoJson(COLONNES, ("lon", "lat"))))
    assert collection["type"] == "FeatureCollection"
    assert [f["geometry"] for f in collection["features"]] == [
        {"type": "Point", "coordinates": [6.1, 49.4]},
        None,
        None,
    ]
    assert collection["features"][0]["properties"] == {"nom": "a,b", "n": 1}


def test_un_jeu_vide_donne_des_fichiers_valides():
    assert EcrivainCsv(COLONNES).debut() == b"nom,n,lon,lat\r\n"
    vide = EcrivainGeoJson(COLONNES, ("lon", "lat"))
    assert json.loads(vide.debut() + vide.lignes([], premieres=True) + vide.fin())["features"] == []


def test_les_valeurs_gardees_sont_du_json_et_les_montants_restent_exacts():
    assert valeur_json(Decimal("10.10")) == "10.10"
    assert valeur_json(date(2026, 11, 24)) == "2026-11-24"
    assert formats_de(None) == ["csv"]
    assert formats_de(["lon", "lat"]) == ["csv", "geojson"]
