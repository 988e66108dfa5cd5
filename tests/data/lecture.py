"""Reading a streamed answer as an ASGI server would."""

from typing import Any

from asgiref.sync import async_to_sync
from django.test import Client


def corps(adresse: str, **entetes: str) -> tuple[Any, bytes]:
    """(answer, body) of a GET on the harvesters' host."""
    reponse = Client(headers={"host": "data.localhost"}).get(adresse, headers=entetes)
    if not reponse.streaming:
        return reponse, reponse.content

    async def lire() -> bytes:
        return b"".join([morceau async for morceau in reponse.streaming_content])

    return reponse, async_to_sync(lire)()
