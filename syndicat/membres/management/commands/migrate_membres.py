"""``manage.py migrate_membres``: shared schema, template, then every member; the one migration command."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from syndicat.membres import migrateur, parcours
from syndicat.membres.verrou import VerrouPris


class Command(BaseCommand):
    """Resumable and idempotent; exit code 1 when a member could not be migrated."""

    requires_system_checks = []
    help = "Migre le schéma commun, le modèle et tous les membres (reprend là où il s’est arrêté)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--processus", type=int, default=2, help="Connexions menées de front (2).")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            bilan = migrateur.migrer(
                fils=options["processus"],
                annoncer=lambda titre, total: parcours.barre(titre, total, self.stdout),
            )
        except VerrouPris as exc:
            raise CommandError(str(exc)) from exc
        if bilan.rien_a_faire:
            self.stdout.write(f"Rien à migrer : commun, modèle et {bilan.a_jour} membres à jour.")
            return
        self.stdout.write(
            f"Commun {'migré' if bilan.public else 'à jour'}, modèle : {bilan.modele} migrations ; membres : "
            f"{bilan.rejoues} par rejeu, {bilan.au_long} au long, {bilan.a_jour} déjà à jour."
        )
        for nom, raison in sorted(bilan.echecs.items()):
            self.stderr.write(f"{nom} : {raison}")
        if bilan.echecs:
            raise CommandError(f"{len(bilan.echecs)} membres non migrés ; relancer la commande.")
