"""Detection of personal data and safe cells."""

import pytest

from apps.data.regles import Detecteur, cellule_sure, cle_nir, genres_personnels, motif_de_refus


@pytest.mark.parametrize(
    ("valeur", "attendu"),
    [
        ("Écrire à marie.durand@example.org merci", {"courriel"}),
        ("06 12 34 56 78", {"telephone"}),
        ("0612345678", {"telephone"}),
        ("+33 6 12 34 56 78", {"telephone"}),
        ("+33(0)612345678", {"telephone"}),
        ("2 69 05 49 588 157 80", {"nir"}),
        (269054958815780, {"nir"}),
        ("180122A12345604", set()),
        ("lampadaire éteint rue de la Gare", set()),
        ("57323", set()),
        ("200067502", set()),
        ("20006750200012", set()),
        (49.40612345678, set()),
        (None, set()),
        (True, set()),
        ("@mairie", set()),
        ("2026-11-24T10:12:13", set()),
    ],
)
def test_le_detecteur_voit_courriels_telephones_et_nir_a_cle_juste(valeur, attendu):
    assert genres_personnels(valeur) == attendu


def test_la_cle_du_nir_compte_2a_pour_19_et_2b_pour_18():
    assert cle_nir("2690549588157") == 80
    corse = "1801" + "2" + "2A" + "123456"
    cle = 97 - int(corse.replace("2A", "19")) % 97
    assert genres_personnels(f"{corse}{cle:02d}") == {"nir"}
    assert genres_personnels(f"{corse}{(cle % 97) + 1:02d}") == set()


def test_le_motif_compte_les_lignes_par_colonne_sans_jamais_montrer_la_valeur():
    detecteur = Detecteur(["titre", "note"])
    detecteur.lire({"titre": "Trou", "note": "voir a.b@exemple.fr"})
    detecteur.lire({"titre": "Trou", "note": "voir c.d@exemple.fr"})
    motif = motif_de_refus(detecteur.constats())
    assert motif == "Données personnelles trouvées\u00a0: une adresse électronique dans « note » (2 lignes)."
    assert "exemple.fr" not in motif


@pytest.mark.parametrize(
    ("texte", "attendu"),
    [
        ("=CMD()", "'=CMD()"),
        ("+1+2", "'+1+2"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("-12,5", "-12,5"),
        ("-12", "-12"),
        ("+33", "+33"),
        ("rue", "rue"),
        ("", ""),
    ],
)
def test_une_formule_ne_sort_jamais_active_et_les_nombres_negatifs_survivent(texte, attendu):
    assert cellule_sure(texte) == attendu
