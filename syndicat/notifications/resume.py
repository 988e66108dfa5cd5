"""The daily digest: one e-mail a person and a collectivité, only when something unread waits there."""

from collections.abc import Iterable

from django.db import connection, transaction
from django.utils import timezone

from syndicat.comptes.models import User
from syndicat.membres import annuaire
from syndicat.notifications import desabonnement
from syndicat.notifications.enums import Rythme
from syndicat.notifications.models import ACTE_RESUME, TOUS, Notification
from syndicat.notifications.service import envoyer_courriel, rythme_de
from syndicat.socle import contexte

MAXIMUM = 30


def dus() -> list[tuple[int, int]]:
    """(collectivité, account) with something unread and not yet told, over all members."""
    with contexte.transverse(ACTE_RESUME):
        return list(
            Notification.objects.filter(lue_at__isnull=True, resume_at__isnull=True, user__is_active=True)
            .order_by("collectivite_id", "user_id")
            .values_list("collectivite_id", "user_id")
            .distinct()
        )


def tous() -> int:
    """Write the digests of the day; answers how many. Run twice the same day: nothing more."""
    nombre = 0
    for rang, (collectivite_id, user_id) in enumerate(dus(), 1):
        with contexte.dans(collectivite_id):
            nombre += pour(user_id)
        if rang % 50 == 0:
            connection.close()
    return nombre


@transaction.atomic
def pour(user_id: int) -> int:
    """Write the digest of a person in the collectivité in scope; 1, or 0 when nothing is to be said."""
    maintenant = timezone.now()
    lignes = list(
        Notification.objects.select_for_update()
        .filter(user_id=user_id, lue_at__isnull=True, resume_at__isnull=True)
        .order_by("-created_at")
    )
    rythmes = {s: rythme_de(user_id, s) for s in {ligne.service for ligne in lignes}}
    a_dire = [ligne for ligne in lignes if rythmes[ligne.service] == Rythme.QUOTIDIEN]
    _marquer(lignes, maintenant)
    if not a_dire:
        return 0
    user = User.objects.get(pk=user_id)
    portee = contexte.exiger_portee()
    lien = desabonnement.adresse(user, TOUS)
    envoyer_courriel(
        a=user.email,
        modele="notifications/resume",
        contexte={
            "user": user,
            "lignes": [
                {"titre": ligne.titre, "adresse": annuaire.adresse(portee, ligne.url)}
                for ligne in a_dire[:MAXIMUM]
            ],
            "nombre": len(a_dire),
            "reste": max(0, len(a_dire) - MAXIMUM),
            "bureau": annuaire.adresse(portee, "/bureau/notifications/"),
        },
        cle=f"resume:{user.uuid}:{timezone.localdate(maintenant).isoformat()}",
        entetes=desabonnement.entetes(lien),
        lien_desabonnement=lien,
    )
    return 1


def _marquer(lignes: Iterable[Notification], quand: object) -> None:
    Notification.objects.filter(pk__in=[ligne.pk for ligne in lignes]).update(resume_at=quand)
