"""Announcements in force for the collectivité in scope."""

from typing import Any

from django.db.models import Q
from django.utils import timezone

from syndicat.web.models import Annonce


def en_cours() -> dict[str, Any]:
    """Alerts, news and coming events, in one query."""
    maintenant = timezone.now()
    lignes = list(
        Annonce.objects.filter(
            Q(affichee_au__isnull=True) | Q(affichee_au__gt=maintenant), affichee_du__lte=maintenant
        )
        .exclude(genre=Annonce.Genre.EVENEMENT, debut__lt=maintenant)
        .order_by("-affichee_du")[:60]
    )
    par_genre: dict[str, list[Annonce]] = {
        g: [a for a in lignes if a.genre == g] for g in Annonce.Genre.values
    }
    agenda = sorted(par_genre[Annonce.Genre.EVENEMENT], key=lambda a: a.debut or maintenant)
    return {
        "alertes_site": [
            {"titre": a.titre, "texte": a.texte, "url": a.lien, "icone": a.icone or "alerte"}
            for a in par_genre[Annonce.Genre.ALERTE]
        ],
        "actualites": par_genre[Annonce.Genre.ACTUALITE][:3],
        "agenda": agenda[:3],
    }
