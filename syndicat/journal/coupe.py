"""Purge of the journal: cut at a signed checkpoint, never elsewhere, never younger than a year.

Personal details go first, alone (``CONSERVATION_PERSONNEL``: one year, as the CNIL advises for logs, délibération
2021-122); lines, which hold identifiers only, stay five years (limitation of civil actions, article 2224 du code civil).
"""

from datetime import timedelta

from django.db import connection, transaction
from django.utils import timezone

from syndicat.comptes.acteur import Acteur
from syndicat.journal.models import Ligne, Personnel
from syndicat.journal.service import consigner
from syndicat.journal.tetes import signer_coupe
from syndicat.socle.contexte import Portee, exiger_portee

CONSERVATION_PERSONNEL = 365
CONSERVATION_LIGNES = 5 * 365


def purger_personnel(portee: Portee) -> int:
    """Erase the personal details older than a year; answers how many. The lines stay valid without them."""
    limite = timezone.now() - timedelta(days=CONSERVATION_PERSONNEL)
    return Personnel.objects.filter(created_at__lt=limite).delete()[0]


@transaction.atomic
def couper(*, by: Acteur, jours: int = CONSERVATION_LIGNES) -> int:
    """Cut the chain of the collectivité in scope before its first line younger than ``jours``; answers how many.

    The database itself refuses less than a year. Writes the signed checkpoint, then a line that tells of it.
    """
    portee = exiger_portee()
    limite = timezone.now() - timedelta(days=jours)
    premiere_gardee = (
        Ligne.objects.filter(seq__isnull=False, instant__gte=limite)
        .order_by("seq")
        .values_list("seq", flat=True)
        .first()
    )
    anciennes = Ligne.objects.filter(seq__isnull=False, instant__lt=limite)
    if premiere_gardee is not None:
        anciennes = anciennes.filter(seq__lt=premiere_gardee)
    derniere = anciennes.order_by("-seq").first()
    if derniere is None or derniere.seq is None:
        return 0
    signer_coupe(
        ident=portee.ident, seq=derniere.seq, empreinte=bytes(derniere.empreinte or b""), le=timezone.now()
    ).save(force_insert=True)
    with connection.cursor() as curseur:
        curseur.execute("SELECT public.journal_couper()")
        nombre = int(curseur.fetchone()[0])
    consigner("journal.chaine.coupee", by=by, detail={"jusque": derniere.seq, "lignes": nombre})
    return nombre


def purger_lignes(portee: Portee) -> int:
    """``Traitement.purge`` of the lines."""
    return couper(by=Acteur.systeme("journal.coupe"))
