"""The life of a member: renamed, suspended, merged; what its visitors and its database then see."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from syndicat.membres import actions, annuaire, registre
from syndicat.membres.acteurs import Plateforme
from syndicat.membres.enums import EtatMembre
from syndicat.membres.models import Collectivite, Domaine, Rattachement
from syndicat.socle import contexte
from syndicat.socle.transition import TransitionRefusee

BY = Plateforme("essai")


def _get(hote: str, chemin: str = "/") -> Any:
    return Client(headers={"host": hote}).get(chemin)


@pytest.fixture
def a_chaud(django_capture_on_commit_callbacks: Any) -> Any:
    """Run an action with its effects after commit."""

    def faire(fonction: Any, **kw: Any) -> Any:
        with django_capture_on_commit_callbacks(execute=True):
            return fonction(by=BY, **kw)

    return faire


class TestRenommer:
    def test_l_ancienne_adresse_mene_a_la_nouvelle_avec_son_chemin(self, rodemack: Any, a_chaud: Any) -> None:
        a_chaud(actions.renommer, collectivite=rodemack, slug="petite-carcassonne")
        reponse = _get("rodemack.localhost", "/suivi/?n=1")
        assert reponse.status_code == 308
        assert reponse["Location"].endswith("/suivi/?n=1")
        assert "//petite-carcassonne.localhost" in reponse["Location"]
        assert _get("petite-carcassonne.localhost").status_code == 200

    def test_passe_un_an_l_ancienne_adresse_n_existe_plus(self, rodemack: Any, a_chaud: Any) -> None:
        a_chaud(actions.renommer, collectivite=rodemack, slug="petite-carcassonne")
        Domaine.objects.filter(domain="rodemack.localhost").update(
            redirige_jusqu_au=timezone.now() - timedelta(days=1)
        )
        annuaire._oublier()
        assert _get("rodemack.localhost").status_code == 404

    def test_on_ne_prend_pas_une_adresse_qui_mene_encore_ailleurs(
        self, rodemack: Any, hettange: Any, a_chaud: Any
    ) -> None:
        a_chaud(actions.renommer, collectivite=rodemack, slug="petite-carcassonne")
        with pytest.raises(ValidationError, match="mène encore"):
            actions.renommer(collectivite=hettange, slug="rodemack", by=BY)

    def test_on_revient_a_son_ancienne_adresse(self, rodemack: Any, a_chaud: Any) -> None:
        a_chaud(actions.renommer, collectivite=rodemack, slug="petite-carcassonne")
        a_chaud(actions.renommer, collectivite=rodemack, slug="rodemack")
        assert _get("rodemack.localhost").status_code == 200
        assert _get("petite-carcassonne.localhost").status_code == 308

    @pytest.mark.parametrize(
        "slug", ["data", "connexion", "www", "api", "Majuscule", "-tiret", "hettange-grande"]
    )
    def test_une_adresse_reservee_prise_ou_mal_formee_est_refusee(self, rodemack: Any, slug: str) -> None:
        with pytest.raises(ValidationError):
            actions.renommer(collectivite=rodemack, slug=slug, by=BY)

    def test_le_syndicat_ne_change_pas_d_adresse_ainsi(self, syndicat: Any) -> None:
        with pytest.raises(ValidationError):
            actions.renommer(collectivite=syndicat, slug="autre", by=BY)


class TestSuspendre:
    def test_tout_se_lit_et_rien_ne_s_ecrit(self, rodemack: Any, a_chaud: Any) -> None:
        a_chaud(actions.suspendre, collectivite=rodemack, motif="convention")
        assert _get("rodemack.localhost").status_code == 200
        refus = Client(headers={"host": "rodemack.localhost"}).post("/bureau/")
        assert refus.status_code == 403
        assert "lecture seule" in refus.content.decode()
        api = Client(headers={"host": "rodemack.localhost"}).post("/api/v1/grc/signalements/")
        assert api.json()["code"] == "lecture_seule"
        assert Client(headers={"host": "hettange-grande.localhost"}).post("/bureau/").status_code != 403

    def test_se_deconnecter_reste_possible(self, rodemack: Any, a_chaud: Any, visite: Any) -> None:
        a_chaud(actions.suspendre, collectivite=rodemack, motif="convention")
        client = visite("rodemack", "maire.rodemack")
        assert client.get("/bureau/").status_code == 200
        assert client.post("/deconnexion/").status_code == 302

    def test_retablie_elle_ecrit_a_nouveau(self, rodemack: Any, a_chaud: Any) -> None:
        suspendue = a_chaud(actions.suspendre, collectivite=rodemack, motif="convention")
        a_chaud(actions.retablir, collectivite=suspendue)
        assert not annuaire.portee_par_hote("rodemack.localhost").lecture_seule  # type: ignore[union-attr]

    def test_une_collectivite_du_registre_ne_se_suspend_pas(self, db: None) -> None:
        with pytest.raises(TransitionRefusee):
            actions.suspendre(collectivite=Collectivite.objects.get(slug="louvigny"), by=BY, motif="x")

    @pytest.mark.django_db(transaction=True)
    def test_la_base_refuse_d_ecrire_a_sa_place(self, rodemack: Any, hettange: Any) -> None:
        actions.suspendre(collectivite=rodemack, by=BY, motif="convention")
        rodemack.refresh_from_db()
        ecrire = "UPDATE membres_vitrine SET version = version + 1"

        def jouer(ordre: str) -> None:
            with transaction.atomic(), connection.cursor() as curseur:
                curseur.execute(ordre)

        for _ in range(2):
            with contexte.dans(rodemack), pytest.raises(DatabaseError, match="read-only"):
                jouer(ecrire)
            with contexte.dans(hettange):
                jouer(ecrire)  # the connection forgot the former member's state
            with contexte.dans(rodemack), contexte.ecriture_technique():
                jouer(ecrire)
        with (
            contexte.dans(rodemack),
            connection.cursor() as curseur,
            pytest.raises(DatabaseError, match="read-only"),
        ):
            curseur.execute(ecrire)  # outside any transaction too


class TestFusionner:
    @pytest.fixture
    def fusionnee(self, rodemack: Any, hettange: Any, a_chaud: Any) -> Any:
        return a_chaud(actions.fusionner, predecesseur=rodemack, successeur=hettange, le=date(2027, 1, 1))

    def test_son_adresse_repond_en_lecture_seule(self, fusionnee: Any) -> None:
        portee = annuaire.portee_par_hote("rodemack.localhost")
        assert portee is not None
        assert portee.lecture_seule
        assert _get("rodemack.localhost").status_code == 200

    def test_les_droits_chez_le_successeur_l_atteignent_et_nul_autre(
        self, fusionnee: Any, hettange: Any, acteur: Any
    ) -> None:
        portee = annuaire.portee_par_hote("rodemack.localhost")
        assert acteur("admin", fusionnee).a_role("administrateur")
        assert portee is not None
        assert portee.heritiers == (hettange.pk,)
        assert not acteur("president.ccce", fusionnee).roles
        assert not acteur("maire.rodemack", hettange).roles  # never the other way round

    def test_ses_rattachements_s_arretent_ce_jour_la(self, fusionnee: Any) -> None:
        assert fusionnee.rattachements.filter(periode__contains=date(2026, 12, 31)).count() == 1
        assert not fusionnee.rattachements.filter(periode__contains=date(2027, 1, 1)).exists()

    def test_une_suite_de_fusions_mene_au_dernier(
        self, fusionnee: Any, hettange: Any, cattenom: Any, a_chaud: Any
    ) -> None:
        tierce = Collectivite.objects.get(slug="louvigny")
        Collectivite.objects.filter(pk=tierce.pk).update(etat=EtatMembre.ACTIVE)
        a_chaud(actions.fusionner, predecesseur=hettange, successeur=tierce, le=date(2028, 1, 1))
        fusionnee = Collectivite.objects.get(pk=fusionnee.pk)
        assert fusionnee.portee.heritiers == (hettange.pk, tierce.pk)
        with pytest.raises(ValidationError):
            actions.fusionner(predecesseur=tierce, successeur=fusionnee, le=date(2029, 1, 1), by=BY)

    def test_ni_soi_meme_ni_un_epci(self, rodemack: Any, cattenom: Any) -> None:
        for autre in (rodemack, cattenom):
            with pytest.raises(ValidationError):
                actions.fusionner(predecesseur=rodemack, successeur=autre, le=date(2027, 1, 1), by=BY)


JOURS = st.dates(date(2015, 1, 1), date(2035, 12, 31))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    changements=st.lists(st.tuples(JOURS, st.integers(0, 2)), max_size=6), jours=st.lists(JOURS, min_size=3)
)
def test_une_commune_n_a_jamais_deux_epci_le_meme_jour(
    db: None, changements: list[tuple[date, int]], jours: list[date]
) -> None:
    """Whatever the order in which moves are written, each day has at most one EPCI, and the last move holds."""
    with transaction.atomic():
        epci = list(Collectivite.objects.epci().order_by("pk")[:3])
        commune = Collectivite.objects.get(slug="hettange-grande")
        commune.rattachements.all().delete()
        for jour, i in changements:
            actions.rattacher(membre=commune, groupement=epci[i], genre="epci", depuis=jour)
            for autre in (*jours, jour, date(2036, 1, 1)):
                trouves = commune.rattachements.filter(periode__contains=autre)
                assert trouves.count() <= 1
                if autre >= jour:
                    assert trouves.get().groupement_id == epci[i].pk
        transaction.set_rollback(True)


def test_la_base_refuse_deux_epci_le_meme_jour(hettange: Any, cattenom: Any) -> None:
    from django.db import IntegrityError
    from django.db.backends.postgresql.psycopg_any import DateRange

    with pytest.raises(IntegrityError, match="rattachement_unique_a_une_date"), transaction.atomic():
        Rattachement.objects.create(
            membre=hettange, groupement=cattenom, genre="epci", periode=DateRange(date(2021, 1, 1), None)
        )


@given(texte=st.text(st.characters(max_codepoint=0x2FF, exclude_characters="\0"), max_size=40))
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_python_et_la_base_oublient_les_memes_accents(db: None, texte: str) -> None:
    with connection.cursor() as curseur:
        curseur.execute("SELECT public.sans_accents(%s)", [texte])
        assert curseur.fetchone()[0] == registre.sans_accents(texte)


def test_la_recherche_sans_accents_se_sert_de_l_index(db: None) -> None:
    with transaction.atomic(), connection.cursor() as curseur:
        curseur.execute("SET LOCAL enable_seqscan = off")
        curseur.execute(
            "EXPLAIN SELECT 1 FROM membres_collectivite WHERE public.sans_accents(nom) LIKE '%%' || 'metz' || '%%'"
        )
        assert "membres_collectivite_nom_sans_accents" in str(curseur.fetchall())
