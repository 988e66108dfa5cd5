"""The outbox: written with what it tells, sent after commit, swept when lost.

Three steps, each its own transaction, so that a kill anywhere is harmless:

1. *prendre*: the row is leased to this worker and the attempt counted, committed;
2. *remettre*: the message is handed to the mail server or the SMS provider;
3. *noter*: the outcome is written, committed.

Killed before 2, the lease ends and a sweep sends it. Killed between 2 and 3, it is sent once more with the same
Message-ID. Attempts are counted before they are made: a message that kills its worker is given up, not retried for ever.
"""

import logging
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from syndicat.notifications import courriel, sms
from syndicat.notifications.enums import Canal, EtatEnvoi
from syndicat.notifications.models import ACTE_BALAYAGE, Envoi
from syndicat.notifications.refus import RefusDefinitif
from syndicat.socle import contexte

journal = logging.getLogger("syndicat.notifications")
BAIL = timedelta(minutes=5)
ESSAIS_MAX = 8
#: Minutes before the next attempt, by attempts made; the last repeats.
ATTENTES = (1, 5, 15, 60, 240, 720, 1440)
LOT = 100


def ecrire(
    *,
    canal: Canal,
    cle: str,
    destinataire: str,
    modele: str,
    objet: str,
    texte: str,
    html: str = "",
    rattache: tuple[str, Any] | None = None,
    entetes: dict[str, str] | None = None,
) -> Envoi:
    """Write the row in the caller's transaction; the worker is told after commit."""
    genre, identifiant = rattache or ("", None)
    ligne: Envoi
    ligne, nouvelle = Envoi.objects.get_or_create(
        cle=cle,
        collectivite_id=contexte.exiger_portee().collectivite_id,
        defaults={
            "canal": canal,
            "destinataire": destinataire,
            "modele": modele,
            "objet": objet,
            "texte": texte,
            "html": html,
            "entetes": entetes or {},
            "rattache_genre": genre,
            "rattache_uuid": identifiant,
        },
    )
    if nouvelle:
        from syndicat.notifications.tasks import envoyer  # noqa: PLC0415 - tasks import this module

        texte_uuid = str(ligne.uuid)
        transaction.on_commit(lambda: envoyer.delay(texte_uuid), robust=True)
    return ligne


def _dus(maintenant: Any) -> Q:
    return Q(etat=EtatEnvoi.A_ENVOYER, prochain_at__lte=maintenant) | Q(
        etat=EtatEnvoi.EN_COURS, bail_at__lte=maintenant
    )


def envoyer(identifiant: str) -> str:
    """Send one message of the collectivité in scope, if it is due and nobody else has it. Answers its state."""
    ligne = prendre(identifiant)
    if ligne is None:
        return "pris ailleurs ou fini"
    try:
        etat = remettre(ligne)
    except RefusDefinitif as exc:
        return noter(ligne, etat=EtatEnvoi.REFUSE, motif=str(exc))
    except Exception as exc:  # whatever the other side does, the row must not stay leased
        journal.warning("envoi en échec : %s", type(exc).__name__, extra={"envoi": str(ligne.uuid)})
        return reporter(ligne, motif=f"{type(exc).__name__} : {exc}")
    return noter(ligne, etat=etat)


def prendre(identifiant: str) -> Envoi | None:
    """Step 1: lease a due row to this worker; None when it is not due or somebody holds it."""
    maintenant = timezone.now()
    with transaction.atomic():
        ligne: Envoi | None = (
            Envoi.objects.select_for_update(skip_locked=True)
            .filter(_dus(maintenant), uuid=identifiant)
            .first()
        )
        if ligne is None:
            return None
        if ligne.essais >= ESSAIS_MAX:
            noter(
                ligne, etat=EtatEnvoi.ABANDONNE, motif=ligne.motif or "arrêté en plein envoi, plusieurs fois"
            )
            return None
        ligne.etat, ligne.essais, ligne.bail_at = EtatEnvoi.EN_COURS, ligne.essais + 1, maintenant + BAIL
        ligne.save(update_fields=["etat", "essais", "bail_at"])
    return ligne


def remettre(ligne: Envoi) -> EtatEnvoi:
    """Step 2: hand the message over. Outside any transaction: a mail server may take its time."""
    if ligne.canal == Canal.SMS:
        return sms.remettre(ligne)
    return courriel.remettre(ligne)


def noter(ligne: Envoi, *, etat: EtatEnvoi, motif: str = "") -> str:
    """Step 3: the outcome."""
    ligne.etat, ligne.motif, ligne.bail_at = etat, motif[:300], None
    if etat == EtatEnvoi.ENVOYE:
        ligne.envoye_at = timezone.now()
    ligne.save(update_fields=["etat", "motif", "bail_at", "envoye_at"])
    return etat


def reporter(ligne: Envoi, *, motif: str) -> str:
    """A failure that may pass: try again later and later, then give up."""
    if ligne.essais >= ESSAIS_MAX:
        return noter(ligne, etat=EtatEnvoi.ABANDONNE, motif=motif)
    attente = ATTENTES[min(ligne.essais, len(ATTENTES)) - 1]
    ligne.prochain_at = timezone.now() + timedelta(minutes=attente)
    ligne.save(update_fields=["prochain_at"])
    return noter(ligne, etat=EtatEnvoi.A_ENVOYER, motif=motif)


def en_retard(*, lot: int = LOT) -> list[tuple[int, str]]:
    """(collectivité, message) of due rows nobody holds, oldest first, over all members.

    ``noter`` has not run for them: either the worker was never told, or it was killed. Rows fresher than ten seconds are
    left to the worker that commit has just told.
    """
    maintenant = timezone.now()
    with contexte.transverse(ACTE_BALAYAGE), transaction.atomic():
        lignes = (
            Envoi.objects.select_for_update(skip_locked=True)
            .filter(_dus(maintenant), created_at__lte=maintenant - timedelta(seconds=10))
            .order_by("prochain_at")
            .values_list("collectivite_id", "uuid")[:lot]
        )
        return [(c, str(u)) for c, u in lignes]


def retard_secondes() -> float:
    """Age in seconds of the oldest message due now, over all members; 0 when none waits (metrics)."""
    maintenant = timezone.now()
    with contexte.transverse(ACTE_BALAYAGE):
        plus_vieux = (
            Envoi.objects.filter(_dus(maintenant))
            .order_by("prochain_at")
            .values_list("prochain_at", flat=True)
        ).first()
    return max(0.0, (maintenant - plus_vieux).total_seconds()) if plus_vieux else 0.0
