"""The outbox: published with the act, delivered at least once, in order, retried, never lost from sight."""

import threading
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.utils import timezone

from syndicat.comptes.acteur import Acteur
from syndicat.journal.models import Ligne
from syndicat.socle import contexte
from syndicat.socle.faits import CommandePassee, Fait, SignalementClos
from syndicat.socle.manifest import Manifest
from syndicat.suivi import faits, livraison
from syndicat.suivi import service as suivi
from syndicat.suivi.faits import FaitInconnu, publier
from syndicat.suivi.models import EtatLivraison, FaitPublie, Livraison

ENTENDUS: list[tuple[str, str, str]] = []  # (member, object, key)
PANNES: list[BaseException] = []
PORTES: dict[str, threading.Event] = {}


def entendre(fait: Fait, *, cle: str) -> None:
    """A consumer that writes in the database, then may break down."""
    suivi.ajouter_indicateur("essai", "entendus", 1)
    if PANNES:
        raise PANNES.pop(0)
    ENTENDUS.append((contexte.exiger_portee().slug, fait.uuid, cle))


def entendre_lentement(fait: Fait, *, cle: str) -> None:
    PORTES["entre"].set()
    assert PORTES["sort"].wait(30)
    ENTENDUS.append(("lent", fait.uuid, cle))


@pytest.fixture(autouse=True)
def _consommateurs(monkeypatch: pytest.MonkeyPatch) -> None:
    manifeste = Manifest(
        code="essai",
        label="Essai",
        faits_entendus=(
            ("SignalementClos", f"{__name__}.entendre"),
            ("CommandePassee", f"{__name__}.entendre_lentement"),
        ),
    )
    monkeypatch.setattr(faits, "manifests", lambda: [manifeste])
    monkeypatch.setattr(livraison, "fonction_de", lambda chemin: globals()[chemin.rsplit(".", 1)[1]])
    ENTENDUS.clear()
    PANNES.clear()
    PORTES.update(entre=threading.Event(), sort=threading.Event())


def _publier(membre: Any, uuid: str = "") -> str:
    with contexte.dans(membre):
        return publier(SignalementClos(uuid=uuid or str(uuid4())))


def _rendre_dues() -> None:
    with contexte.transverse(livraison.ACTE_LIVRER):
        Livraison.objects.update(prochain_essai=timezone.now() - timedelta(seconds=1))


def _entendus_comptes(membre: Any) -> list[Any]:
    with contexte.dans(membre):
        return [v for _, v in suivi.indicateurs("essai", "entendus", 1)]


@pytest.mark.django_db
def test_un_fait_est_livre_une_fois_dans_sa_collectivite(hettange: Any, rodemack: Any) -> None:
    cles = [_publier(hettange), _publier(rodemack)]
    assert ENTENDUS == []
    assert livraison.livrer() == 2
    assert [(m, c) for m, _, c in ENTENDUS] == [("hettange-grande", cles[0]), ("rodemack", cles[1])]
    assert livraison.livrer() == 0
    assert livraison.compter_par_etat()[EtatLivraison.LIVREE] == 2


@pytest.mark.django_db
def test_un_acte_annule_ne_publie_rien(hettange: Any) -> None:
    with contexte.dans(hettange):
        with transaction.atomic():
            publier(SignalementClos(uuid=str(uuid4())))
            transaction.set_rollback(True)
        assert not FaitPublie.objects.exists()
    assert livraison.livrer() == 0


@pytest.mark.django_db
def test_un_fait_inconnu_est_refuse(hettange: Any) -> None:
    with contexte.dans(hettange), pytest.raises(FaitInconnu):
        publier(Fait(uuid=str(uuid4())))


@pytest.mark.django_db
def test_une_panne_annule_le_travail_et_se_retente_avec_la_meme_cle(hettange: Any) -> None:
    cle = _publier(hettange)
    PANNES.append(ValueError("Rose Martin"))
    assert livraison.livrer() == 1
    assert ENTENDUS == []
    assert _entendus_comptes(hettange) == []
    with contexte.dans(hettange):
        ligne = Livraison.objects.get()
        assert (ligne.essais, ligne.etat, ligne.erreur) == (1, "a_livrer", "builtins.ValueError")
        assert ligne.prochain_essai > timezone.now() + timedelta(seconds=5)
    assert livraison.livrer() == 0
    _rendre_dues()
    assert livraison.livrer() == 1
    assert ENTENDUS[0][2] == cle
    assert _entendus_comptes(hettange) == [1]


@pytest.mark.django_db
def test_l_ordre_est_tenu_pour_un_meme_objet_et_les_autres_passent(hettange: Any) -> None:
    objet, autre = str(uuid4()), str(uuid4())
    premier, second = _publier(hettange, objet), _publier(hettange, objet)
    libre = _publier(hettange, autre)
    PANNES.append(ValueError())
    livraison.livrer()
    assert [c for _, _, c in ENTENDUS] == [libre]
    _rendre_dues()
    livraison.livrer()
    assert [c for _, _, c in ENTENDUS] == [libre, premier, second]


@pytest.mark.django_db
def test_apres_huit_essais_le_fait_reste_en_vue_et_peut_etre_relance(hettange: Any, syndicat: Any) -> None:
    _publier(hettange)
    for _ in range(livraison.ESSAIS):
        PANNES.append(ValueError())
        _rendre_dues()
        livraison.livrer()
    assert livraison.compter_par_etat()[EtatLivraison.ABANDONNEE] == 1
    assert [x.collectivite.slug for x in livraison.abandonnees()] == ["hettange-grande"]
    _rendre_dues()
    assert livraison.livrer() == 0
    with contexte.dans(syndicat):
        assert livraison.relancer(by=Acteur.systeme("essai")) == 1
        assert Ligne.objects.filter(action="suivi.livraison.relancee").exists()
    assert livraison.livrer() == 1
    assert len(ENTENDUS) == 1


def test_les_essais_s_espacent() -> None:
    durees = [livraison.attente(n).total_seconds() for n in range(1, livraison.ESSAIS)]
    assert durees == sorted(durees)
    assert durees[0] == 10
    assert 8 * 3600 < sum(durees) < 24 * 3600


@pytest.mark.django_db
def test_le_menage_garde_ce_qui_n_est_pas_livre(hettange: Any) -> None:
    _publier(hettange)
    livraison.livrer()
    _publier(hettange)
    with contexte.dans(hettange):
        FaitPublie.objects.update(publie_le=timezone.now() - timedelta(days=100))
        livraison.menage()
        assert [x.etat for x in Livraison.objects.all()] == ["a_livrer"]


class _Tue(BaseException):
    """What a kill looks like from inside: nothing after it runs."""


@pytest.mark.django_db(transaction=True)
def test_tue_entre_le_travail_et_la_marque_le_fait_est_livre_de_nouveau_une_seule_fois(hettange: Any) -> None:
    cle = _publier(hettange)
    PANNES.append(_Tue())
    with pytest.raises(_Tue):
        livraison.livrer()
    connection.close()
    assert _entendus_comptes(hettange) == []
    assert livraison.livrer() == 1
    assert [c for _, _, c in ENTENDUS] == [cle]
    assert _entendus_comptes(hettange) == [1]


@pytest.mark.django_db(transaction=True)
def test_deux_balayages_ne_livrent_pas_deux_fois_ni_le_suivant_avant_son_tour(hettange: Any) -> None:
    objet = str(uuid4())
    with contexte.dans(hettange):
        publier(CommandePassee(uuid=objet))
        publier(CommandePassee(uuid=objet))

    def balayer() -> None:
        try:
            livraison.livrer_une()
        finally:
            connection.close()

    lent = threading.Thread(target=balayer)
    lent.start()
    assert PORTES["entre"].wait(30)
    assert livraison.livrer_une() is False  # the first is held, the second waits for it
    PORTES["sort"].set()
    lent.join(30)
    assert livraison.livrer() == 1
    assert len(ENTENDUS) == 2
