"""Migrations over all schemas: public, the template, then every member, most of them by replay.

Nothing to do is known by one query over the django_migrations of all schemas. Otherwise the template moves
first and what it executed is kept in ``MigrationCollectee`` (same transaction): a schema whose structure is
the template's before that step gets the same statements; any other, and what runs Python, goes the stock way.
Each step of each schema is one transaction with its row: a kill at any point is resumed by the next run.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.db import connections
from django.db.migrations import Migration
from django.db.migrations.state import ProjectState

from syndicat.membres import collecte, empreinte, gabarit, parcours, schema, verrou
from syndicat.membres.collecte import Collecte, Executeur
from syndicat.membres.models import Collectivite, MigrationCollectee
from syndicat.membres.schema import ALIAS

MODELE = gabarit.MODELE
_PAR_REQUETE = 150  # one query locks a table and an index for each schema: below the default lock table
Cle = tuple[str, str]


@dataclass
class Bilan:
    """What a run did. ``echecs``: schema → sentence."""

    public: bool = False
    modele: int = 0
    a_jour: int = 0
    rejoues: int = 0
    au_long: int = 0
    echecs: dict[str, str] = field(default_factory=dict)

    @property
    def rien_a_faire(self) -> bool:
        return not (self.public or self.modele or self.rejoues or self.au_long or self.echecs)


def releve(schemas: list[str]) -> dict[str, str]:
    """Digest of the migrations applied in each schema; "" where the table is missing."""
    sommes = dict.fromkeys(schemas, "")
    with connections[ALIAS].cursor() as curseur:
        curseur.execute(
            "SELECT n.nspname, quote_ident(n.nspname) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
            " WHERE c.relname = 'django_migrations' AND n.nspname = ANY(%s)",
            [schemas],
        )
        presents = curseur.fetchall()
        for debut in range(0, len(presents), _PAR_REQUETE):
            morceaux = [
                f"SELECT {i} AS i, md5(string_agg(app || '.' || name, ',' ORDER BY app COLLATE \"C\", name COLLATE \"C\"))"  # noqa: S608
                f" FROM {cite}.django_migrations"
                for i, (_, cite) in enumerate(presents[debut : debut + _PAR_REQUETE], start=debut)
            ]
            curseur.execute(" UNION ALL ".join(morceaux))
            for i, somme in curseur.fetchall():
                sommes[presents[i][0]] = somme or ""
    return sommes


def schemas_des_membres() -> list[str]:
    """Schemas to keep up to date: every member that has one, whatever its state, read-only ones included."""
    return list(
        Collectivite.objects.using(ALIAS)
        .embarquees()
        .order_by("schema_name")
        .values_list("schema_name", flat=True)
    )


def _public_a_jour() -> bool:
    with schema.dans_le_schema("public") as connection:
        return not Executeur(connection).plan()


class _ExecuteurDuModele(Executeur):
    """Keeps each step of the template, with the fingerprint before it, for the members to come."""

    def apply_migration(
        self, state: ProjectState, migration: Migration, fake: bool = False, fake_initial: bool = False
    ) -> ProjectState:
        avant = empreinte.de_structure(MODELE)

        def garder(c: Collecte) -> None:
            MigrationCollectee.objects.using(ALIAS).update_or_create(
                app=c.app,
                nom=c.nom,
                defaults={
                    "ordres": list(c.ordres),
                    "atomique": c.atomique,
                    "rejouable": c.rejouable and not any(MODELE in o for o in c.ordres),
                    "empreinte_avant": avant,
                },
            )

        state, faite = collecte.appliquer(migration, state, ALIAS, apres=garder)
        self.collectes.append(faite)
        return state


def migrer_modele(*, garder: bool) -> int:
    """Create or update the template schema; ``garder`` keeps what it executes for the members."""
    if not garder or not schema.existe(MODELE):
        n = schema.migrer_schema(MODELE)
    else:
        with schema.dans_le_schema(MODELE) as connection:
            executeur = _ExecuteurDuModele(connection)
            executeur.migrate(executeur.loader.graph.leaf_nodes())
            if executeur.collectes:
                schema.avancer_les_sequences()
            n = len(executeur.collectes)
    gabarit.oublier()
    return n


def migrer(*, fils: int = 2, annoncer: Callable[[str, int], Any] | None = None) -> Bilan:
    """Bring every schema to the code's migrations. Raises VerrouPris; failures of members are in the answer.

    ``annoncer(title, total)`` is a context manager yielding ``pas(name)`` (see :func:`parcours.barre`).
    """
    annoncer = annoncer or parcours.sans_barre
    with verrou.structure(exclusif=True):
        bilan = Bilan()
        if not _public_a_jour():
            schema.migrer_public()
            bilan.public = True
        membres = schemas_des_membres()
        sommes = releve(["public", MODELE, *membres])
        if sommes[MODELE] != sommes["public"]:
            bilan.modele = migrer_modele(garder=bool(membres))
            sommes[MODELE] = releve([MODELE])[MODELE]
        retard = [nom for nom in membres if sommes[nom] != sommes[MODELE]]
        bilan.a_jour = len(membres) - len(retard)
        if retard:
            _migrer_membres(retard, bilan, fils, annoncer)
        if not bilan.echecs:
            MigrationCollectee.objects.using(ALIAS).all().delete()
        return bilan


def _migrer_membres(retard: list[str], bilan: Bilan, fils: int, annoncer: Callable[[str, int], Any]) -> None:
    suite = _Suite()
    with annoncer("Migration des membres", len(retard)) as pas:
        passage = parcours.parcourir(retard, suite.appliquer, fils=fils, pas=pas)
    sommes = releve([MODELE, *retard])
    bilan.echecs.update(passage.echecs)
    for nom, rejoue in passage.faits.items():
        if sommes[nom] != sommes[MODELE]:
            bilan.echecs[nom] = "Les migrations appliquées diffèrent de celles du modèle."
        elif rejoue:
            bilan.rejoues += 1
        else:
            bilan.au_long += 1


class _Suite:
    """The kept steps, in order, and how one schema goes through those it lacks."""

    def __init__(self) -> None:
        self.etapes: dict[Cle, MigrationCollectee] = {
            (m.app, m.nom): m for m in MigrationCollectee.objects.using(ALIAS).order_by("pk")
        }
        self.modele = _appliquees(MODELE)
        self.python: dict[Cle, tuple[Migration, ProjectState]] = {}
        besoin = {cle for cle, m in self.etapes.items() if not m.rejouable}
        if besoin:
            self._preparer(besoin)

    def _preparer(self, besoin: set[Cle]) -> None:
        """Project states before the steps that run Python, computed once for all schemas."""
        with schema.dans_le_schema(MODELE) as connection:
            executeur = Executeur(connection)
            etat = executeur._create_project_state()  # type: ignore[attr-defined]
            for migration, _ in executeur.migration_plan(
                executeur.loader.graph.leaf_nodes(), clean_start=True
            ):
                cle = (migration.app_label, migration.name)
                if cle in besoin:
                    self.python[cle] = (migration, etat.clone())
                migration.mutate_state(etat, preserve=False)

    def appliquer(self, nom: str) -> bool:
        """Bring one schema up; True when by replay. Raises what the database raised."""
        etapes = self._a_rejouer(nom)
        if etapes is None:
            schema.migrer_schema(nom)
            return False
        with schema.dans_le_schema(nom):
            donnees = False
            for etape in etapes:
                if etape.rejouable:
                    c = Collecte(etape.app, etape.nom, tuple(etape.ordres), etape.atomique, True)
                    collecte.rejouer(c)
                    donnees = donnees or any("INSERT" in o.upper() for o in c.ordres)
                else:
                    collecte.appliquer(*self.python[(etape.app, etape.nom)])
                    donnees = True
            if donnees:
                schema.avancer_les_sequences()
        return all(e.rejouable for e in etapes)

    def _a_rejouer(self, nom: str) -> list[MigrationCollectee] | None:
        """The steps this schema lacks, when they are exactly the last kept ones and its structure is as before them."""
        faites = _appliquees(nom)
        manque = self.modele - faites
        etapes = [e for cle, e in self.etapes.items() if cle in manque]
        derniers = list(self.etapes.values())[-len(etapes) :] if etapes else []
        if not etapes or len(etapes) != len(manque) or faites - self.modele or etapes != derniers:
            return None
        if not all(e.rejouable or (e.app, e.nom) in self.python for e in etapes):
            return None
        return etapes if empreinte.de_structure(nom) == etapes[0].empreinte_avant else None


def _appliquees(nom: str) -> set[Cle]:
    with empreinte.chemin_du_schema(nom) as brut:
        brut.execute("SELECT to_regclass('django_migrations') IS NOT NULL")
        if not brut.fetchone()[0]:
            return set()
        brut.execute("SELECT app, name FROM django_migrations")
        return {(app, name) for app, name in brut.fetchall()}
