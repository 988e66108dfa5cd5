"""The board's figures."""

from datetime import date

import pytest

from syndicat.web import mesures
from syndicat.web.mesures import Filtres, Membre, Periode

MEMBRES = [
    Membre("a", "Aube", "aube", "commune", 400, "CC du Nord", True),
    Membre("b", "Bourg", "bourg", "commune", 3500, "CC du Nord", True),
    Membre("c", "CC du Nord", "cc du nord", "epci", 9000, "", False),
]
JOUR = date(2026, 11, 24)
PERIODES = [
    Periode("a", "grc", date(2025, 1, 1), None),
    Periode("a", "iot", date(2026, 5, 1), None),
    Periode("b", "grc", date(2025, 1, 1), date(2026, 11, 24)),
    Periode("b", "iot", date(2027, 1, 1), None),
    Periode("c", "grc", date(2025, 1, 1), date(2026, 11, 23)),
]


def test_un_service_compte_le_jour_ou_sa_convention_est_en_vigueur_dernier_jour_compris() -> None:
    lignes = {li.membre.slug: li for li in mesures.lignes(MEMBRES, PERIODES, JOUR)}
    assert {s: li.valeur for s, li in lignes.items()} == {"a": 2, "b": 1, "c": 0}
    assert {s: li.ecart for s, li in lignes.items()} == {"a": 1, "b": 0, "c": -1}
    assert lignes["a"].ecart_dit == "+\u00a01"
    assert lignes["b"].ecart_dit == "="


def test_la_mesure_d_un_seul_service_dit_ouvert_ou_non() -> None:
    assert [li.valeur for li in mesures.lignes(MEMBRES, PERIODES, JOUR, mesure="iot")] == [1, 0, 0]


@pytest.mark.parametrize(
    ("filtres", "gardes"),
    [
        (Filtres(), "abc"),
        (Filtres(nature="epci"), "c"),
        (Filtres(population="moins-500"), "a"),
        (Filtres(population="moins-3500"), "a"),
        (Filtres(population="plus-3500"), "bc"),
        (Filtres(groupement="CC du Nord"), "ab"),
        (Filtres(service="iot"), "a"),
        (Filtres(mots="bou"), "b"),
        (Filtres(nature="commune", mots="nord"), ""),
    ],
)
def test_chaque_filtre_garde_ce_qu_il_dit(filtres: Filtres, gardes: str) -> None:
    assert (
        "".join(li.membre.slug for li in mesures.lignes(MEMBRES, PERIODES, JOUR) if filtres.garde(li))
        == gardes
    )


def test_le_tableau_se_trie_dans_les_deux_sens() -> None:
    lignes = mesures.lignes(MEMBRES, PERIODES, JOUR)
    assert [li.membre.slug for li in mesures.trier(lignes, "nom")] == ["a", "b", "c"]
    assert [li.membre.slug for li in mesures.trier(lignes, "-population")] == ["c", "b", "a"]
    assert [li.membre.slug for li in mesures.trier(lignes, "n'importe quoi")] == ["a", "b", "c"]


def test_l_echelle_couvre_toutes_les_valeurs_sans_trou() -> None:
    for maximum in range(1, 12):
        classes = [mesures.classe_de(v, maximum) for v in range(maximum + 1)]
        assert classes[0] == "q0"
        assert classes[-1] == "q4"
        assert classes == sorted(classes)
    lignes = mesures.lignes(MEMBRES, PERIODES, JOUR)
    assert sum(c.nombre for c in mesures.echelle(lignes, 7)) == 3
    assert [c.libelle for c in mesures.echelle(lignes, 7)] == ["Aucun service", "1 service", "2 ou 3 services", "4 ou 5 services", "6 ou 7 services"]  # fmt: skip


def test_la_synthese_dit_la_moyenne_et_les_ouvertures_nettes() -> None:
    dite = mesures.synthese(mesures.lignes(MEMBRES, PERIODES, JOUR))
    assert (dite.moyenne, dite.au_moins_un, dite.aucun, dite.adhesions, dite.part) == (1.0, 2, 1, 0, 67)
    assert mesures.synthese([]).aucun == 0


def test_un_an_avant_le_29_fevrier_est_le_28() -> None:
    assert mesures.un_an_avant(date(2028, 2, 29)) == date(2027, 2, 28)
