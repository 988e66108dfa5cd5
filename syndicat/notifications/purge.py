"""Retention: what a message said is erased, that it was sent is kept."""

from datetime import timedelta

from django.utils import timezone

from syndicat.notifications.enums import EtatEnvoi
from syndicat.notifications.models import Envoi, Notification
from syndicat.socle.contexte import Portee

JOURS_ENVOI = 90
JOURS_NOTIFICATION = 180


def envois(portee: Portee) -> int:
    """Erase address, subject and text of messages finished 90 days ago, in the member in scope."""
    limite = timezone.now() - timedelta(days=JOURS_ENVOI)
    finis = Envoi.objects.filter(created_at__lte=limite).exclude(
        etat__in=[EtatEnvoi.A_ENVOYER, EtatEnvoi.EN_COURS]
    )
    return int(
        finis.exclude(destinataire="").update(
            destinataire="", objet="", texte="", html="", entetes={}, motif=""
        )
    )


def notifications(portee: Portee) -> int:
    """Delete notifications of 180 days, in the member in scope."""
    limite = timezone.now() - timedelta(days=JOURS_NOTIFICATION)
    return int(Notification.objects.filter(created_at__lte=limite).delete()[0])
