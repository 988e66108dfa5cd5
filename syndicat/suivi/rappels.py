"""Reminders of deadlines, 30, 7 and 1 days before: one sweep over what is due, never a message by member."""

import time
from collections.abc import Iterable
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Q

from syndicat.comptes.enums import ELUS, Role
from syndicat.comptes.models import Adhesion
from syndicat.notifications import service as notifications
from syndicat.socle import contexte
from syndicat.suivi.models import Echeance
from syndicat.suivi.service import aujourd_hui

ACTE_RAPPELER = contexte.declarer_acte("suivi.rappeler", "Rappeler les échéances proches, membre par membre")
PALIERS = (1, 7, 30)


def palier(le: date, jour: date) -> int | None:
    """The stage a deadline has reached: 1, 7 or 30 days before; None when farther, or past."""
    reste = (le - jour).days
    return next((p for p in PALIERS if 0 <= reste <= p), None)


def _dues(jour: date) -> Q:
    """Deadlines whose present stage has not been told."""
    condition = Q(pk__in=[])
    for p in PALIERS:
        condition |= Q(le__lte=jour + timedelta(days=p)) & (Q(rappel__isnull=True) | Q(rappel__gt=p))
    return condition & Q(le__gte=jour)


def destinataires(roles: Iterable[str], theme: str) -> list[int]:
    """Accounts to tell, in the collectivité in scope: holders of the roles (« agent »: those of the theme), or who treats it."""
    voulus = set(roles)
    trouves = set()
    for user_id, role, themes in Adhesion.objects.en_vigueur().values_list("user_id", "role", "themes"):
        agent_du_theme = role == Role.AGENT and (not theme or theme in themes)
        if voulus:
            concerne = role in voulus and (role != Role.AGENT or agent_du_theme)
        else:
            concerne = agent_du_theme or role in ELUS
        if concerne:
            trouves.add(user_id)
    return sorted(trouves)


def _phrase(titre: str, le: date, jour: date) -> str:
    reste = (le - jour).days
    quand = {0: "aujourd’hui", 1: "demain"}.get(reste, f"dans {reste} jours, le {le:%d/%m/%Y}")
    return f"{titre} : échéance {quand}"


@transaction.atomic
def _rappeler_une(pk: int, jour: date) -> int:
    """Tell one deadline of the collectivité in scope; the mark commits with the notifications."""
    echeance = Echeance.objects.select_for_update(skip_locked=True).filter(_dues(jour), pk=pk).first()
    if echeance is None:
        return 0
    atteint = palier(echeance.le, jour)
    cibles = destinataires(echeance.roles, echeance.theme or echeance.service)
    for user_id in cibles:
        notifications.notifier(
            user_id,
            titre=_phrase(echeance.titre, echeance.le, jour)[:200],
            url=echeance.url,
            service=echeance.service,
            cle=f"echeance:{echeance.service}:{echeance.uuid}:{echeance.kind}:{echeance.le}:{atteint}",
        )
    Echeance.objects.filter(pk=pk).update(rappel=atteint)
    return len(cibles)


def rappeler(*, secondes: float = 300.0) -> int:
    """Remind what is due, member after member, for at most ``secondes``; answers the notifications written."""
    fin = time.monotonic() + secondes
    jour = aujourd_hui()
    with contexte.transverse(ACTE_RAPPELER):
        dues = list(
            Echeance.objects.filter(_dues(jour))
            .order_by("collectivite_id", "pk")
            .values_list("collectivite_id", "pk")[:5000]
        )
    nombre = 0
    for collectivite_id, pk in dues:
        if time.monotonic() > fin:
            break
        try:
            portee = contexte.resoudre(collectivite_id)
        except LookupError:  # the member has left the platform
            continue
        with contexte.dans(portee):
            nombre += _rappeler_une(pk, jour)
    return nombre
