"""Retention: orders ended ten years ago go (accounting evidence: code de commerce, L.123-22)."""

from datetime import timedelta

from django.db.models import Max
from django.utils import timezone

from apps.achats.commun.models import Commande
from apps.achats.enums import EtatCommande
from syndicat.socle.contexte import Portee

DUREE = timedelta(days=3653)
TERMINEES = (EtatCommande.SERVICE_FAIT, EtatCommande.REFUSE, EtatCommande.ANNULE)


def purger(portee: Portee) -> int:
    """Erase the old orders of the member in scope; answers how many."""
    limite = timezone.now() - DUREE
    anciennes = (
        Commande.objects.filter(etat__in=TERMINEES)
        .annotate(fin=Max("evenements__at"))
        .filter(fin__lt=limite)
        .values_list("pk", flat=True)
    )
    ids = list(anciennes)
    Commande.objects.filter(pk__in=ids).delete()
    return len(ids)
