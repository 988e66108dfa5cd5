"""Signing a test client in on one host, as the hand-off from the sign-in host would."""

from typing import Any

from django.test import Client


def ouvrir_session(client: Client, user: Any, slug: str) -> None:
    """Open a session on the host of ``slug``; kept in step with ``comptes`` by its owner."""
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
