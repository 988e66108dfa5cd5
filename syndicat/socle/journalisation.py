"""Structured logs: every line says for which collectivité and which request it was written."""

import logging
from contextvars import ContextVar

from syndicat.socle.contexte import portee_courante

requete_courante: ContextVar[str] = ContextVar("syndicat_requete", default="-")


class FiltreContexte(logging.Filter):
    """Adds ``collectivite`` (slug, never personal) and ``requete`` (identifier) to each record.

    Lines that Django writes once the middleware have returned carry the request: it is asked then.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        demande = getattr(record, "request", None)
        portee = portee_courante() or getattr(demande, "portee", None)
        if not hasattr(record, "collectivite"):
            record.collectivite = portee.slug if portee is not None else "-"
        record.requete = getattr(demande, "requete_id", None) or requete_courante.get()
        if demande is not None:
            record.request = None  # the formatter would write it whole
        return True
