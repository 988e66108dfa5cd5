"""Analysis and cleaning: planned with the file, done by the worker after commit, swept when overdue."""

import io
import logging
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from syndicat.fichiers import antivirus, images, stockage
from syndicat.fichiers.commun.models import ACTE_BALAYAGE, TravailDeFichier
from syndicat.fichiers.enums import EtatAnalyse, EtatNettoyage
from syndicat.fichiers.models import Fichier
from syndicat.fichiers.profils import profil_de
from syndicat.socle import contexte

journal = logging.getLogger("syndicat.fichiers")
#: First overdue look of the sweep, in seconds: the worker has normally done the work long before.
DELAI_BALAYAGE = 60
LOT = 200


def prevoir(fichier: Fichier) -> None:
    """Write the work with the file (same transaction) and tell the worker after commit."""
    from syndicat.fichiers.tasks import traiter  # noqa: PLC0415 - tasks import this module

    TravailDeFichier.objects.create(
        fichier=fichier.uuid, a_faire_at=timezone.now() + timedelta(seconds=DELAI_BALAYAGE)
    )
    identifiant = str(fichier.uuid)
    transaction.on_commit(lambda: traiter.delay(identifiant), robust=True)


def faire(identifiant: str) -> str:
    """Analyse then clean one file of the member in scope; idempotent. Answers its state, or "absent".

    The row is locked meanwhile: a second worker passes over it.
    """
    with transaction.atomic():
        fichier = Fichier.objects.select_for_update(skip_locked=True).filter(uuid=identifiant).first()
        if fichier is None:
            if not Fichier.objects.filter(uuid=identifiant).exists():
                TravailDeFichier.objects.filter(fichier=identifiant).delete()
            return "absent"
        try:
            _analyser(fichier)
        except antivirus.AntivirusInjoignable as exc:
            _reporter(fichier, str(exc))
            return fichier.etat
        if fichier.nettoyage == EtatNettoyage.A_FAIRE and fichier.etat != EtatAnalyse.INFECTE:
            _nettoyer(fichier)
        fichier.save(update_fields=["etat", "signature", "nettoyage", "variantes", "octets", "cle"])
        TravailDeFichier.objects.filter(fichier=fichier.uuid).delete()
    return fichier.etat


def _analyser(fichier: Fichier) -> None:
    if fichier.etat != EtatAnalyse.EN_ATTENTE:
        return
    with stockage.depot().ouvrir(fichier.cle) as flux:
        verdict = antivirus.analyser(flux)
    fichier.etat, fichier.signature = verdict.etat, verdict.signature
    if verdict.etat == EtatAnalyse.INFECTE:
        journal.warning("fichier infecté, jamais servi", extra={"fichier": str(fichier.uuid)})


def _nettoyer(fichier: Fichier) -> None:
    """Write the variants, then forget the original: it carries where and with what the picture was taken."""
    depot = stockage.depot()
    profil = profil_de(fichier.profil)
    try:
        with depot.ouvrir(fichier.cle) as flux:
            formes = images.nettoyer(flux, profil.variantes, pixels_max=profil.pixels_max)
    except images.ImageIllisible:
        fichier.nettoyage = EtatNettoyage.ECHEC
        journal.warning("image illisible, jamais servie", extra={"fichier": str(fichier.uuid)})
        return
    for nom, forme in formes.items():
        cle = stockage.cle_de(fichier.uuid, nom, images.EXTENSION)
        depot.ecrire(cle, io.BytesIO(forme.octets))
        fichier.variantes[nom] = {
            "cle": cle,
            "type": images.TYPE,
            "taille": len(forme.octets),
            "largeur": forme.largeur,
            "hauteur": forme.hauteur,
        }
    originale = fichier.cle
    fichier.nettoyage = EtatNettoyage.FAIT
    fichier.cle = ""
    fichier.octets = sum(f["taille"] for f in fichier.variantes.values())
    transaction.on_commit(lambda: depot.effacer(originale), robust=True)


def _reporter(fichier: Fichier, motif: str) -> None:
    """The antivirus did not answer: the file stays « en attente », tried again later and later (1 h at most)."""
    travail = TravailDeFichier.objects.filter(fichier=fichier.uuid).first()
    if travail is None:
        travail = TravailDeFichier(fichier=fichier.uuid)
    travail.essais += 1
    travail.a_faire_at = timezone.now() + timedelta(seconds=min(3600, 30 * 2 ** min(travail.essais, 7)))
    travail.save()
    journal.warning("antivirus injoignable : %s", motif, extra={"fichier": str(fichier.uuid)})


def en_retard(*, lot: int = LOT) -> list[tuple[int, str]]:
    """(collectivité, file) of overdue works, taken by this sweep for ten minutes (SKIP LOCKED)."""
    maintenant = timezone.now()
    with contexte.transverse(ACTE_BALAYAGE), transaction.atomic():
        dus = list(
            TravailDeFichier.objects.select_for_update(skip_locked=True)
            .filter(a_faire_at__lte=maintenant)
            .order_by("a_faire_at")[:lot]
        )
        TravailDeFichier.objects.filter(pk__in=[t.pk for t in dus]).update(
            a_faire_at=maintenant + timedelta(minutes=10)
        )
    return [(t.collectivite_id, str(t.fichier)) for t in dus]
