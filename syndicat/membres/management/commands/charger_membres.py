"""``manage.py charger_membres``: load the registry of collectivités from the shipped file."""

from typing import Any

from django.core.management.base import BaseCommand

from syndicat.membres.registre import charger


class Command(BaseCommand):
    """Idempotent; onboarding is another command."""

    requires_system_checks = []
    help = "Charge le registre des collectivités (syndicat, département, EPCI, communes)."

    def handle(self, *args: Any, **options: Any) -> None:
        n = charger()
        self.stdout.write(
            f"Registre : {n['communes']} communes, {n['epci']} EPCI, 1 département, 1 syndicat."
        )
