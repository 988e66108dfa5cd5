"""``manage.py onboard``: give members their space, by replay of the template."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from syndicat.membres import embarquement, gabarit, migrateur, parcours, verrou
from syndicat.membres.acteurs import Plateforme
from syndicat.membres.enums import EtatMembre
from syndicat.membres.models import Collectivite, CollectiviteQuerySet
from syndicat.membres.schema import ALIAS


class Command(BaseCommand):
    """Idempotent: members already there are left as they are; a killed run is resumed by the next."""

    requires_system_checks = []
    help = "Embarque des collectivités du registre : schéma, adresse, réglages, premier administrateur."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slugs", nargs="*", help="Noms d’hôte (hettange-grande…).")
        parser.add_argument("--tous", action="store_true", help="Tout le registre.")
        parser.add_argument("--epci", metavar="SIREN", help="Un EPCI et ses communes d’aujourd’hui.")
        parser.add_argument(
            "--administrateur", default="", metavar="COURRIEL", help="Premier administrateur."
        )
        parser.add_argument("--processus", type=int, default=2, help="Connexions menées de front (2).")

    def handle(self, *args: Any, **options: Any) -> None:
        choisies = list(self._choisies(options))
        if not choisies:
            raise CommandError("Aucune collectivité choisie : donner des noms d’hôte, --epci ou --tous.")
        if options["administrateur"] and len(choisies) != 1:
            raise CommandError("--administrateur ne vaut que pour une collectivité.")
        by = Plateforme("onboard")
        sommes = migrateur.releve(["public", gabarit.MODELE])
        if not sommes[gabarit.MODELE] or sommes[gabarit.MODELE] != sommes["public"]:
            raise CommandError(
                "Le modèle manque ou n’est pas à jour : lancer d’abord « manage.py migrate_membres »."
            )
        try:
            with verrou.structure(exclusif=False):
                self._embarquer(choisies, options, by)
        except verrou.VerrouPris as exc:
            raise CommandError(str(exc)) from exc

    def _embarquer(self, choisies: list[Collectivite], options: dict[str, Any], by: Plateforme) -> None:
        modele = gabarit.du_modele()

        def faire(collectivite: Collectivite) -> bool:
            return embarquement.embarquer(
                collectivite=collectivite,
                by=by,
                administrateur=options["administrateur"],
                modele=modele,
                verrouiller=False,
            ).nouveau

        with parcours.barre("Embarquement", len(choisies), self.stdout) as pas:
            passage = parcours.parcourir(
                choisies, faire, nom=lambda c: c.slug, fils=min(options["processus"], len(choisies)), pas=pas
            )
        nouveaux = sum(passage.faits.values())
        self.stdout.write(f"{nouveaux} embarquées, {len(passage.faits) - nouveaux} l’étaient déjà.")
        for slug, raison in sorted(passage.echecs.items()):
            self.stderr.write(f"{slug} : {raison}")
        if passage.echecs:
            raise CommandError(f"{len(passage.echecs)} collectivités non embarquées ; relancer la commande.")

    def _choisies(self, options: dict[str, Any]) -> CollectiviteQuerySet:
        registre = Collectivite.objects.using(ALIAS).exclude(etat=EtatMembre.ARCHIVEE).order_by("nom_tri")
        if options["tous"]:
            return registre
        if options["epci"]:
            epci = registre.filter(siren=options["epci"]).first()
            if epci is None:
                raise CommandError(f"Aucun EPCI du registre n’a le SIREN {options['epci']}.")
            jour = timezone.localdate()
            communes = epci.composantes.filter(genre="epci", periode__contains=jour).values("membre")
            return registre.filter(pk=epci.pk) | registre.filter(pk__in=communes)
        inconnus = set(options["slugs"]) - set(registre.values_list("slug", flat=True))
        if inconnus:
            raise CommandError("Inconnus au registre : " + ", ".join(sorted(inconnus)) + ".")
        return registre.filter(slug__in=options["slugs"])
