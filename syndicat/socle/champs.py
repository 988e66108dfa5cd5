"""Fields. ``CleCommune``: a key from a member's schema to the shared one, without database constraint.

A constraint there made onboarding 3.6 times slower and put 15 774 triggers on the user table (measured).
"""

from typing import Any

from django.db import models


class CleCommune(models.ForeignKey[Any, Any]):
    """ForeignKey to a shared table: no constraint, no cascade, no reverse name. ``check_membres`` finds orphans."""

    def __init__(self, to: Any, **kwargs: Any) -> None:
        kwargs.setdefault("db_constraint", False)
        kwargs.setdefault("related_name", "+")
        kwargs["on_delete"] = models.DO_NOTHING
        super().__init__(to, **kwargs)
