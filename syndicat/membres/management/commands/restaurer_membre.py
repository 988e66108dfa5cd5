"""``manage.py restaurer_membre``: a backup into a side schema; in the member's place only when told so."""

from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from syndicat.membres import sauvegarde
from syndicat.membres.acteurs import Plateforme


class Command(BaseCommand):
    """Without ``--mettre-en-place`` the member itself is not touched. Numbers and the journal never go back."""

    help = "Restaure la sauvegarde d’un membre dans un schéma à part, puis, sur demande, à sa place."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("fichier", type=Path)
        parser.add_argument(
            "--mettre-en-place",
            action="store_true",
            help="Le schéma restauré remplace celui du membre, qui est gardé à part.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            fait = sauvegarde.restaurer(
                fichier=options["fichier"],
                by=Plateforme("restaurer_membre"),
                mettre_en_place=options["mettre_en_place"],
            )
        except ValidationError as exc:
            raise CommandError(" ".join(exc.messages)) from exc
        self.stdout.write(f"{fait.collectivite.nom} : {fait.lignes} lignes restaurées dans {fait.schema}.")
        for phrase in fait.orphelins:
            self.stderr.write(f"Orphelins : {phrase}")
        if fait.ancien:
            self.stdout.write(f"L’espace précédent est gardé dans {fait.ancien} ; le supprimer une fois sûr.")
            call_command("rebuild_suivi", membre=fait.collectivite.slug, stdout=self.stdout)
