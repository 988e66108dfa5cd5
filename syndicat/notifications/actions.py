"""What a person does with their notifications. Nothing here is journaled: it concerns nobody else."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from syndicat.comptes.acteur import Acteur
from syndicat.notifications import direct
from syndicat.notifications.models import Notification, Preference
from syndicat.socle.contexte import exiger_portee


@transaction.atomic
def marquer_lue(*, uuid: object, by: Acteur) -> Notification | None:
    """Mark one of the person's own notifications read; None when it is not theirs."""
    ligne: Notification | None = (
        Notification.objects.select_for_update().filter(uuid=uuid, user_id=by.user_id).first()
    )
    if ligne is not None and ligne.lue_at is None:
        ligne.lue_at = timezone.now()
        ligne.save(update_fields=["lue_at"])
        direct.compte_change(exiger_portee().collectivite_id, ligne.user_id)
    return ligne


@transaction.atomic
def tout_marquer_lu(*, by: Acteur) -> int:
    """Mark all of the person's notifications read in this collectivité."""
    nombre = Notification.objects.filter(user_id=by.user_id, lue_at__isnull=True).update(
        lue_at=timezone.now()
    )
    if nombre and by.user_id is not None:
        direct.compte_change(exiger_portee().collectivite_id, by.user_id)
    return int(nombre)


@transaction.atomic
def choisir_rythmes(*, rythmes: dict[str, str], by: Acteur) -> None:
    """Record {service: rhythm}; an empty rhythm goes back to the general choice."""
    for service, rythme in rythmes.items():
        cle: dict[str, Any] = {
            "user_id": by.user_id,
            "service": service,
            "collectivite_id": exiger_portee().collectivite_id,
        }
        if rythme:
            Preference.objects.update_or_create(**cle, defaults={"rythme": rythme})
        else:
            Preference.objects.filter(**cle).delete()
