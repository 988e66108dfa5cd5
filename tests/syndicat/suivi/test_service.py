"""The projections: written with the object, read in one query, per person and per member."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from syndicat.socle import contexte
from syndicat.suivi import service as suivi
from syndicat.suivi.models import ATraiter, Echeance
from tests.monde import DEBUT

pytestmark = pytest.mark.django_db


def _poser(**champs: Any) -> str:
    uuid = str(uuid4())
    suivi.poser_a_traiter(
        "grc", uuid, champs.pop("kind", "trier"), titre="Un signalement à trier", url="/x/", **champs
    )
    return uuid


def _vus(acteur: Any) -> set[str]:
    return {str(u) for u in suivi.a_traiter_pour(acteur).values_list("uuid", flat=True)}


def test_chacun_voit_ce_qui_l_attend_et_rien_d_autre(
    chez_hettange: Any, hettange: Any, acteur: Callable[..., Any]
) -> None:
    maire, admin, dpo = (acteur(n, hettange) for n in ("maire", "admin", "dpo"))
    agent_grc, agent_achats, habitant = (
        acteur(n, hettange) for n in ("agent.grc", "agent.achats", "habitant")
    )
    du_theme = _poser(theme="grc")
    du_maire = _poser(roles=["maire"], theme="grc")
    des_agents_grc = _poser(roles=["agent"], theme="grc")
    des_agents = _poser(roles=["agent"])
    nominatif = _poser(user_id=agent_achats.user_id, roles=["maire"], theme="grc")
    assert _vus(maire) == {du_theme, du_maire}
    assert _vus(admin) == {du_theme}
    assert _vus(agent_grc) == {du_theme, des_agents_grc, des_agents}
    assert _vus(agent_achats) == {des_agents, nominatif}
    assert _vus(dpo) == _vus(habitant) == set()


def test_reposer_met_a_jour_clore_range_reposer_rouvre(
    chez_hettange: Any, hettange: Any, acteur: Callable[..., Any]
) -> None:
    maire = acteur("maire", hettange)
    uuid = _poser(roles=["maire"])
    suivi.poser_a_traiter("grc", uuid, "trier", titre="Autre titre", url="/y/", roles=["maire"])
    assert ATraiter.objects.get().titre == "Autre titre"
    assert suivi.clore_a_traiter("grc", uuid, by=maire) == 1
    assert suivi.compter_a_traiter(maire) == 0
    assert [str(x.uuid) for x in suivi.deja_traite_par(maire)] == [uuid]
    assert suivi.clore_a_traiter("grc", uuid, by=maire) == 0
    suivi.poser_a_traiter("grc", uuid, "trier", titre="Rouvert", url="/y/", roles=["maire"])
    assert suivi.compter_a_traiter(maire) == 1
    assert not suivi.deja_traite_par(maire).exists()


def test_clore_sans_genre_ferme_tout_l_objet(chez_hettange: Any) -> None:
    uuid = str(uuid4())
    for kind in ("trier", "signer"):
        suivi.poser_a_traiter("grc", uuid, kind, titre="t", url="/", roles=["maire"])
    assert suivi.clore_a_traiter("grc", uuid, "signer") == 1
    assert suivi.clore_a_traiter("grc", uuid) == 1


def test_une_nouvelle_date_fait_repartir_les_rappels(chez_hettange: Any) -> None:
    uuid = str(uuid4())
    demain = suivi.aujourd_hui() + timedelta(days=1)
    suivi.poser_echeance("grc", uuid, "reponse", titre="Réponse due", url="/", le=demain)
    Echeance.objects.update(rappel=7)
    suivi.poser_echeance("grc", uuid, "reponse", titre="Réponse due bientôt", url="/", le=demain)
    assert Echeance.objects.get().rappel == 7
    suivi.poser_echeance("grc", uuid, "reponse", titre="Réponse due", url="/", le=demain + timedelta(days=9))
    assert Echeance.objects.get().rappel is None
    assert suivi.echeances(jours=5).count() == 0
    assert suivi.echeances(jours=10).count() == 1
    assert suivi.clore_echeance("grc", uuid) == 1


def test_un_indicateur_se_remplace_ou_s_ajoute(chez_hettange: Any) -> None:
    suivi.poser_indicateur("grc", "recus", 4)
    suivi.poser_indicateur("grc", "recus", 5)
    suivi.ajouter_indicateur("grc", "recus", 2)
    suivi.ajouter_indicateur("grc", "clos", Decimal("1.5"))
    hier = suivi.aujourd_hui() - timedelta(days=1)
    suivi.poser_indicateur("grc", "recus", 1, jour=hier)
    assert suivi.indicateurs("grc", "recus", 7) == [(hier, 1), (suivi.aujourd_hui(), 7)]
    assert suivi.indicateurs("grc", "recus", 1) == [(suivi.aujourd_hui(), 7)]
    series = suivi.indicateurs_de([("grc", "recus"), ("grc", "clos"), ("grc", "rien")], 7)
    assert series["grc", "clos"] == {suivi.aujourd_hui(): Decimal("1.5")}
    assert series["grc", "rien"] == {}


def test_un_voisin_ne_voit_ni_ne_ferme_rien(hettange: Any, rodemack: Any, acteur: Callable[..., Any]) -> None:
    with contexte.dans(hettange):
        uuid = _poser(theme="grc")
        suivi.poser_indicateur("grc", "recus", 4)
    with contexte.dans(rodemack):
        assert not suivi.a_traiter_pour(acteur("maire.rodemack", rodemack)).exists()
        assert suivi.clore_a_traiter("grc", uuid) == 0
        assert suivi.indicateurs("grc", "recus", 7) == []
        with connection.cursor() as curseur:
            curseur.execute("SELECT count(*) FROM suivi_atraiter")
            assert curseur.fetchone() == (0,)


def test_sans_collectivite_rien_ne_se_pose(db: None) -> None:
    with pytest.raises(contexte.SansCollectivite):
        _poser(theme="grc")


def test_le_cockpit_coute_autant_de_requetes_pour_un_ou_cent_objets(
    chez_hettange: Any, hettange: Any, acteur: Callable[..., Any]
) -> None:
    maire = acteur("maire", hettange)

    def lire() -> int:
        with CaptureQueriesContext(connection) as requetes:
            list(suivi.a_traiter_pour(maire)[:20])
            suivi.compter_a_traiter(maire)
            list(suivi.echeances())
            suivi.indicateurs_de([("grc", "recus"), ("grc", "clos"), ("achats", "commandes")], 30)
        return len(requetes)

    un = lire()
    for _ in range(100):
        uuid = _poser(theme="grc")
        suivi.poser_echeance("grc", uuid, "r", titre="t", url="/", le=suivi.aujourd_hui())
    assert lire() == un == 4


def test_mes_collectivites_compte_ce_qui_attend_dans_chacune(
    hettange: Any, rodemack: Any, compte: Callable[[str], Any]
) -> None:
    from syndicat.comptes.models import Adhesion

    agent = compte("agent.grc")
    with contexte.dans(rodemack):
        Adhesion.objects.create(
            user=agent, collectivite=rodemack, role="agent", themes=["achats"], debut=DEBUT
        )
    for membre, themes in ((hettange, ["grc", "grc", "achats"]), (rodemack, ["grc", "achats"])):
        with contexte.dans(membre):
            for theme in themes:
                _poser(theme=theme)
    with contexte.dans(hettange), CaptureQueriesContext(connection) as requetes:
        assert suivi.compter_par_collectivite(agent.pk) == {hettange.pk: 2, rodemack.pk: 1}
    assert len(requetes) == 2
