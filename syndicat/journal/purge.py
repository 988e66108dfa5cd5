"""The daily purge of personal data: every processing declared by a manifest, in each member, with its proof.

One sweep walks what is due today and stops after ``secondes``; the next run goes on. Each (member, processing) is one
transaction: what is erased, the row of :class:`Purge` and, when something went, a line of the journal.
"""

import logging
import time
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.utils import timezone
from django.utils.module_loading import import_string

from syndicat.comptes.acteur import Acteur
from syndicat.journal.models import Purge
from syndicat.journal.service import consigner
from syndicat.membres.models import Collectivite
from syndicat.socle import contexte
from syndicat.socle.contexte import Portee
from syndicat.socle.manifest import Manifest, Traitement, manifests

ACTE_PURGER = contexte.declarer_acte(
    "journal.purger", "Savoir quelles purges de données personnelles restent à faire aujourd’hui"
)
_NOUVEL_ESSAI = timedelta(hours=1)
_SCHEMAS_PAR_CONNEXION = 50
journal = logging.getLogger(__name__)


def traitements() -> list[tuple[str, Manifest, Traitement]]:
    """Every declared processing with its unique code (``theme.code``) and who declares it."""
    return [
        (t.code if t.code.startswith(f"{m.code}.") else f"{m.code}.{t.code}", m, t)
        for m in manifests()
        for t in m.traitements
    ]


def _faites(depuis: datetime) -> set[tuple[int, str]]:
    """(member, processing) passed since that time; a failure counts as passed for an hour."""
    with contexte.transverse(ACTE_PURGER):
        lignes = Purge.objects.filter(le__gte=depuis).values_list(
            "collectivite_id", "traitement", "le", "erreur"
        )
        recent = timezone.now() - _NOUVEL_ESSAI
        return {(qui, code) for qui, code, le, erreur in lignes if not erreur or le > recent}


def dues() -> Iterator[tuple[Portee, str, Traitement]]:
    """What today’s purge still has to do, member after member."""
    minuit = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    faites, declares = _faites(minuit), traitements()
    with contexte.hors_membre():
        portees = [c.portee for c in Collectivite.objects.embarquees().order_by("pk")]
    for portee in portees:
        for code, _, traitement in declares:
            if (portee.collectivite_id, code) not in faites:
                yield portee, code, traitement


@transaction.atomic
def _passer(portee: Portee, code: str, traitement: Traitement) -> int:
    nombre = int(import_string(traitement.purge)(portee))
    ligne, _ = Purge.objects.get_or_create(traitement=code, defaults={"le": timezone.now()})
    ligne.le, ligne.nombre, ligne.erreur = timezone.now(), nombre, ""
    ligne.total += nombre
    ligne.save(update_fields=["le", "nombre", "erreur", "total"])
    if nombre:
        consigner(
            "rgpd.purge.faite",
            by=Acteur.systeme("purge"),
            objet=("rgpd.traitement", code),
            detail={"nombre": nombre, "conservation_jours": traitement.conservation_jours},
        )
    return nombre


def _noter_panne(code: str, panne: Exception) -> None:
    journal.error("Purge de %s en échec", code, exc_info=panne)
    erreur = f"{type(panne).__module__}.{type(panne).__name__}"[:200]
    Purge.objects.update_or_create(traitement=code, defaults={"le": timezone.now(), "erreur": erreur})


def purger(*, secondes: float = 480.0) -> int:
    """Walk what is due for at most ``secondes``; answers the lines erased. One failure does not stop the others."""
    fin = time.monotonic() + secondes
    total, vus = 0, set()
    for portee, code, traitement in dues():
        if time.monotonic() > fin:
            break
        if portee.collectivite_id not in vus:
            vus.add(portee.collectivite_id)
            if len(vus) % _SCHEMAS_PAR_CONNEXION == 0 and not connection.in_atomic_block:
                connection.close()  # a server process keeps about 1 MB for each schema it has visited
        with contexte.dans(portee):
            try:
                total += _passer(portee, code, traitement)
            except Exception as panne:
                _noter_panne(code, panne)
    return total
