"""Signing in by hand, in the browser: password, second factor, hand-off to the member's host."""

from typing import Any

from playwright.sync_api import Page

from tests import monde

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def armer(user: Any, *, second_facteur: bool = True) -> None:
    """A verified e-mail and, for agents and elected members, an authenticator application."""
    from allauth.account.models import EmailAddress
    from allauth.mfa.models import Authenticator
    from allauth.mfa.totp.internal.auth import TOTP
    from django.contrib.auth.hashers import Argon2PasswordHasher

    hacheur = Argon2PasswordHasher()  # the server under test refuses the suite's fast hasher
    user.password = hacheur.encode(monde.MOT_DE_PASSE, hacheur.salt())
    user.save(update_fields=["password"])
    EmailAddress.objects.get_or_create(
        user=user, email=user.email, defaults={"verified": True, "primary": True}
    )
    if second_facteur and not Authenticator.objects.filter(user=user).exists():
        TOTP.activate(user, SECRET)


def code_du_moment(*, decalage: int = 0) -> str:
    """The six digits an authenticator shows now; ``decalage`` steps of 30 s later (a code serves once)."""
    from allauth.mfa.totp.internal import auth

    compteurs = list(auth.yield_hotp_counters_from_time())
    compteur = compteurs[len(compteurs) // 2] + decalage
    return str(auth.format_hotp_value(auth.hotp_value(SECRET, compteur)))


def se_connecter(page: Page, adresse: str, user: Any, *, second_facteur: bool = True) -> None:
    """From a member's page that asks who we are, to that page signed in."""
    page.goto(adresse)
    page.get_by_label("Adresse électronique").fill(user.email)
    page.get_by_label("Mot de passe", exact=True).fill(monde.MOT_DE_PASSE)
    page.get_by_role("button", name="Se connecter", exact=True).click()
    if second_facteur:
        page.get_by_label("Code").first.fill(code_du_moment())
        page.locator("form button[type=submit]").first.click()
    page.wait_for_url(adresse.split("?")[0] + "**")
