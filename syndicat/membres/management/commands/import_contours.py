"""``manage.py import_contours FILE|URL``: boundaries of communes from IGN Admin Express."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from syndicat.membres import contours


class Command(BaseCommand):
    """Idempotent; without it the shipped centres and extents still make usable maps."""

    help = "Importe les contours des communes (GeoJSON, IGN Admin Express) depuis un fichier ou une adresse https."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("source", help="Fichier ou adresse https.")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            fait = contours.importer(options["source"])
        except (contours.ContoursIllisibles, OSError) as exc:
            raise CommandError(f"Contours non importés : {exc}") from exc
        self.stdout.write(
            f"{fait.lues} contours lus, {fait.ecrites} écrits, {fait.inconnues} communes hors du registre."
        )
