"""``manage.py faits``: state of the outbox, dead letters, and their new start."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from syndicat.comptes.acteur import Acteur
from syndicat.membres import annuaire
from syndicat.socle import contexte
from syndicat.suivi import livraison


class Command(BaseCommand):
    """Shows, and with ``--relancer`` gives the dead letters their tries again."""

    help = "État de la boîte d’envoi des faits ; --relancer redonne leurs essais aux abandonnés."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--relancer", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        with contexte.dans(annuaire.portee_du_syndicat()):
            if options["relancer"]:
                nombre = livraison.relancer(by=Acteur.systeme("commande.faits"))
                self.stdout.write(f"{nombre} livraison(s) relancée(s).")
            for etat, nombre in livraison.compter_par_etat().items():
                self.stdout.write(f"{etat} : {nombre}")
            for ligne in livraison.abandonnees():
                self.stdout.write(
                    f"  {ligne.fait.code} {ligne.objet} chez {ligne.collectivite.slug} → {ligne.consommateur} : {ligne.erreur}"
                )
