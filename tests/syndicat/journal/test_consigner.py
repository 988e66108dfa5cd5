"""Writing lines: numbered and chained at COMMIT, per collectivité, by the database alone."""

from typing import Any

import pytest
from django.db import DatabaseError, connection, connections, transaction

from syndicat.comptes.acteur import Acteur
from syndicat.journal import consigner
from syndicat.journal.models import Ligne, Personnel, Tete
from syndicat.socle import contexte

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("journal_vide")]


def _systeme() -> Acteur:
    return Acteur.systeme("essai")


def _lignes() -> list[Ligne]:
    return list(Ligne.objects.order_by("seq"))


def test_une_ligne_est_numerotee_et_chainee_a_la_validation(hettange: Any) -> None:
    with contexte.dans(hettange):
        with transaction.atomic():
            consigner("essai.objet.cree", by=_systeme(), objet=("essai.objet", "abc"), detail={"nombre": 3})
            assert Ligne.objects.get().seq is None
            consigner("essai.objet.modifie", by=_systeme())
        un, deux = _lignes()
        assert (un.seq, deux.seq) == (1, 2)
        assert bytes(deux.precedente) == bytes(un.empreinte)
        assert (un.action, un.objet_genre, un.objet_uuid, un.genre) == (
            "essai.objet.cree",
            "essai.objet",
            "abc",
            "systeme",
        )
        tete = Tete.objects.get()
        assert (tete.seq, bytes(tete.empreinte)) == (2, bytes(deux.empreinte))


def test_chaque_collectivite_a_sa_chaine_meme_dans_une_seule_transaction(
    hettange: Any, rodemack: Any
) -> None:
    with transaction.atomic():
        for membre in (rodemack, hettange, rodemack):
            with contexte.dans(membre):
                consigner("essai.objet.cree", by=_systeme())
    for membre, attendu in ((hettange, [1]), (rodemack, [1, 2])):
        with contexte.dans(membre):
            assert [ligne.seq for ligne in _lignes()] == attendu


def _consigner_puis_echouer() -> None:
    with transaction.atomic():
        consigner("essai.objet.perdu", by=_systeme())
        raise ZeroDivisionError


def test_une_transaction_annulee_ne_laisse_ni_ligne_ni_trou(hettange: Any) -> None:
    with contexte.dans(hettange):
        consigner("essai.objet.cree", by=_systeme())
        with pytest.raises(ZeroDivisionError):
            _consigner_puis_echouer()
        with transaction.atomic():
            consigner("essai.objet.cree", by=_systeme())
            with pytest.raises(ZeroDivisionError):
                _consigner_puis_echouer()
        assert [(ligne.seq, ligne.action) for ligne in _lignes()] == [
            (1, "essai.objet.cree"),
            (2, "essai.objet.cree"),
        ]


def test_sans_collectivite_rien_ne_se_consigne(db: None) -> None:
    with pytest.raises(contexte.SansCollectivite):
        consigner("essai.objet.cree", by=_systeme())


def test_le_detail_refuse_ce_qui_nomme_une_personne(hettange: Any) -> None:
    with contexte.dans(hettange):
        for detail in ({"nom": "Rose Martin"}, {"courriel": "a@b.fr"}, {"liste": ["Rose Martin"]}):
            with pytest.raises(ValueError, match="personnel"):
                consigner("essai.objet.cree", by=_systeme(), detail=detail)


def test_le_personnel_s_efface_sans_rompre_la_ligne(hettange: Any) -> None:
    with contexte.dans(hettange):
        consigner("essai.objet.cree", by=_systeme(), personnel={"nom": "Rose Martin"})
        ligne = Ligne.objects.get()
        assert "Martin" not in ligne.contenu
        assert "Rose Martin" in Personnel.objects.get().contenu
        Personnel.objects.all().delete()
        assert Ligne.objects.get().seq == 1


@pytest.mark.parametrize(
    "ordre",
    [
        "UPDATE journal_ligne SET contenu = '{}'",
        "UPDATE journal_ligne SET seq = 12",
        "DELETE FROM journal_ligne",
        "TRUNCATE journal_ligne CASCADE",
        "UPDATE journal_tete SET seq = 0",
        "DELETE FROM journal_tete",
        "INSERT INTO journal_tete (collectivite_id, seq, empreinte) VALUES (1, 5, '')",
        "TRUNCATE journal_tete",
        "UPDATE journal_personnel SET contenu = '{}'",
        "ALTER TABLE journal_ligne DISABLE TRIGGER ALL",
        "SET session_replication_role = replica",
        "SELECT public.journal_chainer()",
    ],
)
def test_l_application_n_a_aucun_droit_de_retoucher(hettange: Any, ordre: str) -> None:
    with contexte.dans(hettange):
        consigner("essai.objet.cree", by=_systeme(), personnel={"nom": "x"})
        with pytest.raises(DatabaseError), connection.cursor() as curseur:
            curseur.execute(ordre)


@pytest.mark.parametrize(
    "ordre",
    [
        "UPDATE journal_ligne SET contenu = '{}'",
        "UPDATE journal_ligne SET seq = seq + 1",
        "DELETE FROM journal_ligne",
        "TRUNCATE journal_ligne, journal_personnel",
        "UPDATE journal_tete SET seq = 0",
        "DELETE FROM journal_tete",
        "TRUNCATE journal_tete",
        "TRUNCATE journal_coupe",
    ],
)
@pytest.mark.django_db(transaction=True, databases=["default", "proprietaire"])
def test_le_proprietaire_non_plus_les_declencheurs_refusent(hettange: Any, ordre: str) -> None:
    with contexte.dans(hettange):
        consigner("essai.objet.cree", by=_systeme())
    with (
        pytest.raises(DatabaseError, match="ne se modifie pas"),
        connections["proprietaire"].cursor() as curseur,
    ):
        curseur.execute(ordre)


def test_une_ligne_ne_s_ecrit_pas_au_nom_d_un_voisin(hettange: Any, rodemack: Any) -> None:
    ordre = "INSERT INTO journal_ligne (collectivite_id, contenu, action, genre, objet_genre, objet_uuid) VALUES (%s, '{}', '', '', '', '')"
    acte = contexte.declarer_acte("essai.ecrire", "Essai d’écriture chez un voisin")
    with contexte.dans(hettange), contexte.transverse(acte), connection.cursor() as curseur:
        with pytest.raises(DatabaseError, match="row-level security"):
            curseur.execute(ordre, [rodemack.pk])
        curseur.execute(ordre, [hettange.pk])


def test_le_numero_la_date_et_l_empreinte_fournis_sont_ignores(hettange: Any) -> None:
    with contexte.dans(hettange), connection.cursor() as curseur:
        curseur.execute(
            "INSERT INTO journal_ligne (collectivite_id, instant, contenu, action, genre, objet_genre, objet_uuid, seq, empreinte)"
            " VALUES (%s, '2001-01-01', '{\"action\":\"vraie.action\"}', 'fausse', 'maire', '', '', 40, 'faux')",
            [hettange.pk],
        )
        ligne = Ligne.objects.get()
        assert (ligne.seq, ligne.action, ligne.genre) == (1, "vraie.action", "")
        assert ligne.instant.year > 2020
        assert len(ligne.empreinte) == 32
