"""Boundaries imported from IGN, and the maps drawn with or without them."""

import itertools
import json
import math
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from syndicat.membres import carte, contours
from syndicat.membres.models import Collectivite, Contour

FICHIER = Path(__file__).resolve().parents[4] / "shared" / "data" / "cog" / "communes-57-moselle.geojson"
avec_fichier = pytest.mark.skipif(
    not FICHIER.exists(), reason="contours de la Moselle absents de ../shared/data"
)


@avec_fichier
def test_un_import_refait_ne_change_rien(db: None) -> None:
    premier = contours.importer(str(FICHIER))
    assert premier.ecrites == premier.lues - premier.inconnues > 500
    assert contours.importer(str(FICHIER)).ecrites == 0
    hettange = Collectivite.objects.get(slug="hettange-grande")
    assert hettange.emprise is not None
    o, s, e, n = hettange.emprise
    assert o < (hettange.longitude or 0) < e
    assert s < (hettange.latitude or 0) < n


@avec_fichier
def test_la_carte_de_la_commune_de_son_epci_et_du_syndicat(
    hettange: Any, cattenom: Any, syndicat: Any
) -> None:
    contours.importer(str(FICHIER))
    une, epci, toutes = carte.de(hettange), carte.de(cattenom), carte.de(syndicat)
    assert une is not None
    assert epci is not None
    assert toutes is not None
    assert [t.slug for t in une.traces] == ["hettange-grande"]
    assert {"hettange-grande", "rodemack", "cattenom"} <= {t.slug for t in epci.traces}
    assert len(toutes.traces) == 541
    assert all(t.exact and t.chemin.startswith("M") and t.chemin.endswith("Z") for t in toutes.traces)
    assert len(json.dumps([t.chemin for t in toutes.traces])) < 600_000


def test_sans_contour_le_centre_suffit(hettange: Any, syndicat: Any) -> None:
    Contour.objects.all().delete()
    trouvee = carte.de(Collectivite.objects.get(pk=hettange.pk))
    assert trouvee is not None
    assert not trouvee.traces[0].exact
    o, s, e, n = trouvee.bornes
    assert o < hettange.longitude < e
    assert s < hettange.latitude < n
    toutes = carte.de(syndicat)
    assert toutes is not None
    assert len(toutes.traces) == 541


@pytest.mark.parametrize("contenu", ["<html>", "[]", '{"features": 3}', '{"features": []}'])
def test_un_fichier_qui_n_en_est_pas_un_est_refuse(db: None, tmp_path: Path, contenu: str) -> None:
    fichier = tmp_path / "x.geojson"
    fichier.write_text(contenu)
    with pytest.raises(CommandError, match="Contours non importés"):
        call_command("import_contours", str(fichier))
    with pytest.raises(CommandError):
        call_command("import_contours", "http://exemple.fr/x.geojson")


@given(st.lists(st.tuples(st.floats(5.9, 7.6), st.floats(48.5, 49.5)), min_size=4, max_size=60, unique=True))
def test_un_anneau_simplifie_reste_ferme_et_proche(points: list[tuple[float, float]]) -> None:
    anneau = [*points, points[0]]
    reduit = contours.simplifier(anneau, 500)
    assert reduit[0] == reduit[-1]
    assert 4 <= len(reduit) <= len(anneau)
    assert set(reduit) <= set(anneau)
    echelle = math.cos(math.radians(anneau[0][1]))
    for p in anneau:
        assert min(contours._distance_m(p, a, b, echelle) for a, b in itertools.pairwise(reduit)) <= 501
