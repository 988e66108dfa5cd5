"""Leaving the e-mails of a service in one click (RFC 8058), without signing in.

Only e-mails that repeat what waits on the desk carry it: an answer to a citizen's request is owed (CRPA L.112-8 and following)
and has no such link.
"""

from django.core import signing
from django.urls import reverse

from syndicat.comptes.models import User
from syndicat.membres import annuaire
from syndicat.notifications.enums import Rythme
from syndicat.notifications.models import TOUS, Preference
from syndicat.socle.contexte import exiger_portee

_SEL = "syndicat.notifications.desabonnement"


def adresse(user: User, service: str) -> str:
    """Absolute address of the page that stops the e-mails of a service (``*``: all) in this collectivité."""
    portee = exiger_portee()
    mot = signing.dumps([portee.ident, str(user.uuid), service], salt=_SEL)
    chemin = reverse("notifications_portail:desabonner", args=[mot], urlconf="syndicat.urls_membre")
    return annuaire.adresse(portee, chemin)


def entetes(lien: str) -> dict[str, str]:
    """List-Unsubscribe headers of an e-mail."""
    return {"List-Unsubscribe": f"<{lien}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}


def lire(mot: str) -> tuple[User, str] | None:
    """(person, service) of a word made by :func:`adresse` for the collectivité in scope, or None."""
    try:
        ident, uuid, service = signing.loads(mot, salt=_SEL)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    if ident != exiger_portee().ident:
        return None
    user = User.objects.filter(uuid=uuid, is_active=True).first()
    return (user, service) if user is not None else None


def arreter(user: User, service: str) -> None:
    """No more e-mails of that service (all of them for ``*``); the desk still shows everything."""
    Preference.objects.update_or_create(
        user_id=user.pk,
        service=service,
        collectivite_id=exiger_portee().collectivite_id,
        defaults={"rythme": Rythme.AUCUN},
    )
    if service == TOUS:
        Preference.objects.filter(user_id=user.pk).update(rythme=Rythme.AUCUN)
