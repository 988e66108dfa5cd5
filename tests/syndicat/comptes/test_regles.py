"""Who signs: CGCT L.2122-18 to L.2122-20 and L.5211-9, as a pure rule."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syndicat.comptes.regles import Arrete, Signataire, couvre, qui_signe

JOUR = date(2026, 11, 22)
MAIRE, ADJOINTE, DGS, SUPPLEANT = 1, 2, 3, 4
DOMAINES = ("tout", "commandes", "arretes", "courriers")


def arrete(
    qui: int, domaine: str = "commandes", plafond: str | None = None, *, suppleance: bool = False
) -> Arrete:
    return Arrete(
        ident=f"a{qui}{domaine}{plafond}",
        delegataire=qui,
        domaine=domaine,
        debut=JOUR - timedelta(days=10),
        fin=JOUR + timedelta(days=10),
        plafond=Decimal(plafond) if plafond else None,
        suppleance=suppleance,
    )


def noms(*args: object, **kwargs: object) -> list[int]:
    return [s.user_id for s in qui_signe(*args, **{"executif": [MAIRE], **kwargs})]  # type: ignore[arg-type]


def test_sans_delegation_le_maire_signe_seul() -> None:
    assert noms("commandes", Decimal(100), JOUR, arretes=[]) == [MAIRE]


def test_le_plafond_est_compris() -> None:
    arretes = [arrete(ADJOINTE, plafond="4000.00")]
    assert noms("commandes", Decimal("4000.00"), JOUR, arretes=arretes) == [ADJOINTE, MAIRE]
    assert noms("commandes", Decimal("4000.01"), JOUR, arretes=arretes) == [MAIRE]


def test_un_montant_inconnu_ne_passe_pas_sous_un_plafond() -> None:
    assert noms("commandes", None, JOUR, arretes=[arrete(ADJOINTE, plafond="4000")]) == [MAIRE]
    assert noms("commandes", None, JOUR, arretes=[arrete(ADJOINTE)]) == [ADJOINTE, MAIRE]


def test_la_delegation_la_plus_precise_est_proposee_d_abord() -> None:
    arretes = [arrete(DGS, "tout"), arrete(ADJOINTE, plafond="9000"), arrete(SUPPLEANT, plafond="4000")]
    assert noms("commandes", Decimal(100), JOUR, arretes=arretes) == [SUPPLEANT, ADJOINTE, DGS, MAIRE]


def test_le_suppleant_ne_signe_que_si_tous_les_titulaires_sont_absents() -> None:
    arretes = [arrete(ADJOINTE), arrete(SUPPLEANT, suppleance=True)]
    assert noms("commandes", Decimal(1), JOUR, arretes=arretes) == [ADJOINTE, MAIRE]
    assert noms("commandes", Decimal(1), JOUR, arretes=arretes, absents=[ADJOINTE]) == [SUPPLEANT, MAIRE]
    assert noms("commandes", Decimal(1), JOUR, arretes=arretes, absents=[ADJOINTE, MAIRE]) == [SUPPLEANT]


def test_les_dates_sont_comprises_et_rien_au_dela() -> None:
    a = arrete(ADJOINTE)
    assert couvre(a, domaine="commandes", montant=None, le=a.debut)
    assert a.fin is not None
    assert couvre(a, domaine="commandes", montant=None, le=a.fin)
    assert not couvre(a, domaine="commandes", montant=None, le=a.debut - timedelta(days=1))
    assert not couvre(a, domaine="commandes", montant=None, le=a.fin + timedelta(days=1))


def test_un_montant_negatif_est_refuse() -> None:
    with pytest.raises(ValueError, match="négatif"):
        qui_signe("commandes", Decimal(-1), JOUR, executif=[MAIRE], arretes=[])


montants = st.decimals(min_value=0, max_value=10**6, places=2)
arretes_st = st.lists(
    st.builds(
        Arrete,
        ident=st.text("abc", min_size=1, max_size=3),
        delegataire=st.integers(1, 6),
        domaine=st.sampled_from(DOMAINES),
        debut=st.dates(JOUR - timedelta(days=30), JOUR + timedelta(days=30)),
        fin=st.none() | st.dates(JOUR - timedelta(days=30), JOUR + timedelta(days=30)),
        plafond=st.none() | montants,
        suppleance=st.booleans(),
    ),
    max_size=8,
)
gens = st.sets(st.integers(1, 6))


@given(st.sampled_from(DOMAINES[1:]), montants, arretes_st, gens, gens)
def test_nul_ne_signe_sans_titre_ni_absent(
    domaine: str, montant: Decimal, arretes: list[Arrete], absents: set[int], executif: set[int]
) -> None:
    par_ident = {a.ident: a for a in arretes}
    reponse = qui_signe(domaine, montant, JOUR, executif=executif, arretes=arretes, absents=absents)
    assert len({s.user_id for s in reponse}) == len(reponse)
    for s in reponse:
        assert s.user_id not in absents
        if s.arrete:
            assert any(
                a.ident == s.arrete
                and a.delegataire == s.user_id
                and couvre(a, domaine=domaine, montant=montant, le=JOUR)
                for a in arretes
            ), par_ident
        else:
            assert s.user_id in executif
    assert {e for e in executif if e not in absents} <= {s.user_id for s in reponse}


@given(st.sampled_from(DOMAINES[1:]), montants, montants, arretes_st)
def test_qui_signe_un_montant_signe_aussi_le_plus_petit(
    domaine: str, un: Decimal, deux: Decimal, arretes: list[Arrete]
) -> None:
    titulaires = [a for a in arretes if not a.suppleance]
    petit, grand = sorted((un, deux))
    du_grand = {s.user_id for s in qui_signe(domaine, grand, JOUR, executif=[], arretes=titulaires)}
    du_petit = {s.user_id for s in qui_signe(domaine, petit, JOUR, executif=[], arretes=titulaires)}
    assert du_grand <= du_petit


@given(arretes_st, montants)
def test_l_ordre_des_arretes_ne_change_pas_qui_signe(arretes: list[Arrete], montant: Decimal) -> None:
    def ensemble(liste: list[Arrete]) -> set[int]:
        return {s.user_id for s in qui_signe("commandes", montant, JOUR, executif=[9], arretes=liste)}

    assert ensemble(arretes) == ensemble(arretes[::-1])
    assert Signataire(9) in qui_signe("commandes", montant, JOUR, executif=[9], arretes=arretes)
