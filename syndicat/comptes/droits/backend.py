"""Authentication backend: ``user.has_perm("app.codename", objet)`` reads the member's own rows, nothing else."""

from collections.abc import Iterable
from typing import Any

from django.db import models
from guardian.backends import ObjectPermissionBackend

from syndicat.comptes.droits import service
from syndicat.socle.contexte import portee_courante


class DroitsParObjet(ObjectPermissionBackend):
    """guardian's backend without superuser, without groups, without model-wide permission: those cross members."""

    def has_perm(self, user_obj: Any, perm: str, obj: models.Model | None = None) -> bool:
        if obj is None or portee_courante() is None:
            return False
        return service.detient(user_obj, perm.rpartition(".")[2], obj)

    def get_group_permissions(self, user_obj: Any, obj: models.Model | None = None) -> Iterable[str]:
        return set()

    def get_all_permissions(self, user_obj: Any, obj: models.Model | None = None) -> Iterable[str]:
        return set()
