"""``manage.py sauvegarde_membre``: one member at one snapshot, into one file."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from syndicat.membres import sauvegarde
from syndicat.membres.models import Collectivite


class Command(BaseCommand):
    """The file holds personal data: it is created readable by its owner only."""

    help = "Sauvegarde un membre : son schéma, ses lignes des tables partagées, ses fichiers."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug", help="Nom d’hôte du membre.")
        parser.add_argument("fichier", type=Path, help="Fichier à écrire (.zip).")

    def handle(self, *args: Any, **options: Any) -> None:
        membre = Collectivite.objects.embarquees().filter(slug=options["slug"]).first()
        if membre is None:
            raise CommandError("Aucun membre embarqué à ce nom.")
        fait = sauvegarde.sauvegarder(collectivite=membre, fichier=options["fichier"])
        lignes = sum(p["lignes"] for p in [*fait["schema"], *fait["commun"]])
        self.stdout.write(
            f"{membre.nom} : {len(fait['schema'])} tables, {lignes} lignes, {len(fait['fichiers'])} fichiers."
        )
