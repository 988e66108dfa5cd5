"""The signed tracking link of a report: opens without an account, proves nothing but itself, never expires by reading.

Bound to the collectivité: the same word on another member's host is a bare 404.
"""

import base64
import binascii
import uuid

from django.core import signing
from django.urls import reverse

from apps.grc.models import Signalement
from syndicat.membres import annuaire
from syndicat.socle.contexte import exiger_portee


def _signataire() -> signing.Signer:
    return signing.Signer(salt=f"grc.suivre:{exiger_portee().ident}", sep=".")


def jeton_de(signalement: Signalement) -> str:
    """The word of the link, for this collectivité."""
    corps = base64.urlsafe_b64encode(signalement.uuid.bytes).rstrip(b"=").decode()
    return _signataire().sign(corps)


def uuid_du_jeton(jeton: str) -> uuid.UUID | None:
    """The report's uuid, or None for whatever we did not sign for this collectivité."""
    try:
        corps = _signataire().unsign(jeton)
        return uuid.UUID(bytes=base64.urlsafe_b64decode(corps + "=="))
    except (signing.BadSignature, ValueError, binascii.Error):
        return None


def chemin_de_suivi(signalement: Signalement) -> str:
    return reverse("grc_portail:suivre", args=[jeton_de(signalement)])


def adresse_de_suivi(signalement: Signalement) -> str:
    """Absolute address, for e-mails and print."""
    return annuaire.adresse(exiger_portee(), chemin_de_suivi(signalement))


def adresse_publique(signalement: Signalement) -> str:
    """Absolute address of the anonymised page."""
    return annuaire.adresse(exiger_portee(), reverse("grc_portail:fiche", args=[signalement.code]))
