"""``manage.py archiver_membre``: restitution, visa, drop: three steps, each asked for by itself."""

from datetime import date
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from syndicat.membres import restitution
from syndicat.membres.acteurs import Plateforme
from syndicat.membres.models import Collectivite, Restitution


class Command(BaseCommand):
    """``exporter`` writes and signs, ``viser`` records the Archives' visa, ``supprimer`` drops."""

    help = "Archive un membre : exporter (restitution signée), viser (visa des Archives), supprimer."

    def add_arguments(self, parser: CommandParser) -> None:
        etapes = parser.add_subparsers(dest="etape", required=True)
        exporter = etapes.add_parser("exporter")
        exporter.add_argument("slug")
        exporter.add_argument("dossier", type=Path)
        viser = etapes.add_parser("viser")
        viser.add_argument("slug")
        viser.add_argument("--reference", required=True)
        viser.add_argument("--le", required=True, type=date.fromisoformat, metavar="AAAA-MM-JJ")
        viser.add_argument("--par", required=True, help="Signataire du visa.")
        supprimer = etapes.add_parser("supprimer")
        supprimer.add_argument("slug")
        supprimer.add_argument("fichier", type=Path, help="Le fichier de restitution signé.")

    def handle(self, *args: Any, **options: Any) -> None:
        membre = Collectivite.objects.filter(slug=options["slug"]).first()
        if membre is None:
            raise CommandError("Aucune collectivité à ce nom.")
        by = Plateforme("archiver_membre")
        try:
            if options["etape"] == "exporter":
                fait = restitution.exporter(collectivite=membre, dossier=options["dossier"], by=by)
                self.stdout.write(f"{fait.fichier}\nSHA-256 {fait.sha256}\nEd25519 {fait.signature}")
                return
            derniere = Restitution.objects.filter(collectivite=membre).order_by("pk").last()
            if derniere is None:
                raise CommandError("Aucune restitution : exporter d’abord.")
            if options["etape"] == "viser":
                restitution.enregistrer_visa(
                    restitution=derniere,
                    reference=options["reference"],
                    le=options["le"],
                    par=options["par"],
                    by=by,
                )
                self.stdout.write("Visa enregistré.")
            else:
                restitution.archiver(restitution=derniere, fichier=options["fichier"], by=by)
                self.stdout.write(f"L’espace de « {membre.nom} » est supprimé.")
        except ValidationError as exc:
            raise CommandError(" ".join(exc.messages)) from exc
