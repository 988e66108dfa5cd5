"""guardian's row, in the member's schema: a right given here is unknown next door, whatever the primary keys."""

from django.contrib.contenttypes.models import ContentType
from django.db import models
from guardian.models import UserObjectPermissionAbstract

from syndicat.socle.champs import CleCommune


class DroitUtilisateur(UserObjectPermissionAbstract):
    """user × permission × object of this member. Keys to the shared schema carry no constraint (HOUSE 3)."""

    user = CleCommune("comptes.User")
    permission = CleCommune("auth.Permission")
    content_type = CleCommune(ContentType)

    class Meta(UserObjectPermissionAbstract.Meta):
        abstract = False
        verbose_name = "droit sur un objet"
        verbose_name_plural = "droits sur un objet"
        indexes = [models.Index(fields=["user", "content_type", "object_pk"], name="droit_par_objet")]

    def __str__(self) -> str:
        return f"{self.permission_id} sur {self.content_type_id}:{self.object_pk}"
