"""Undelivered facts, on the syndicate's desk and nowhere else; the sweeps as the scheduler sends them."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.utils.module_loading import import_string

from syndicat.socle import contexte
from syndicat.socle.manifest import manifests
from syndicat.socle.taches import TacheMembre
from syndicat.suivi.models import FaitPublie, Livraison

pytestmark = pytest.mark.django_db
URL = "/syndicat/suivi/"


@pytest.fixture
def abandonne(hettange: Any) -> Livraison:
    with contexte.dans(hettange):
        fait = FaitPublie.objects.create(code="grc.signalement_clos", objet=uuid4(), contenu={})
        return Livraison.objects.create(
            fait=fait, consommateur="apps.x.faits.entendre", objet=fait.objet, etat="abandonnee", essais=8
        )


@pytest.mark.parametrize(
    ("slug", "local", "statut"),
    [
        ("syndicat", "technicien", 200),
        ("syndicat", "direction", 200),
        ("syndicat", "finances", 403),
        ("hettange-grande", "admin", 404),
    ],
)
def test_les_echanges_sont_vus_au_syndicat_par_qui_les_repare(
    visite: Callable[..., Any], slug: str, local: str, statut: int
) -> None:
    assert visite(slug, local).get(URL).status_code == statut


def test_un_fait_abandonne_se_voit_et_se_relance(visite: Callable[..., Any], abandonne: Livraison) -> None:
    client = visite("syndicat", "technicien")
    page = client.get(URL).content.decode()
    assert "Hettange-Grande" in page
    assert "apps.x.faits.entendre" in page
    assert client.post(f"{URL}relancer/").status_code == 302
    with contexte.transverse("suivi.livrer"):
        assert (Livraison.objects.get().etat, Livraison.objects.get().essais) == ("a_livrer", 0)
    assert "Tout est livré" in client.get(URL).content.decode()


@pytest.mark.parametrize(
    "chemin", [t.tache for m in manifests() if m.code in {"suivi", "journal"} for t in m.taches]
)
def test_chaque_balayage_tourne_hors_de_tout_membre(
    hettange: Any, chemin: str, settings: Any, tmp_path: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    tache = import_string(chemin)
    assert isinstance(tache, TacheMembre)
    assert tache.sans_membre
    with contexte.dans(hettange):  # whatever scope the worker’s thread was left in
        resultat = tache.apply()
    assert resultat.successful(), resultat.traceback
    assert isinstance(resultat.result, int)
