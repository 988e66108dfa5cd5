"""Rules of the signalement, without database."""

import random
import re
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.grc import regles
from apps.grc.enums import CLOS, OUVERTS, TRANSITIONS, Etat

# --- Codes -------------------------------------------------------------------------------------------


@given(st.text(min_size=0, max_size=40), st.integers())
def test_un_code_ne_porte_jamais_de_caractere_qui_se_lit_de_deux_facons(nom: str, graine: int) -> None:
    code = regles.composer_code(nom, random.Random(graine).choice)
    assert re.fullmatch(r"[2-9A-HJKMNP-Z]{4}-[2-9A-HJKMNP-Z]{4}", code)
    assert not set(code) & set("01OIL")
    assert regles.normaliser_code(code) == code


@pytest.mark.parametrize(
    ("nom", "attendu"),
    [
        ("Hettange-Grande", "HG"),
        ("Rodemack", "RD"),
        ("L’Hôpital", "HP"),
        ("Ay-sur-Moselle", "YS"),
        ("", "XX"),
    ],
)
def test_le_code_rappelle_la_commune(nom: str, attendu: str) -> None:
    assert regles.initiales_de(nom) == attendu


@pytest.mark.parametrize("saisi", ["hg57-k3m9", "HG57K3M9", " hg57 k3m9 ", "Hg57–K3m9"])
def test_un_code_tape_a_sa_facon_est_compris(saisi: str) -> None:
    assert regles.normaliser_code(saisi) == "HG57-K3M9"


@pytest.mark.parametrize(
    "saisi", ["", "HG57", "HG57-K3M", "HG57-K3M99", "HO57-K3M9", "../../etc", "HG57-K3M0"]
)
def test_un_code_impossible_est_refuse_sans_requete(saisi: str) -> None:
    assert regles.normaliser_code(saisi) == ""


# --- Masquage ----------------------------------------------------------------------------------------

COURRIELS = st.from_regex(r"[a-z][a-z0-9._]{0,8}[a-z0-9]@[a-z]{2,8}\.(fr|com|lu)", fullmatch=True)
TELEPHONES = st.from_regex(
    r"(0[1-9]([ .-]?[0-9]{2}){4}|\+33 ?[1-9]([ .]?[0-9]{2}){4}|\+352 [0-9]{3} [0-9]{3} [0-9]{3})",
    fullmatch=True,
)
PLAQUES = st.from_regex(r"[A-HJ-NP-TV-Z]{2}[- ]?[0-9]{3}[- ]?[A-HJ-NP-TV-Z]{2}", fullmatch=True)
MOTS = st.lists(
    st.sampled_from(["la", "lampe", "devant", "chez", "est", "cassée", "depuis", "lundi,", "trottoir."]),
    max_size=6,
)


@given(MOTS, st.one_of(COURRIELS, TELEPHONES, PLAQUES), MOTS)
def test_un_courriel_un_telephone_ou_une_plaque_ne_se_lisent_jamais(
    avant: list[str], secret: str, apres: list[str]
) -> None:
    masque = regles.masquer(" ".join([*avant, secret, *apres]))
    assert secret not in masque
    assert regles.MASQUE in masque


@given(st.text(max_size=200))
def test_masquer_deux_fois_ne_change_plus_rien(texte: str) -> None:
    une = regles.masquer(texte)
    assert regles.masquer(une) == une


@given(MOTS)
def test_un_texte_sans_donnee_personnelle_reste_tel_quel(mots: list[str]) -> None:
    texte = " ".join(mots)
    assert regles.masquer(texte) == texte


@pytest.mark.parametrize(
    ("texte", "masque"),
    [
        ("devant chez M. Dupont", "devant chez M. [masqué]"),
        ("Mme Anne-Marie de La Tour râle", "Mme [masqué] râle"),
        ("la famille Klein", "la famille [masqué]"),
        ("Monsieur le Maire, la lampe", "Monsieur le Maire, la lampe"),
        ("voiture 1234 AB 57 garée", "voiture [masqué] garée"),
        ("appelez le 06.39.98.00.57 svp", "appelez le [masqué] svp"),
        ("écrire à jean.klein(at)exemple.fr", "écrire à [masqué]"),
        (
            "au 12 rue de la Gare, depuis le 3 novembre 2026",
            "au 12 rue de la Gare, depuis le 3 novembre 2026",
        ),
        ("2 lampes sur 3, à 50 m", "2 lampes sur 3, à 50 m"),
    ],
)
def test_les_noms_sont_masques_et_le_reste_garde(texte: str, masque: str) -> None:
    assert regles.masquer(texte) == masque


@pytest.mark.parametrize(
    ("adresse", "lieu"),
    [
        ("12, rue de la Gare", "Rue de la Gare"),
        ("14 bis rue du Stade", "Rue du Stade"),
        ("devant le 14, rue de la Gare", "Rue de la Gare"),
        ("Place de l’Europe", "Place de l’Europe"),
        ("", ""),
        ("chez Mme Martin, rue de Boust", "Chez Mme [masqué], rue de Boust"),
    ],
)
def test_le_lieu_public_ne_porte_ni_numero_ni_nom(adresse: str, lieu: str) -> None:
    assert regles.lieu_public(adresse) == lieu


# --- Délais ------------------------------------------------------------------------------------------


def test_la_promesse_compte_en_jours_de_paris() -> None:
    tard = datetime(2026, 11, 24, 23, 30, tzinfo=UTC)  # le 25 à Paris
    assert regles.promesse(tard, 2) == date(2026, 11, 27)


@pytest.mark.parametrize(
    ("avant", "mots"),
    [
        (date(2026, 11, 26), "2 jours"),
        (date(2026, 11, 25), "demain"),
        (date(2026, 11, 24), "ce soir"),
        (date(2026, 11, 23), "retard de 1 jour"),
        (date(2026, 11, 20), "retard de 4 jours"),
    ],
)
def test_le_delai_se_dit_avec_des_mots(avant: date, mots: str) -> None:
    assert regles.reste_en_mots(avant, date(2026, 11, 24)) == mots


@given(st.integers(1_767_225_600, 1_796_083_200), st.integers(0, 60), st.integers(0, 5_000_000))
def test_la_part_ecoulee_reste_entre_zero_et_cent(recu: int, jours: int, plus: int) -> None:
    debut = datetime.fromtimestamp(recu, tz=UTC)
    maintenant = datetime.fromtimestamp(debut.timestamp() + plus, tz=UTC)
    assert 0 <= regles.part_ecoulee(debut, regles.promesse(debut, jours), maintenant) <= 100


# --- De quoi s'agit-il -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("mots", "categorie", "titre"),
    [
        ("la lampe ne s’allume plus", "eclairage", "Lampadaire en panne"),
        ("un gros NID DE POULE", "chaussee", "Nid-de-poule"),
        ("matelas abandonné au bord de la route", "dechets", "Dépôt sauvage"),
        ("une branche menace de tomber", "espaces_verts", "Arbre ou branche"),
        ("le feu du carrefour clignote", "panneaux", "Feu en panne"),
    ],
)
def test_les_mots_tapes_proposent_un_choix(mots: str, categorie: str, titre: str) -> None:
    assert regles.suggerer(mots) == regles.Suggestion(categorie, titre)


def test_sans_mot_connu_rien_n_est_propose() -> None:
    assert regles.suggerer("bonjour à tous") is None


def test_le_titre_public_ne_reprend_jamais_les_mots_de_la_personne() -> None:
    assert regles.titre_pour("autre", "Autre signalement", "M. Dupont fait du bruit") == "Autre signalement"
    assert regles.titre_pour("dechets", "Déchets ou dépôt", "la lampe est cassée") == "Déchets ou dépôt"


# --- Positions ---------------------------------------------------------------------------------------


@given(st.floats(6, 7.5), st.floats(48.5, 49.6), st.floats(-0.0004, 0.0004), st.floats(-0.0004, 0.0004))
def test_la_boite_contient_le_cercle_de_cinquante_metres(
    lon: float, lat: float, dlon: float, dlat: float
) -> None:
    if regles.distance_m(lon, lat, lon + dlon, lat + dlat) <= regles.RAYON_DOUBLON_M:
        ouest, sud, est, nord = regles.boite(lon, lat, regles.RAYON_DOUBLON_M)
        assert ouest - 1e-6 <= lon + dlon <= est + 1e-6
        assert sud - 1e-6 <= lat + dlat <= nord + 1e-6


def test_quarante_metres_se_mesurent() -> None:
    assert 38 < regles.distance_m(6.1525, 49.41696, 6.1525, 49.41732) < 42


@given(st.floats(6, 7.5), st.floats(48.5, 49.6))
def test_la_position_ouverte_est_celle_d_un_carreau_pas_d_une_maison(lon: float, lat: float) -> None:
    arrondi = regles.arrondir(lon, lat)
    assert regles.arrondir(*arrondi) == arrondi
    assert regles.distance_m(lon, lat, *arrondi) < 700


def test_un_carreau_trop_rare_perd_sa_position() -> None:
    ligne = {"mois": "2026-11", "categorie": "eclairage", "longitude": 6.15, "latitude": 49.41}
    seule = {**ligne, "longitude": 6.2}
    protegees = list(regles.proteger_cellules([ligne, ligne, ligne, seule]))
    assert [x["longitude"] for x in protegees] == [6.15, 6.15, 6.15, None]
    assert protegees[3]["latitude"] is None


def test_le_carreau_se_lit_comme_sur_un_plan() -> None:
    emprise = [6.1265, 49.39, 6.1814, 49.4487]
    assert regles.carreau(6.1266, 49.4486, emprise) == "A1"
    assert regles.carreau(6.15248, 49.41696, emprise) == "B4"
    assert regles.carreau(5.0, 49.4, emprise) == ""


# --- États -------------------------------------------------------------------------------------------


def test_la_table_des_etats_est_complete_et_compte_au_plus_sept_etats_publics() -> None:
    assert set(TRANSITIONS) == set(Etat)
    assert len(Etat) <= 7
    assert all(set(vers) <= set(Etat) for vers in TRANSITIONS.values())


def test_un_signalement_clos_ne_peut_que_se_rouvrir_et_un_regroupe_ne_bouge_plus() -> None:
    assert all(TRANSITIONS[e] == (Etat.LU,) for e in CLOS)
    assert TRANSITIONS[Etat.REGROUPE] == ()
    assert all(Etat.RESOLU in TRANSITIONS[e] for e in OUVERTS)


# --- Phrases -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("semaine", "phrase"),
    [
        (regles.Semaine(12, 9, 2.4), ("12 signalements,", "9 résolus. Délai moyen 2,4 jours.")),
        (regles.Semaine(1, 1, 1.0), ("1 signalement,", "1 résolu. Délai moyen 1 jour.")),
        (regles.Semaine(2, 0, None), ("2 signalements,", "0 résolu.")),
        (regles.Semaine(0, 0, None), ("Rien à signaler", "cette semaine.")),
    ],
)
def test_la_tuile_parle_en_phrase(semaine: regles.Semaine, phrase: tuple[str, str]) -> None:
    assert regles.phrase_de(semaine) == phrase
