"""``manage.py demo``: the members, accounts and data of the demonstration. Idempotent: a second run finds all in place."""

import random
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from datetime import date
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connections, transaction
from django.utils.module_loading import import_string
from django_tenants.utils import quote_schema_name

from syndicat.comptes import demonstration
from syndicat.comptes.acteur import Acteur
from syndicat.comptes.enums import Role
from syndicat.conventions.models import Convention, EtatConvention
from syndicat.membres import annuaire
from syndicat.membres.actions import onboard
from syndicat.membres.enums import EtatMembre, Nature
from syndicat.membres.models import Collectivite
from syndicat.socle import contexte
from syndicat.socle.contexte import Portee
from syndicat.socle.manifest import Manifest, manifests, services
from syndicat.web.vitrines_demo import habiller

COMMUNES = (
    "hettange-grande",
    "rodemack",
    "cattenom",
    "boust",
    *demonstration.SECRETARIAT,
    "sarrebourg",
    "phalsbourg",
    "chateau-salins",
)
DEPUIS = date(2026, 1, 1)
GRAINE = 57


class Command(BaseCommand):
    """See the module."""

    help = "Construit la démonstration (membres, comptes, données), ou affiche ses comptes."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--membres", default="", help="« tous » embarque tous les membres du registre")
        parser.add_argument(
            "--afficher",
            "--comptes",
            dest="comptes",
            action="store_true",
            help="affiche seulement les comptes",
        )
        parser.add_argument(
            "--code", action="store_true", help="affiche seulement le code du moment du second facteur"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.SECRET_KEY.startswith(("demo-", "tests-")):
            raise CommandError(
                "Les comptes de démonstration sont publics : jamais sur une installation réelle."
            )
        if options["code"]:
            self.stdout.write(demonstration.code_du_moment())
            return
        if not options["comptes"]:
            debut = time.monotonic()
            self._construire(tous=options["membres"] == "tous")
            self.stdout.write(
                f"Démonstration prête en {time.monotonic() - debut:.1f} s.".replace(".", ",", 1)
            )
        self._afficher()

    # -- building -------------------------------------------------------------------------------------

    def _construire(self, *, tous: bool) -> None:
        choisis = self._choisis()
        if not choisis:
            raise CommandError("Le registre est vide : lancer « manage.py charger_membres » d’abord.")
        portees: dict[str, Portee] = {}
        for rang, c in enumerate(choisis):
            embarquee = self._embarquer(c)
            habiller(embarquee, rang)
            portees[c.slug] = embarquee.portee
        if tous:
            self._embarquer_le_reste()
        self._conventions(portees)
        demonstration.construire(portees, tuple(m.code for m in services()))
        for slug, portee in portees.items():
            self._remplir(slug, portee)

    def _choisis(self) -> list[Collectivite]:
        """The syndicate first, then the département, the EPCI and some communes, Hettange-Grande first."""
        tous = {c.slug: c for c in Collectivite.objects.all()}
        tetes = [c for c in tous.values() if c.nature in (Nature.SYNDICAT, Nature.DEPARTEMENT)]
        tetes.sort(key=lambda c: c.nature != Nature.SYNDICAT)
        epci = sorted((c for c in tous.values() if c.est_epci), key=lambda c: c.nom_tri)
        return [*tetes, *epci, *(tous[s] for s in COMMUNES if s in tous)]

    def _embarquer(self, c: Collectivite) -> Collectivite:
        if c.etat != EtatMembre.REGISTRE:
            return c
        self.stdout.write(f"  {c.nom}")
        return onboard(collectivite=c, by=Acteur(genre="systeme", portee=None, motif="demo")).collectivite

    def _embarquer_le_reste(self) -> None:
        reste = list(Collectivite.objects.filter(etat=EtatMembre.REGISTRE).order_by("nom_tri"))
        for i, c in enumerate(reste, 1):
            onboard(collectivite=c, by=Acteur(genre="systeme", portee=None, motif="demo"))
            if i % 50 == 0 or i == len(reste):
                self.stdout.write(f"  {i} sur {len(reste)} membres embarqués")

    def _conventions(self, portees: dict[str, Portee]) -> None:
        """Every service for the communes; the EPCI have bought fewer, to show what is not taken."""
        codes = [m.code for m in services()]
        for i, portee in enumerate(portees.values()):
            if portee.est_syndicat:
                continue
            commune = portee.slug in COMMUNES
            with contexte.dans(portee):
                connus = set(Convention.objects.values_list("service", flat=True))
                for j, code in enumerate(codes):
                    if code not in connus and (
                        commune or portee.slug == "cc-de-cattenom-et-environs" or (i + j) % 2 == 0
                    ):
                        Convention.objects.create(service=code, etat=EtatConvention.ACTIVE, debut=DEPUIS)

    def _remplir(self, slug: str, portee: Portee) -> None:
        """Each theme's own demo data, once per member: the schema's comment remembers."""
        faits = _deja(portee)
        for m in _avec_demo():
            if m.code in faits or not _concerne(m, portee):
                continue
            with contexte.dans(portee), transaction.atomic():
                import_string(m.demo)(portee, random.Random(f"{GRAINE}.{slug}.{m.code}"))  # noqa: S311
            faits.add(m.code)
            _retenir(portee, faits)
            self.stdout.write(f"  {portee.nom} : {m.label}")

    # -- showing --------------------------------------------------------------------------------------

    def _afficher(self) -> None:
        lignes = [("Compte", "Rôle", "Adresse")]
        for c in demonstration.COMPTES:
            chez = self._portee(c.chez[0])
            if chez is not None:
                lignes.append(
                    (
                        c.courriel,
                        self._role(c),
                        annuaire.adresse(chez, "/bureau/" if c.role != "citoyen" else "/"),
                    )
                )
        if len(lignes) == 1:
            self.stdout.write("Aucun compte : lancer « manage.py demo ».")
            return
        largeurs = [max(len(ligne[i]) for ligne in lignes) for i in range(2)]
        self.stdout.write("Comptes de démonstration :")
        for compte, role, adresse in lignes:
            self.stdout.write(f"  {compte:<{largeurs[0]}}  {role:<{largeurs[1]}}  {adresse}")
        self.stdout.write("")
        self.stdout.write(f"  Mot de passe de tous : {demonstration.MOT_DE_PASSE}")
        self.stdout.write(
            f"  Second facteur de tous (clé à donner à une application) : {demonstration.SECRET}"
        )
        self.stdout.write("  ou son code du moment : python manage.py demo --code")

    def _portee(self, slug: str) -> Portee | None:
        trouve = Collectivite.objects.embarquees().filter(slug=slug).first()
        return trouve.portee if trouve is not None else None

    def _role(self, c: demonstration.Compte) -> str:
        role = Role.libelle(c.role)
        return f"{role} ({c.note})" if c.note else role


def _avec_demo() -> Iterator[Manifest]:
    return (m for m in manifests() if m.demo)


def _concerne(m: Manifest, portee: Portee) -> bool:
    """A theme fills the members that have it, and the syndicate that runs it; a room of the core, everyone."""
    if not m.service or portee.est_syndicat:
        return True
    with contexte.dans(portee):
        return Convention.objects.filter(service=m.code, etat=EtatConvention.ACTIVE).exists()


def _deja(portee: Portee) -> set[str]:
    with connections[settings.TENANT_DB_ALIAS].cursor() as curseur:
        curseur.execute(
            "SELECT obj_description(oid, 'pg_namespace') FROM pg_namespace WHERE nspname = %s",
            [portee.schema_name],
        )
        ligne = curseur.fetchone()
    texte = (ligne[0] if ligne else "") or ""
    return set(texte.removeprefix("demo: ").split(", ")) - {""} if texte.startswith("demo: ") else set()


def _retenir(portee: Portee, faits: set[str]) -> None:
    """No personal data, no table of its own: the comment of the schema, which backups keep and fingerprints ignore."""
    with connections[settings.TENANT_DB_ALIAS].cursor() as curseur:
        curseur.execute(
            f"COMMENT ON SCHEMA {quote_schema_name(portee.schema_name)} IS %s",
            ["demo: " + ", ".join(sorted(faits))],
        )
