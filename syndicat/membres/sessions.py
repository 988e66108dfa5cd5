"""Django's sessions in the database, kept even for the visitor of a read-only collectivité."""

from django.contrib.sessions.backends.db import SessionStore as EnBase

from syndicat.socle import contexte


class SessionStore(EnBase):
    """The session's row is the platform's, not the collectivité's: it is written whatever the latter's state."""

    def save(self, must_create: bool = False) -> None:
        with contexte.ecriture_technique():
            super().save(must_create=must_create)

    def delete(self, session_key: str | None = None) -> None:
        with contexte.ecriture_technique():
            super().delete(session_key)
