"""Handing an e-mail to the mail server (Django's backend of the settings: SMTP, files in the demo)."""

import smtplib
from email.utils import formataddr

from django.conf import settings
from django.core.mail import EmailMultiAlternatives

from syndicat.membres.models import Vitrine
from syndicat.notifications.enums import EtatEnvoi
from syndicat.notifications.models import Envoi
from syndicat.notifications.refus import RefusDefinitif
from syndicat.socle.contexte import exiger_portee


def composer(ligne: Envoi) -> EmailMultiAlternatives:
    """The message of a row: same identifier, same content, at each attempt."""
    portee = exiger_portee()
    vitrine = Vitrine.objects.filter(collectivite_id=portee.collectivite_id).first()
    nom = (vitrine.accueil if vitrine else "") or portee.nom
    reponse = [vitrine.courriel] if vitrine is not None and vitrine.courriel else None
    message = EmailMultiAlternatives(
        subject=" ".join(ligne.objet.split()),
        body=ligne.texte,
        from_email=formataddr((nom, settings.DEFAULT_FROM_EMAIL)),
        to=[ligne.destinataire],
        reply_to=reponse,
        headers={
            "Message-ID": ligne.message_id,
            "Auto-Submitted": "auto-generated",
            "X-Auto-Response-Suppress": "All",
            **ligne.entetes,
        },
    )
    if ligne.html:
        message.attach_alternative(ligne.html, "text/html")
    return message


def remettre(ligne: Envoi) -> EtatEnvoi:
    """Send; raises RefusDefinitif where the server will never take that recipient, anything else to try again."""
    try:
        composer(ligne).send(fail_silently=False)
    except smtplib.SMTPRecipientsRefused as exc:
        codes = [code for code, _ in exc.recipients.values()]
        if codes and all(500 <= code < 600 for code in codes):
            raise RefusDefinitif(f"adresse refusée ({codes[0]})") from exc
        raise
    return EtatEnvoi.ENVOYE
