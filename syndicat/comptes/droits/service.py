"""Giving, withdrawing and asking a right on one object, for the collectivité in scope. Roles are not looked at here."""

from typing import Any

from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db import models

from syndicat.comptes.droits.models import DroitUtilisateur
from syndicat.comptes.models import User
from syndicat.socle.contexte import exiger_portee


def _cles(objet: models.Model, codename: str) -> dict[str, Any]:
    genre = ContentType.objects.get_for_model(objet)
    permission = Permission.objects.get(content_type=genre, codename=codename)
    return {"permission": permission, "content_type": genre, "object_pk": str(objet.pk)}


def donner(user: User, codename: str, objet: models.Model) -> None:
    """Give one right (``codename`` of a permission of the object's model) to one person."""
    exiger_portee()
    DroitUtilisateur.objects.get_or_create(
        user=user, **_cles(objet, codename), defaults={"content_object": objet}
    )


def retirer(user: User, codename: str, objet: models.Model) -> None:
    """Withdraw it; nothing happens when it was not held."""
    exiger_portee()
    DroitUtilisateur.objects.filter(user=user, **_cles(objet, codename)).delete()


def detient(user: Any, codename: str, objet: models.Model) -> bool:
    """True where this active person holds the right on this object, here. A superuser holds nothing by itself."""
    exiger_portee()
    if not getattr(user, "is_authenticated", False) or not user.is_active:
        return False
    genre = ContentType.objects.get_for_model(objet)
    return DroitUtilisateur.objects.filter(
        user_id=user.pk,
        content_type=genre,
        object_pk=str(objet.pk),
        permission__codename=codename,
        permission__content_type=genre,
    ).exists()


def objets_permis(user: User, codename: str, lignes: models.QuerySet[Any]) -> models.QuerySet[Any]:
    """Restrict a query to the objects on which this person holds the right, here."""
    exiger_portee()
    genre = ContentType.objects.get_for_model(lignes.model)
    cles = DroitUtilisateur.objects.filter(
        user_id=user.pk, content_type=genre, permission__codename=codename
    ).values_list("object_pk", flat=True)
    return lignes.filter(pk__in=list(cles))
