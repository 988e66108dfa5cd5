"""The white label: every colour of every brand stays readable."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from syndicat.web.couleur import InvalidColor, contrast, hex_to_oklch, oklch_to_hex
from syndicat.web.theme import MAX_CHROMA, PAIRS, RECIPES, Marque, UnreadableTheme, _mend, derive, feuille

teintes = st.floats(min_value=-720, max_value=720, allow_nan=False)
chromas = st.floats(min_value=0, max_value=0.4, allow_nan=False)


@settings(max_examples=150, deadline=None)
@given(teintes, chromas)
def test_aucune_teinte_ni_saturation_ne_donne_une_paire_illisible(teinte: float, chroma: float) -> None:
    palette = derive(Marque(teinte, chroma))
    assert palette.defects() == []
    for couleurs in (palette.clair, palette.sombre):
        assert set(couleurs) == set(RECIPES)
        assert all(re.fullmatch("#[0-9a-f]{6}", c) for c in couleurs.values())


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 0xFFFFFF))
def test_toute_couleur_de_charte_donne_un_theme_lisible(valeur: int) -> None:
    assert derive(Marque.from_hex(f"#{valeur:06x}")).defects() == []


@settings(max_examples=200, deadline=None)
@given(st.floats(0.12, 1), teintes, chromas)  # plus sombre, huit bits ne distinguent plus les clartés
def test_une_couleur_hors_de_l_ecran_garde_sa_clarte(clarte: float, teinte: float, chroma: float) -> None:
    relue, _, _ = hex_to_oklch(oklch_to_hex(clarte, chroma, teinte))
    assert relue == pytest.approx(clarte, abs=0.02)


@settings(deadline=None)
@given(st.integers(0, 0xFFFFFF))
def test_l_aller_et_retour_d_une_couleur_est_exact(valeur: int) -> None:
    couleur = f"#{valeur:06x}"
    revenue = oklch_to_hex(*hex_to_oklch(couleur))
    ecarts = [abs(int(couleur[i : i + 2], 16) - int(revenue[i : i + 2], 16)) for i in (1, 3, 5)]
    assert max(ecarts) <= 1


def test_le_contraste_est_celui_de_la_norme() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


def test_une_paire_trop_pale_est_reprise_ou_refusee() -> None:
    reprise, changee = _mend(0.9, 0.1, 222, [("#ffffff", 4.5)], darker=True)
    assert changee
    assert contrast(reprise, "#ffffff") >= 4.5
    with pytest.raises(UnreadableTheme):
        _mend(0.5, 0.1, 222, [("#ffffff", 4.5), ("#000000", 20.0)], darker=True)


def test_le_seuil_est_4_5_pour_le_texte_et_3_pour_les_bords() -> None:
    seuils = {(dessus, dessous): ratio for dessus, dessous, ratio in PAIRS}
    assert seuils["texte-2", "fond"] == 4.5
    assert seuils["sur-accent", "accent"] == 4.5
    assert seuils["trait-fort", "surface"] == 3.0
    assert seuils["focus", "surface"] == 3.0


def test_deux_marques_ont_deux_feuilles_et_deux_versions() -> None:
    assert Marque(222, 0.08).version != Marque(42, 0.1).version
    assert Marque(222, 0.08).version == Marque(222 + 360, 0.08).version
    assert derive(Marque(10, 9)) == derive(Marque(10, MAX_CHROMA))


def test_la_feuille_sert_le_clair_le_sombre_choisi_et_le_sombre_du_systeme() -> None:
    css = feuille(Marque())
    assert css.startswith(":root{--fond:#")
    assert '[data-bs-theme="dark"]{' in css
    assert '@media (prefers-color-scheme:dark){[data-bs-theme="auto"]{' in css
    limitee = feuille(Marque(42, 0.1), '[data-marque="gres"]')
    assert ":root" not in limitee
    assert '[data-bs-theme="dark"] [data-marque="gres"]{' in limitee


@pytest.mark.parametrize("texte", ["", "rouge", "#12", "#12345g", "javascript:"])
def test_une_couleur_mal_ecrite_est_refusee(texte: str) -> None:
    with pytest.raises(InvalidColor):
        Marque.from_hex(texte)
