"""``manage.py check_membres``: drift, orphans, addresses, indexes, server settings."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from syndicat.membres import controle, parcours


class Command(BaseCommand):
    """Reads only. Exit code 1 when something is wrong (warnings alone: 0)."""

    requires_system_checks = []
    help = "Vérifie les espaces des membres : structure, orphelins, adresses, index, réglages du serveur."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--processus", type=int, default=2, help="Connexions menées de front (2).")

    def handle(self, *args: Any, **options: Any) -> None:
        constats = controle.verifier(
            fils=options["processus"],
            annoncer=lambda titre, total: parcours.barre(titre, total, self.stdout),
        )
        for c in constats:
            (self.stderr if c.grave else self.stdout).write(
                f"{'Erreur' if c.grave else 'Avertissement'}, {c.ou} : {c.quoi}"
            )
        graves = sum(c.grave for c in constats)
        if graves:
            raise CommandError(f"{graves} anomalies.")
        self.stdout.write("Aucune anomalie.")
