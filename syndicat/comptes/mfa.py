"""Who must show a second factor, and whether it was shown."""

from allauth.account.authentication import get_authentication_records
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.http import HttpRequest

from syndicat.comptes.models import Adhesion, User
from syndicat.socle import contexte

ACTE = contexte.declarer_acte(
    "comptes.mfa", "Savoir si un compte travaille pour une collectivité, pour exiger son second facteur"
)


def exige(user: User) -> bool:
    """Agents and elected members of any collectivité must (setting ``MFA_OBLIGATOIRE``); citizens may."""
    if not settings.MFA_OBLIGATOIRE:
        return False
    with contexte.transverse(ACTE):
        return Adhesion.objects.en_vigueur().de_travail().filter(user_id=user.pk).exists()


def inscrit(user: User) -> bool:
    """An authenticator application or a key is recorded (recovery codes alone do not count)."""
    trouve: bool = Authenticator.objects.filter(
        user_id=user.pk, type__in=(Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
    ).exists()
    return trouve


def presente(request: HttpRequest, user: User) -> bool:
    """A second factor (or a passkey) was shown in this very sign-in."""
    return any(r.get("method") == "mfa" for r in get_authentication_records(request, user))
