"""Signing a test client in on one host, as the hand-off from the sign-in host would."""

from datetime import timedelta
from typing import Any

from django.test import Client
from django.utils import timezone


def ouvrir_session(client: Client, user: Any, slug: str, *, mfa: bool = True) -> Any:
    """Open a session on the host of ``slug`` with its parent sign-in; answers that sign-in (``ConnexionCentrale``)."""
    from syndicat.comptes import sessions
    from syndicat.comptes.models_sessions import ConnexionCentrale, SessionDeMembre
    from syndicat.membres.models import Collectivite
    from syndicat.socle import contexte

    portee = Collectivite.objects.get(slug=slug).portee
    client.force_login(user, backend=sessions.BACKEND)
    parent = ConnexionCentrale.objects.create(
        user=user, mfa=mfa, appareil="Essai", expire_at=timezone.now() + timedelta(hours=12)
    )
    with contexte.dans(portee):
        enfant = SessionDeMembre.objects.create(parent=parent)
    session = client.session
    sessions.poser(session, parent=parent, enfant=enfant, portee=portee)
    session.save()
    return parent
