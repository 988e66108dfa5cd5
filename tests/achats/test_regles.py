"""Amounts, markets and numbers."""

from datetime import date
from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.achats.enums import TRANSITIONS_COMMANDE, EtatCommande, EtatMarche, Mode
from apps.achats.regles import ALPHABET, cumul_interdit, empechement, numero_lisible, prix_ttc, totaux

MARCHE = {
    "etat": EtatMarche.PUBLIE,
    "debut": date(2026, 1, 1),
    "fin": date(2026, 12, 31),
    "mode": Mode.INTERMEDIAIRE,
    "participe": False,
}


def test_la_tva_se_compte_une_fois_par_taux_sur_la_base_et_non_ligne_a_ligne():
    t = totaux([(1, D("10.13"), D("20"))] * 7)
    assert (t.ht, t.tva, t.ttc) == (D("70.91"), D("14.18"), D("85.09"))


def test_trois_taux_donnent_trois_bases():
    t = totaux([(2, D("100"), D("20")), (1, D("50"), D("5.5")), (1, D("10"), D("0"))])
    assert [(str(taux), str(base)) for taux, base, _ in t.par_taux] == [
        ("0.00", "10.00"),
        ("5.50", "50.00"),
        ("20.00", "200.00"),
    ]
    assert t.tva == D("42.75")


@given(
    st.lists(
        st.tuples(
            st.integers(1, 500),
            st.decimals("0.0001", "9999", places=4),
            st.sampled_from([D("0"), D("5.5"), D("10"), D("20")]),
        ),
        max_size=20,
    )
)
def test_le_total_est_la_somme_des_bases_et_a_toujours_deux_decimales(lignes):
    t = totaux(lignes)
    assert t.ht == sum((b for _, b, _ in t.par_taux), D(0))
    assert t.ttc == t.ht + t.tva
    assert all(-m.as_tuple().exponent <= 2 for m in (t.ht, t.tva))


def test_un_demi_centime_s_arrondit_vers_le_haut():
    assert prix_ttc(D("0.0375"), D("20")) == D("0.05")
    assert totaux([(1, D("0.125"), D("0"))]).ht == D("0.13")


@pytest.mark.parametrize(
    ("changement", "jour", "mot"),
    [
        ({}, date(2026, 6, 1), ""),
        ({}, date(2026, 1, 1), ""),
        ({}, date(2026, 12, 31), ""),
        ({}, date(2027, 1, 1), "terminé"),
        ({}, date(2025, 12, 31), "commencé"),
        ({"etat": EtatMarche.PREPARATION}, date(2026, 6, 1), "ouvert"),
        ({"etat": EtatMarche.CLOS}, date(2026, 6, 1), "ouvert"),
        ({"mode": Mode.GROUPEMENT}, date(2026, 6, 1), "groupement"),
        ({"mode": Mode.GROUPEMENT, "participe": True}, date(2026, 6, 1), ""),
        ({"mode": Mode.GROSSISTE}, date(2026, 6, 1), ""),
    ],
)
def test_on_ne_commande_que_dans_un_marche_ouvert_en_cours_et_dont_on_est_membre(changement, jour, mot):
    refus = empechement(**{**MARCHE, **changement}, jour=jour)
    assert (mot in refus) if mot else refus == ""


def test_le_numero_se_dicte_sans_confusion_et_ne_compte_pas_les_commandes():
    numeros = {numero_lisible() for _ in range(500)}
    assert len(numeros) == 500
    assert all(len(n) == 10 and set(n[2:]) <= {*ALPHABET, "-"} for n in numeros)
    assert not set("0O1IL5S8B2Z") & set(ALPHABET)


def test_le_demandeur_n_approuve_pas_sa_demande_sauf_reglage():
    assert cumul_interdit(demandeur_id=1, approbateur_id=1, cumul_permis=False)
    assert not cumul_interdit(demandeur_id=1, approbateur_id=2, cumul_permis=False)
    assert not cumul_interdit(demandeur_id=1, approbateur_id=1, cumul_permis=True)


def test_une_commande_annulee_refusee_ou_attestee_ne_bouge_plus():
    for fin in (EtatCommande.ANNULE, EtatCommande.REFUSE, EtatCommande.SERVICE_FAIT):
        assert TRANSITIONS_COMMANDE[fin] == ()
    assert EtatCommande.ANNULE not in TRANSITIONS_COMMANDE[EtatCommande.LIVRE]
