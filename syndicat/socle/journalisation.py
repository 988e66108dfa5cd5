"""Structured logs: every line says for which collectivité and which request it was written."""

import logging
from contextvars import ContextVar

from syndicat.socle.contexte import portee_courante

requete_courante: ContextVar[str] = ContextVar("syndicat_requete", default="-")


class FiltreContexte(logging.Filter):
    """Adds ``collectivite`` (slug, never personal) and ``requete`` (identifier) to each record."""

    def filter(self, record: logging.LogRecord) -> bool:
        portee = portee_courante()
        record.collectivite = portee.slug if portee is not None else "-"
        record.requete = requete_courante.get()
        return True
