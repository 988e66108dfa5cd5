"""Whatever the order of switches, queries, rollbacks, exceptions, tasks and cache: never the wrong member."""

from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection, transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from syndicat.celery import app as celery_app
from syndicat.membres.models import Collectivite
from syndicat.socle import contexte
from syndicat.socle.taches import ENTETE, TacheMembre, TacheSansMembre

SLUGS = ("hettange-grande", "rodemack", "cc-de-cattenom-et-environs")


def etat_du_serveur() -> tuple[str, str]:
    """(current_schema(), syndicat.collectivite) as the server holds them."""
    with connection.cursor() as curseur:
        curseur.execute("SELECT current_schema(), current_setting('syndicat.collectivite', true)")
        ligne = curseur.fetchone()
    return ligne[0], ligne[1] or ""


class Tache(TacheMembre):
    """Answers what the server says while it runs."""

    name = "tests.etat_du_serveur"

    def run(self) -> tuple[str, str]:
        return etat_du_serveur()


TACHE = celery_app.register_task(Tache())


class Bascule(RuleBasedStateMachine):
    """A pile of contexts and atomic blocks, opened and closed in any order that nests."""

    membres: dict[str, Collectivite]

    def __init__(self) -> None:
        super().__init__()
        self.pile: list[tuple[str, Any]] = []
        self.attendus: list[Collectivite | None] = [None]
        self.caches: dict[tuple[int | None, str], int] = {}

    @property
    def courant(self) -> Collectivite | None:
        return self.attendus[-1]

    @rule(slug=st.sampled_from(SLUGS))
    def entrer(self, slug: str) -> None:
        membre = self.membres[slug]
        bloc = contexte.dans(membre)
        bloc.__enter__()
        self.pile.append(("membre", bloc))
        self.attendus.append(membre)

    @rule()
    def ouvrir_transaction(self) -> None:
        bloc = transaction.atomic()
        bloc.__enter__()
        self.pile.append(("atomic", bloc))

    @precondition(lambda self: self.pile)
    @rule(echec=st.booleans())
    def sortir(self, echec: bool) -> None:
        genre, bloc = self.pile.pop()
        erreur = RuntimeError("voulue")
        try:
            bloc.__exit__(*((RuntimeError, erreur, None) if echec else (None, None, None)))
        except RuntimeError:
            assert echec
        if genre == "membre":
            self.attendus.pop()

    @rule()
    def erreur_sql_dans_un_point_de_reprise(self) -> None:
        with (
            pytest.raises(Exception, match="n_existe_pas"),
            transaction.atomic(),
            connection.cursor() as curseur,
        ):
            curseur.execute("SELECT * FROM n_existe_pas")

    @rule(cle=st.sampled_from(["a", "b"]), valeur=st.integers(0, 9))
    def ecrire_au_cache(self, cle: str, valeur: int) -> None:
        cache.set(cle, valeur, 60)
        self.caches[(self.courant.pk if self.courant else None, cle)] = valeur

    @rule(cle=st.sampled_from(["a", "b"]))
    def lire_le_cache(self, cle: str) -> None:
        assert cache.get(cle) == self.caches.get((self.courant.pk if self.courant else None, cle))

    @rule(slug=st.sampled_from(SLUGS))
    def executer_une_tache(self, slug: str) -> None:
        membre = self.membres[slug]
        tache = TACHE
        tache.push_request(headers={ENTETE: membre.pk}, called_directly=False)
        try:
            assert tache() == (membre.schema_name, str(membre.pk))
        finally:
            tache.pop_request()

    @rule()
    def une_tache_sans_membre_est_refusee(self) -> None:
        tache = TACHE
        tache.push_request(headers={}, called_directly=False)
        try:
            with pytest.raises(TacheSansMembre):
                tache()
        finally:
            tache.pop_request()

    @invariant()
    def le_serveur_est_chez_le_bon_membre(self) -> None:
        attendu = (self.courant.schema_name, str(self.courant.pk)) if self.courant else ("public", "")
        assert etat_du_serveur() == attendu

    def teardown(self) -> None:
        while self.pile:
            self.sortir(False)
        cache.delete_many(["a", "b"])
        for membre in self.membres.values():
            with contexte.dans(membre):
                cache.delete_many(["a", "b"])


def test_aucun_enchainement_ne_mene_chez_un_autre_membre(db: None) -> None:
    Bascule.membres = {c.slug: c for c in Collectivite.objects.filter(slug__in=SLUGS)}
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        Bascule,
        settings=settings(
            max_examples=60,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=[HealthCheck.function_scoped_fixture],
        ),
    )
