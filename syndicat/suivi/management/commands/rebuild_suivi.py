"""``manage.py rebuild_suivi [--check]``: the projections again, from what the themes say."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from syndicat.membres.models import Collectivite
from syndicat.socle import contexte
from syndicat.socle.manifest import manifests
from syndicat.suivi.reconstruction import ecarts, reconstruire, sans_source


class Command(BaseCommand):
    """With ``--check``: shows the differences, writes nothing, exit code 1 when there are any."""

    help = "Refait les projections (échéances, à traiter, indicateurs) d’après les thèmes ; --check compare seulement."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--membre", help="nom d’hôte d’un seul membre")
        parser.add_argument("--check", action="store_true", help="compare sans rien écrire")

    def handle(self, *args: Any, **options: Any) -> None:
        with contexte.hors_membre():
            membres = Collectivite.objects.embarquees().order_by("pk")
            if options["membre"]:
                membres = membres.filter(slug=options["membre"])
            portees = [membre.portee for membre in membres]
        if not portees:
            raise CommandError("Aucun membre embarqué à ce nom.")
        sources = [m for m in manifests() if m.suivi]
        total = 0
        for rang, portee in enumerate(portees, 1):
            with contexte.dans(portee):
                for code in sans_source():
                    self.stdout.write(
                        f"{portee.slug} : « {code} » écrit au suivi sans dire d’où (Manifest.suivi)"
                    )
                    total += 1
                for manifeste in sources:
                    trouves = (
                        [e for e, _ in ecarts(manifeste, portee)]
                        if options["check"]
                        else reconstruire(manifeste, portee)
                    )
                    total += len(trouves)
                    for ecart in trouves[:10]:
                        self.stdout.write(f"{portee.slug} : {ecart}")
            if rang % 50 == 0 and not connection.in_atomic_block:
                connection.close()  # a server process keeps about 1 MB for each schema it has visited
        if options["check"] and total:
            raise CommandError(f"{total} écart(s) entre le suivi et les thèmes.")
        self.stdout.write(self.style.SUCCESS(f"{len(portees)} membres, {total} écart(s)."))
