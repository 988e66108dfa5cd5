"""``manage.py verify_journal``: read every chain again; exit code 1 at the first anomaly found anywhere."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from syndicat.journal import cles, tetes
from syndicat.journal.verification import verifier
from syndicat.membres.models import Collectivite
from syndicat.socle import contexte


class Command(BaseCommand):
    """Finds an edit, a removal, a reordering, a cut tail; accepts the signed purge and no other."""

    help = "Vérifie la chaîne du journal de chaque membre, et ses têtes signées hors de la base."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--membre", help="nom d’hôte d’un seul membre")
        parser.add_argument(
            "--cle-publique", action="store_true", help="imprime la clé publique, puis s’arrête"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["cle_publique"]:
            self.stdout.write(cles.cle_publique())
            return
        with contexte.hors_membre():
            membres = Collectivite.objects.embarquees().order_by("nom_tri")
            if options["membre"]:
                membres = membres.filter(slug=options["membre"])
            portees = [membre.portee for membre in membres]
        if not portees:
            raise CommandError("Aucun membre embarqué à ce nom.")
        temoins = tetes.lire_temoins(portees[0].ident if options["membre"] else "")
        fautifs = lignes = 0
        for anomalie in temoins.pop("", tetes.Temoins()).anomalies:
            self.stderr.write(f"Fichier de têtes illisible : {anomalie}")
            fautifs += 1
        for portee in portees:
            with contexte.dans(portee):
                verdict = verifier(temoins.get(portee.ident))
            lignes += verdict.lignes
            fautifs += not verdict.intact
            if verdict.intact and not options["membre"]:
                continue
            depuis = f", depuis le point de coupe n° {verdict.depuis}" if verdict.depuis else ""
            etat = "intact" if verdict.intact else "ATTEINT"
            self.stdout.write(
                f"{portee.nom} : {etat}, {verdict.lignes} lignes{depuis}, {verdict.non_signees} après la dernière tête signée"
            )
            for anomalie in verdict.anomalies[:20]:
                self.stdout.write(f"  - {anomalie}")
            if len(verdict.anomalies) > 20:
                self.stdout.write(f"  … et {len(verdict.anomalies) - 20} autres")
        if fautifs:
            raise CommandError(f"Journal atteint : {fautifs} anomalie(s) de membre ou de fichier.")
        self.stdout.write(self.style.SUCCESS(f"Journal intact : {len(portees)} membres, {lignes} lignes."))
