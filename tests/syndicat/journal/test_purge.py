"""The daily purge: every processing in every member, by steps, with its proof, whatever breaks down."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from syndicat.journal import purge
from syndicat.journal.models import Ligne, Purge
from syndicat.membres.models import Collectivite
from syndicat.socle import contexte
from syndicat.socle.contexte import Portee
from syndicat.socle.manifest import Manifest, Traitement, manifests
from syndicat.suivi import service as suivi

pytestmark = pytest.mark.django_db
APPELS: list[tuple[str, str]] = []
SLUGS = ["cc-de-cattenom-et-environs", "departement-de-la-moselle", "hettange-grande", "rodemack", "syndicat"]


def effacer_trois(portee: Portee) -> int:
    assert contexte.exiger_portee() == portee
    APPELS.append((portee.slug, "trois"))
    return 3 if portee.slug == "rodemack" else 0


def en_panne(portee: Portee) -> int:
    APPELS.append((portee.slug, "panne"))
    suivi.poser_indicateur("essai", "trace", 1)
    raise ValueError("Rose Martin")


def _traitement(code: str, fonction: str) -> Traitement:
    return Traitement(
        code=code, finalite="f", base_legale="b", categories=("c",), personnes=("p",), destinataires=("d",),
        conservation_jours=30, depart="le dépôt", purge=fonction,
    )  # fmt: skip


@pytest.fixture(autouse=True)
def _traitements(monkeypatch: pytest.MonkeyPatch) -> None:
    APPELS.clear()
    declares = (_traitement("essai.trois", "effacer_trois"), _traitement("panne", "en_panne"))
    manifeste = Manifest(code="essai", label="Essai", traitements=declares)
    monkeypatch.setattr(purge, "manifests", lambda: [manifeste])
    monkeypatch.setattr(purge, "import_string", lambda nom: globals()[nom])


def test_chaque_traitement_passe_une_fois_par_jour_chez_chaque_membre(db: None) -> None:
    assert purge.purger() == 3
    assert sorted(s for s, quoi in APPELS if quoi == "trois") == SLUGS
    APPELS.clear()
    assert purge.purger() == 0
    assert APPELS == []


def test_la_preuve_est_au_registre_et_au_journal(hettange: Any, rodemack: Any) -> None:
    purge.purger()
    with contexte.dans(rodemack):
        preuve = Purge.objects.get(traitement="essai.trois")
        assert (preuve.nombre, preuve.total, preuve.erreur) == (3, 3, "")
        ligne = Ligne.objects.get(action="rgpd.purge.faite")
        assert (ligne.objet_uuid, ligne.genre) == ("essai.trois", "systeme")
    with contexte.dans(hettange):
        assert Purge.objects.get(traitement="essai.trois").nombre == 0
        assert not Ligne.objects.filter(action="rgpd.purge.faite").exists()


def test_une_panne_n_arrete_pas_les_autres_ne_dit_pas_de_nom_et_se_retente(rodemack: Any) -> None:
    purge.purger()
    with contexte.dans(rodemack):
        assert Purge.objects.get(traitement="essai.panne").erreur == "builtins.ValueError"
        assert suivi.indicateurs("essai", "trace", 1) == []
        Purge.objects.filter(traitement="essai.panne").update(le=timezone.now() - timedelta(hours=2))
    APPELS.clear()
    purge.purger()
    assert APPELS == [("rodemack", "panne")]


def test_le_lendemain_tout_repasse_et_le_total_s_ajoute(rodemack: Any) -> None:
    purge.purger()
    for membre in Collectivite.objects.embarquees():
        with contexte.dans(membre):
            Purge.objects.update(le=timezone.now() - timedelta(days=1))
    APPELS.clear()
    assert purge.purger() == 3
    assert len(APPELS) == 10
    with contexte.dans(rodemack):
        assert Purge.objects.get(traitement="essai.trois").total == 6


def test_le_passage_s_arrete_a_temps_et_reprend_ou_il_en_etait(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    horloge = iter(range(1000))
    monkeypatch.setattr(purge.time, "monotonic", lambda: float(next(horloge)))
    purge.purger(secondes=4)
    premiers = len(APPELS)
    assert 0 < premiers < 10
    monkeypatch.undo()
    assert premiers == len(set(APPELS))


def test_les_purges_declarees_par_les_manifestes_marchent_chez_un_membre(
    hettange: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Positive control: the true functions of the true manifests, called as the sweep calls them."""
    from django.utils.module_loading import import_string

    monkeypatch.undo()
    declares = purge.traitements()
    assert {"journal.lignes", "journal.personnel"} <= {code for code, _, _ in declares}
    assert len(declares) == sum(len(m.traitements) for m in manifests())
    with contexte.dans(hettange) as portee:
        for code, _, traitement in declares:
            assert import_string(traitement.purge)(portee) >= 0, code
    assert connection.is_usable()
