"""What we change in django-allauth: the sign-in is recorded, secrets are encrypted, an agent keeps a second factor."""

import base64
import hashlib
import time
from typing import Any

from allauth.account import app_settings as account_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from syndicat.comptes import mfa, sessions
from syndicat.comptes.models import User


class AdaptateurDeCompte(DefaultAccountAdapter):
    """Accounts: a sign-in opens a :class:`ConnexionCentrale`, a sign-out ends it with all its sessions."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": "Ce compte est désactivé.",
        "email_password_mismatch": "L’adresse ou le mot de passe ne correspond pas. Vérifiez-les, puis réessayez.",
        "enter_current_password": "Saisissez votre mot de passe actuel.",
        "incorrect_code": "Ce code n’est pas le bon. Attendez le suivant, puis saisissez-le.",
        "incorrect_password": "Ce mot de passe n’est pas le bon.",
        "invalid_or_expired_key": "Ce lien a expiré ou a déjà servi.",
        "invalid_password_reset": "Ce lien a expiré ou a déjà servi.",
        "too_many_login_attempts": "Trop d’essais. Attendez cinq minutes, puis réessayez.",
        "rate_limited": "Trop de demandes. Attendez une minute, puis réessayez.",
        "unverified_primary_email": "Votre adresse électronique doit d’abord être vérifiée.",
    }

    def login(self, request: HttpRequest, user: User) -> None:
        super().login(request, user)
        sessions.ouvrir_centrale(request, user, mfa=mfa.presente(request, user))

    def logout(self, request: HttpRequest) -> None:
        parent = request.session.get(sessions.PARENT)
        if parent:
            sessions.fermer_connexions([parent], motif="sortie")
        super().logout(request)

    def is_reauthentication_required(self, *, app: str) -> bool:
        """Whoever has just signed in need not do it again to record a second factor."""
        fraiches = time.time() - account_settings.REAUTHENTICATION_TIMEOUT
        return not any(
            r["method"] in ("password", "mfa") and r["at"] > fraiches
            for r in get_authentication_records(self.request, self.request.user)
        )

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        return reverse("accueil_connexion")

    get_signup_redirect_url = get_login_redirect_url

    def get_logout_redirect_url(self, request: HttpRequest) -> str:
        return reverse("account_login")

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("mfa_index")

    def save_user(self, request: HttpRequest, user: User, form: Any, commit: bool = True) -> User:
        for champ in ("prenom", "nom"):
            setattr(user, champ, form.cleaned_data.get(champ, ""))
        user = super().save_user(request, user, form, commit=False)
        user.email = user.email.lower()
        if commit:
            user.save()
        return user

    def format_email_subject(self, subject: str) -> str:
        return str(subject)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        super().send_mail(
            template_prefix, email, {**context, "nom_service": "Services numériques du syndicat"}
        )


def _coffre() -> MultiFernet:
    cles = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet(
        [
            Fernet(base64.urlsafe_b64encode(hashlib.sha256(b"syndicat.mfa:" + cle.encode()).digest()))
            for cle in cles
        ]
    )


class AdaptateurMFA(DefaultMFAAdapter):
    """Second factor: TOTP secrets are encrypted at rest; whoever must have a factor cannot remove the last one."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "cannot_delete_authenticator": "Votre fonction demande un second facteur : ajoutez-en un autre avant de retirer celui-ci.",
        "incorrect_code": "Ce code n’est pas le bon. Attendez le suivant, puis saisissez-le.",
        "unverified_email": "Vérifiez d’abord votre adresse électronique.",
    }

    def encrypt(self, text: str) -> str:
        return _coffre().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _coffre().decrypt(encrypted_text.encode()).decode()

    def get_totp_issuer(self) -> str:
        return "Services numériques du syndicat"

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        if not mfa.exige(authenticator.user):
            return True
        autre: bool = (
            Authenticator.objects.filter(
                user=authenticator.user, type__in=(Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
            )
            .exclude(pk=authenticator.pk)
            .exists()
        )
        return autre
