"""Names of live groups, and how to speak to them from anywhere: one place, so that no message crosses members.

A group of a member begins with its collectivité's number.
"""

import asyncio
import logging
import re
from typing import Any

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer

from syndicat.socle.contexte import exiger_portee

journal = logging.getLogger("syndicat.direct")
_NOM = re.compile(r"^[A-Za-z0-9._-]{1,60}$")
DELAI = 2.0


def groupe_de_membre(nom: str, collectivite_id: int | None = None) -> str:
    """A group of a member (by default the one in scope). Raises ValueError on a name out of letters, digits, ``. _ -``."""
    if not _NOM.match(nom):
        raise ValueError(f"Nom de groupe refusé : {nom!r}.")
    return f"m{collectivite_id or exiger_portee().collectivite_id}.{nom}"


def envoyer(groupe: str, message: dict[str, Any]) -> bool:
    """Send to a group from synchronous code; False when the layer does not answer within two seconds.

    Live messages are a comfort: what matters is in the database. So a failure is logged, never raised.
    """
    couche = get_channel_layer()
    if couche is None:
        return False

    async def faire() -> None:
        await asyncio.wait_for(couche.group_send(groupe, message), DELAI)

    try:
        async_to_sync(faire)()
    except Exception as exc:
        journal.warning("message en direct perdu : %s", type(exc).__name__)
        return False
    return True


def diffuser(nom: str, message: dict[str, Any]) -> bool:
    """Send to a group of the collectivité in scope (call it after commit)."""
    return envoyer(groupe_de_membre(nom), message)
