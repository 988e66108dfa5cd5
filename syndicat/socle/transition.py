"""State changes: one readable table per object, one function that locks the row and checks the table."""

from collections.abc import Collection, Mapping
from typing import TypeVar

from django.core.exceptions import ValidationError
from django.db import models

M = TypeVar("M", bound=models.Model)
Table = Mapping[str, Collection[str]]


class TransitionRefusee(ValidationError):
    """The object is not in a state from which this change is allowed."""


def transition(objet: M, *, vers: str, table: Table, champ: str = "etat") -> M:
    """Lock the row, check ``table[from]`` holds ``vers``, write it; answers the fresh object.

    Must run inside a transaction (``select_for_update``). Raises :class:`TransitionRefusee`.
    """
    frais = type(objet)._default_manager.select_for_update().get(pk=objet.pk)
    depuis = getattr(frais, champ)
    if vers not in table.get(depuis, ()):
        raise TransitionRefusee(
            f"Le passage de « {depuis} » à « {vers} » n’est pas possible.", code="transition"
        )
    setattr(frais, champ, vers)
    frais.save(update_fields=[champ])
    setattr(objet, champ, vers)
    return frais
