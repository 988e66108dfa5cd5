"""``verify_journal`` finds an edit, a removal, a reordering, a cut tail, a rewritten chain; accepts the signed purge."""

from collections.abc import Callable, Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection
from django.test import override_settings

from syndicat.comptes.acteur import Acteur
from syndicat.journal import cles, consigner, tetes
from syndicat.journal.coupe import couper, purger_personnel
from syndicat.journal.models import Coupe, Ligne, Personnel
from syndicat.socle import contexte
from tests.syndicat.journal.faussaire import faussaire, rechainer, vieillir

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("journal_vide")]
N = 12


@pytest.fixture(autouse=True)
def depot_signe(tmp_path: Path) -> Iterator[Path]:
    with override_settings(MEDIA_ROOT=tmp_path):
        yield tmp_path / "journal"


@pytest.fixture
def chaine(hettange: Any, rodemack: Any) -> Any:
    """Twelve lines at Hettange-Grande, one at Rodemack; heads signed outside."""
    for membre, nombre in ((hettange, N), (rodemack, 1)):
        with contexte.dans(membre):
            for i in range(nombre):
                consigner(
                    "essai.objet.cree",
                    by=Acteur.systeme("essai"),
                    detail={"i": i},
                    personnel={"nom": f"Personne {i}"} if i % 3 == 0 else None,
                )
    assert tetes.ecrire_tetes() == 2
    return hettange


def _verifier(*arguments: str) -> str:
    sortie = StringIO()
    try:
        call_command("verify_journal", *arguments, stdout=sortie, stderr=sortie)
    except CommandError as refus:
        return f"{sortie.getvalue()}REFUS {refus}"
    return sortie.getvalue()


def test_une_chaine_intacte_est_dite_intacte(chaine: Any) -> None:
    assert "Journal intact : 5 membres, 13 lignes" in _verifier()
    assert "Hettange-Grande : intact, 12 lignes, 0 après" in _verifier("--membre", "hettange-grande")


Fraude = Callable[[Any, int], Any]


def _sql(ordre: str) -> Fraude:
    return lambda admin, qui: admin.execute(ordre, {"qui": qui})


def _remplacer_et_rechainer(admin: Any, qui: int) -> None:
    admin.execute(
        "UPDATE journal_ligne SET contenu = replace(contenu, '\"i\":3', '\"i\":4') WHERE collectivite_id = %s",
        [qui],
    )
    rechainer(admin, qui)


def _couper_la_fin_et_la_tete(admin: Any, qui: int) -> None:
    admin.execute("DELETE FROM journal_ligne WHERE collectivite_id = %s AND seq > 8", [qui])
    rechainer(admin, qui)


def _effacer_tout(admin: Any, qui: int) -> None:
    admin.execute("DELETE FROM journal_ligne WHERE collectivite_id = %s", [qui])
    admin.execute("DELETE FROM journal_tete WHERE collectivite_id = %s", [qui])


def _fausse_coupe(admin: Any, qui: int) -> None:
    admin.execute(
        "INSERT INTO journal_coupe (collectivite_id, seq, empreinte, le, signature, cle)"
        " SELECT collectivite_id, seq, empreinte, now(), '\\x00', %s FROM journal_ligne"
        " WHERE collectivite_id = %s AND seq = 5",
        [cles.empreinte_de(cles.cle_publique()), qui],
    )
    admin.execute("DELETE FROM journal_ligne WHERE collectivite_id = %s AND seq <= 5", [qui])


def _echanger(admin: Any, qui: int) -> None:
    for seq in ("seq + 100", "109 - seq"):  # two steps: the numbers are unique
        admin.execute(
            f"UPDATE journal_ligne SET seq = {seq} WHERE collectivite_id = %s AND seq IN (4, 5, 104, 105)",
            [qui],
        )


FRAUDES: dict[str, tuple[Fraude, str]] = {
    "contenu modifié": (
        _sql("UPDATE journal_ligne SET contenu = contenu || ' ' WHERE collectivite_id = %(qui)s AND seq = 4"),
        "La ligne n° 4 a été modifiée",
    ),
    "date modifiée": (
        _sql(
            "UPDATE journal_ligne SET instant = instant - interval '1 microsecond' WHERE collectivite_id = %(qui)s AND seq = 4"
        ),
        "La ligne n° 4 a été modifiée",
    ),
    "colonne de filtre modifiée": (
        _sql("UPDATE journal_ligne SET action = 'autre.action' WHERE collectivite_id = %(qui)s AND seq = 4"),
        "Les colonnes de la ligne n° 4",
    ),
    "ligne retirée": (
        _sql("DELETE FROM journal_ligne WHERE collectivite_id = %(qui)s AND seq = 6"),
        "Il manque les lignes n° 6 à 6",
    ),
    "première ligne retirée": (
        _sql("DELETE FROM journal_ligne WHERE collectivite_id = %(qui)s AND seq = 1"),
        "Il manque les lignes n° 1 à 1",
    ),
    "lignes échangées": (_echanger, "La ligne n° 4 ne suit pas celle qui la précède"),
    "fin coupée": (
        _sql("DELETE FROM journal_ligne WHERE collectivite_id = %(qui)s AND seq > 9"),
        "La fin a été coupée : il manque les lignes n° 10 à 12",
    ),
    "fin coupée, tête refaite": (
        _couper_la_fin_et_la_tete,
        "La fin a été coupée : une tête a été signée au n° 12",
    ),
    "chaîne entière refaite": (_remplacer_et_rechainer, "contredit la tête signée"),
    "tout effacé": (_effacer_tout, "une tête a été signée au n° 12"),
    "point de coupe sans signature": (_fausse_coupe, "n’est pas signé par une clé connue"),
    "détail personnel modifié": (
        _sql("UPDATE journal_personnel SET contenu = '{}' WHERE collectivite_id = %(qui)s"),
        "Le détail personnel de la ligne n° 1 a été modifié",
    ),
    "ligne glissée sans numéro": (
        _sql(
            "INSERT INTO journal_ligne (collectivite_id, instant, contenu, action, genre, objet_genre, objet_uuid)"
            " VALUES (%(qui)s, now(), '{}', '', '', '', '')"
        ),
        "1 ligne(s) sans numéro",
    ),
}


@pytest.mark.parametrize("nom", FRAUDES)
def test_chaque_fraude_est_trouvee_et_nommee(chaine: Any, nom: str) -> None:
    fraude, phrase = FRAUDES[nom]
    with faussaire() as admin:
        fraude(admin, chaine.pk)
    dit = _verifier()
    assert phrase in dit
    assert "REFUS" in dit
    assert "Rodemack" not in dit


def test_un_fichier_de_tetes_falsifie_est_trouve(chaine: Any, depot_signe: Path) -> None:
    fichier = next(depot_signe.rglob("*.jsonl"))
    fichier.write_text(fichier.read_text().replace('"seq": 12', '"seq": 11'))
    assert "n° 11" in (dit := _verifier())
    assert "signature fausse" in dit
    fichier.write_text("n’importe quoi\n")
    assert "illisible" in (dit := _verifier())
    assert "REFUS" in dit


def test_une_tete_signee_d_une_autre_cle_est_refusee_une_cle_retiree_reste_reconnue(chaine: Any) -> None:
    ancienne = cles.cle_publique()
    with override_settings(JOURNAL_CLE="une-autre-cle-tiree-au-hasard"):
        assert "signature fausse" in _verifier()
        with override_settings(JOURNAL_CLES_ANCIENNES=[ancienne]):
            assert "Journal intact" in _verifier()


def test_rien_n_a_bouge_aucun_fichier_nouveau(chaine: Any, depot_signe: Path) -> None:
    assert tetes.ecrire_tetes() == 0
    assert len(list(depot_signe.rglob("*.jsonl"))) == 1
    with contexte.dans(chaine):
        consigner("essai.objet.cree", by=Acteur.systeme("essai"))
    assert "1 après la dernière tête signée" in _verifier("--membre", "hettange-grande")
    assert tetes.ecrire_tetes() == 1


def test_la_coupe_signee_est_acceptee_et_elle_seule(chaine: Any) -> None:
    with faussaire() as admin:
        vieillir(admin, chaine.pk, jusque=7, annees=6)
    for fichier in (tetes.depot().location,):  # years pass: the heads of then are those of the aged chain
        for chemin in Path(fichier).rglob("*.jsonl"):
            chemin.unlink()
    tetes.ecrire_tetes()
    with contexte.dans(chaine):
        assert couper(by=Acteur.systeme("essai")) == 7
        assert [ligne.seq for ligne in Ligne.objects.order_by("seq")] == list(range(8, 14))
        assert Ligne.objects.order_by("-seq")[0].action == "journal.chaine.coupee"
        assert couper(by=Acteur.systeme("essai")) == 0
    dit = _verifier("--membre", "hettange-grande")
    assert "intact, 6 lignes, depuis le point de coupe n° 7" in dit
    with faussaire() as admin:
        admin.execute("DELETE FROM journal_ligne WHERE collectivite_id = %s AND seq = 8", [chaine.pk])
    assert "Il manque les lignes n° 8 à 8" in _verifier()


def test_la_base_refuse_de_couper_moins_d_un_an(chaine: Any) -> None:
    with contexte.dans(chaine):
        with pytest.raises(DatabaseError, match="plus d'un an"):
            couper(by=Acteur.systeme("essai"), jours=-1)
        assert Ligne.objects.count() == N
        assert not Coupe.objects.exists()
    with faussaire() as admin:
        _fausse = "INSERT INTO journal_coupe (collectivite_id, seq, empreinte, le, signature, cle) VALUES (%s, 9, '', now(), '', '')"
        admin.execute(_fausse, [chaine.pk])
    with contexte.dans(chaine), connection.cursor() as curseur:
        with pytest.raises(DatabaseError, match="ne s'efface pas"):
            curseur.execute("SELECT public.journal_couper()")
        assert Ligne.objects.count() == N


def test_le_detail_personnel_s_efface_apres_un_an_et_la_chaine_reste_intacte(chaine: Any) -> None:
    with faussaire() as admin:
        admin.execute(
            "UPDATE journal_personnel SET created_at = created_at - interval '366 days' WHERE ligne_id IN"
            " (SELECT id FROM journal_ligne WHERE seq <= 4 AND collectivite_id = %s)",
            [chaine.pk],
        )
    with contexte.dans(chaine) as portee:
        assert purger_personnel(portee) == 2
        assert Personnel.objects.count() == 2
    assert "Journal intact" in _verifier()
