"""Sweeps of this room: adhesions and mandates past their date, old sign-ins and hand-offs."""

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from syndicat.comptes import actions
from syndicat.comptes.acteur import Acteur
from syndicat.comptes.models import Adhesion, Mandat
from syndicat.comptes.models_sessions import ConnexionCentrale, Passage
from syndicat.membres import annuaire
from syndicat.socle import contexte
from syndicat.socle.taches import TacheMembre

ACTE_FINS = contexte.declarer_acte("comptes.fins", "Trouver les droits et mandats arrivés à leur terme")
ACTE_MENAGE = contexte.declarer_acte("comptes.menage", "Effacer les connexions et passages anciens")
CONSERVATION = timedelta(days=180)  # of ended sign-ins, to answer for an incident


@shared_task(base=TacheMembre, sans_membre=True)
def finir_adhesions() -> int:
    """End what is due, member by member, only where something is."""
    aujourdhui = timezone.localdate()
    with contexte.transverse(ACTE_FINS):
        dus = set(Adhesion.objects.a_finir().values_list("collectivite_id", flat=True))
        dus |= set(
            Mandat.objects.filter(clos_at__isnull=True, fin__lt=aujourdhui).values_list(
                "collectivite_id", flat=True
            )
        )
    nombre = 0
    for collectivite_id in sorted(dus):
        try:
            portee = annuaire.portee_par_id(collectivite_id)
        except LookupError:
            continue
        with contexte.dans(portee), contexte.ecriture_technique():
            par = Acteur.systeme("comptes.fins")
            nombre += actions.end_mandates(by=par, le=aujourdhui)
            nombre += actions.end_due_adhesions(by=par)
    return nombre


@shared_task(base=TacheMembre, sans_membre=True)
def menage() -> int:
    """Erase used hand-offs after an hour, and sign-ins ended or expired for ``CONSERVATION``."""
    maintenant = timezone.now()
    ConnexionCentrale.objects.filter(ended_at__isnull=True, expire_at__lt=maintenant).update(
        ended_at=maintenant, motif="expiration"
    )
    with contexte.transverse(ACTE_MENAGE):
        passages, _ = Passage.objects.filter(expire_at__lt=maintenant - timedelta(hours=1)).delete()
        anciennes, _ = ConnexionCentrale.objects.filter(ended_at__lt=maintenant - CONSERVATION).delete()
    return passages + anciennes
