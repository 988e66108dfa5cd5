"""French typography and words."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.utils.safestring import mark_safe
from hypothesis import given, settings
from hypothesis import strategies as st

from syndicat.web import francais
from syndicat.web.typographie import typo_html

N, F = "\u00a0", "\u202f"
MAINTENANT = datetime(2026, 11, 24, 13, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("ecrit", "attendu"),
    [
        ("Quoi ?", f"Quoi{F}?"),
        ("Quoi?", f"Quoi{F}?"),
        ("Attention : danger", f"Attention{N}: danger"),
        ("Service: voirie", f"Service{N}: voirie"),
        ("« ici »", f"«{N}ici{N}»"),
        ("l'eau d'ici", "l’eau d’ici"),
        ("à 12:30, https://exemple.fr/a?b=1;c", "à 12:30, https://exemple.fr/a?b=1;c"),
        ("3 500 habitants", f"3{F}500 habitants"),
        ("20 Mo au plus, 9 h, 86 %", f"20{N}Mo au plus, 9{N}h, 86{N}%"),
        ("Même armoire que le n° 14", f"Même armoire que le n°{N}14"),
        ("en 2026 541 communes", "en 2026 541 communes"),
        ("Mme Martin", f"Mme{N}Martin"),
    ],
)
def test_les_espaces_et_apostrophes_sont_francaises(ecrit: str, attendu: str) -> None:
    assert francais.typo(ecrit) == attendu


@settings(deadline=None)
@given(st.text(max_size=80))
def test_la_typographie_appliquee_deux_fois_ne_change_plus_rien(texte: str) -> None:
    une = francais.typo(texte)
    assert francais.typo(une) == une


def test_la_typographie_ne_touche_ni_aux_balises_ni_aux_entites() -> None:
    html = mark_safe('<a href="/a?b=c:d;e" title="Quoi ?">Tom &amp; l\'eau ?</a>')
    assert str(typo_html(html)) == f'<a href="/a?b=c:d;e" title="Quoi ?">Tom &amp; l’eau{F}?</a>'


def test_la_typographie_protege_toujours_du_code_recu() -> None:
    assert "<script>" not in typo_html("<script>alert('x')</script>")
    assert typo_html(None) == ""


def test_les_montants_ont_deux_decimales_et_des_espaces_fines() -> None:
    assert francais.euros(1250) == f"1{F}250,00{N}€"
    assert francais.euros(Decimal("-980.5")) == f"−980,50{N}€"
    assert francais.euros(Decimal("0.005")) == f"0,01{N}€"
    assert francais.nombre(1234567.5) == f"1{F}234{F}567,5"
    assert francais.nombre(Decimal("2.44"), 1) == "2,4"


@settings(deadline=None)
@given(st.integers(-(10**12), 10**12))
def test_un_nombre_ecrit_se_relit(n: int) -> None:
    assert int(francais.nombre(n).replace(F, "").replace("−", "-")) == n


def test_le_pluriel_commence_a_deux() -> None:
    assert francais.pluriel(0, "décision") == f"0{N}décision"
    assert francais.pluriel(1, "décision") == f"1{N}décision"
    assert francais.pluriel(1.9, "jour") == f"1,9{N}jour"
    assert francais.pluriel(2, "cheval", "chevaux") == f"2{N}chevaux"


def test_les_dates_se_disent_en_toutes_lettres() -> None:
    repere = date(2026, 1, 1)
    assert francais.jour(date(2026, 11, 24), repere=repere) == f"mardi 24{N}novembre"
    assert francais.jour(date(2026, 12, 1), repere=repere) == f"mardi 1ᵉʳ{N}décembre"
    assert francais.jour(date(2027, 1, 4), repere=repere) == f"lundi 4{N}janvier{N}2027"
    assert francais.heure(datetime(2026, 7, 1, 6, 30, tzinfo=UTC)) == f"8{N}h{N}30"
    assert francais.heure(datetime(2026, 12, 1, 16, 0, tzinfo=UTC)) == f"17{N}h"


@pytest.mark.parametrize(
    ("quand", "attendu"),
    [
        (datetime(2026, 11, 24, 12, 59, 40, tzinfo=UTC), "à l’instant"),
        (datetime(2026, 11, 24, 11, 0, tzinfo=UTC), f"il y a 2{N}heures"),
        (datetime(2026, 11, 24, 13, 5, tzinfo=UTC), f"dans 5{N}minutes"),
        (datetime(2026, 11, 23, 23, 30, tzinfo=UTC), f"il y a 13{N}heures"),  # déjà mardi à Paris
        (date(2026, 11, 23), "hier"),
        (date(2026, 11, 25), "demain"),
        (date(2026, 11, 30), f"dans 6{N}jours"),
        (date(2026, 11, 19), "jeudi dernier"),
        (date(2026, 11, 2), f"lundi 2{N}novembre"),
    ],
)
def test_le_temps_passe_se_dit_comme_on_parle(quand: date | datetime, attendu: str) -> None:
    assert francais.il_y_a(quand, maintenant=MAINTENANT) == attendu


def test_les_tailles_de_fichier_se_disent_en_ko_et_mo() -> None:
    assert francais.taille(1) == f"1{N}octet"
    assert francais.taille(48_000) == f"48{N}ko"
    assert francais.taille(1_800_000) == f"1,8{N}Mo"
    assert francais.taille(20_000_000) == f"20{N}Mo"
