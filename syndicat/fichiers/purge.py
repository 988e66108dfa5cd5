"""Orphans: uploads never finished, files never attached, bytes that no row knows. Nothing else is ever purged here."""

import logging
import time
from datetime import timedelta

from django.db import connection, transaction
from django.utils import timezone

from syndicat.fichiers import stockage
from syndicat.fichiers.enums import EtatTransfert
from syndicat.fichiers.models import Fichier, Transfert
from syndicat.membres.models import Collectivite
from syndicat.socle import contexte

journal = logging.getLogger("syndicat.fichiers")
#: Bytes younger than this may belong to a transaction under way.
AGE = 24 * 3600
JOURS_TRANSFERT = 30


def tous_les_membres() -> int:
    """Purge every onboarded member; answers what was removed. One member's failure does not stop the others."""
    total = 0
    for rang, membre in enumerate(Collectivite.objects.embarquees().order_by("pk"), 1):
        with contexte.dans(membre.portee):
            try:
                total += sum(membre_en_cours().values())
            except Exception:
                journal.exception("purge des fichiers en échec")
        if rang % 50 == 0:
            connection.close()  # a backend keeps about 1 MB for each schema it has visited
    return total


def membre_en_cours() -> dict[str, int]:
    """Purge the member in scope; answers numbers by kind."""
    return {"transferts": _transferts(), "brouillons": _brouillons(), "octets": _sans_ligne()}


def _transferts() -> int:
    maintenant = timezone.now()
    expires = Transfert.objects.filter(etat=EtatTransfert.EN_COURS, expire_at__lte=maintenant)
    nombre = 0
    for transfert in expires:
        stockage.transit(transfert.uuid).unlink(missing_ok=True)
        nombre += Transfert.objects.filter(pk=transfert.pk, etat=EtatTransfert.EN_COURS).update(
            etat=EtatTransfert.ABANDONNE
        )
    Transfert.objects.filter(created_at__lte=maintenant - timedelta(days=JOURS_TRANSFERT)).exclude(
        etat=EtatTransfert.EN_COURS
    ).delete()
    return nombre


def _brouillons() -> int:
    """Files deposited for an object that was never written."""
    limite = timezone.now() - timedelta(seconds=AGE)
    nombre = 0
    for fichier in Fichier.objects.filter(rattache_genre="", created_at__lte=limite):
        with transaction.atomic():
            frais = Fichier.objects.select_for_update().filter(pk=fichier.pk, rattache_genre="").first()
            if frais is not None:
                effacer_apres_commit(frais.cles())
                frais.delete()
                nombre += 1
    return nombre


def _sans_ligne() -> int:
    """Bytes left by a rollback or by a kill between the row's end and theirs."""
    depot = stockage.depot()
    limite = time.time() - AGE
    nombre = 0
    lot: list[str] = []
    for cle, change in depot.cles():
        if change < limite:
            lot.append(cle)
        if len(lot) >= 500:
            nombre += _effacer_inconnues(depot, lot)
            lot = []
    return nombre + _effacer_inconnues(depot, lot)


def _effacer_inconnues(depot: stockage.Depot, cles: list[str]) -> int:
    """Remove those of ``cles`` that the row of their file does not name."""
    identifiants = {cle.split("/")[1] for cle in cles}
    connues = {c for f in Fichier.objects.filter(uuid__in=identifiants) for c in f.cles()}
    orphelines = [c for c in cles if c not in connues]
    for cle in orphelines:
        depot.effacer(cle)
    return len(orphelines)


def effacer_apres_commit(cles: list[str]) -> None:
    """Remove bytes once the transaction that forgets them is safe."""
    depot = stockage.depot()
    for cle in cles:
        transaction.on_commit(lambda c=cle: depot.effacer(c), robust=True)  # type: ignore[misc]
