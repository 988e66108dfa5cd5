"""Writes of the shell: announcing on the portal."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from syndicat.comptes.acteur import Acteur
from syndicat.journal import consigner
from syndicat.web.models import Annonce


@transaction.atomic
def publish_announcement(
    *,
    genre: str,
    titre: str,
    texte: str = "",
    lien: str = "",
    debut: datetime | None = None,
    lieu: str = "",
    affichee_au: datetime | None = None,
    by: Acteur,
) -> Annonce:
    """Show an alert, a piece of news or an event on the portal, at once. Raises ValidationError."""
    annonce = Annonce(
        genre=genre, titre=titre, texte=texte, lien=lien, debut=debut, lieu=lieu, affichee_au=affichee_au
    )
    annonce.full_clean(exclude=["collectivite"])
    annonce.save()
    consigner(
        "web.annonce.publiee",
        by=by,
        objet=("annonce", str(annonce.uuid)),
        droit="web.can_announce",
        detail={"genre": genre},
    )
    return annonce


@transaction.atomic
def withdraw_announcement(*, annonce: Annonce, by: Acteur) -> None:
    """Take it off the portal now; it stays in the list of past ones."""
    fraiche = Annonce.objects.select_for_update().get(pk=annonce.pk)
    fraiche.affichee_au = max(timezone.now(), fraiche.affichee_du + timedelta(microseconds=1))
    fraiche.save(update_fields=["affichee_au"])
    consigner("web.annonce.retiree", by=by, objet=("annonce", str(annonce.uuid)), droit="web.can_announce")
