"""What the other rooms and the themes use of ``notifications``. Everything is written in the caller's transaction.

Typical theme::

    notifications.envoyer_courriel(
        a=courriel,
        modele="grc/accuse",
        contexte={...},
        cle=f"grc.accuse:{s.uuid}",
        rattache=("grc.signalement", s.uuid),
    )
    notifications.notifier(
        agent.pk,
        titre="Un signalement vous est confié",
        url="/bureau/grc/…",
        service="grc",
        cle=f"grc.affecte:{s.uuid}:{agent.pk}",
    )
"""

from typing import Any

from django.db import transaction
from django.utils import timezone

from syndicat.comptes.models import User
from syndicat.membres import annuaire
from syndicat.notifications import desabonnement, direct, envois, rendu
from syndicat.notifications.enums import Canal, Rythme
from syndicat.notifications.models import TOUS, Envoi, Notification, Preference
from syndicat.socle.contexte import exiger_portee

__all__ = ["compter_non_lues", "compteur", "envoyer_courriel", "envoyer_sms", "notifier", "rythme_de"]


def envoyer_courriel(
    *,
    a: str,
    modele: str,
    contexte: dict[str, Any],
    cle: str,
    rattache: tuple[str, Any] | None = None,
    entetes: dict[str, str] | None = None,
    lien_desabonnement: str = "",
) -> Envoi:
    """Write an e-mail to send to ``a``; it leaves after commit. Asked again with the same ``cle``: the first stands.

    ``modele``: ``"<theme>/<nom>"`` (see :mod:`syndicat.notifications.rendu`). ``rattache``: (kind, uuid) of its object.
    """
    message = rendu.rendre(modele, contexte, desabonnement=lien_desabonnement)
    return envois.ecrire(
        canal=Canal.COURRIEL,
        cle=cle,
        destinataire=a,
        modele=modele,
        objet=message.objet,
        texte=message.texte,
        html=message.html,
        rattache=rattache,
        entetes=entetes or {},
    )


def envoyer_sms(*, a: str, texte: str, cle: str, rattache: tuple[str, Any] | None = None) -> Envoi:
    """Write an SMS to send to ``a`` (E.164 or a French number). Without provider it is kept as « non envoyé »."""
    return envois.ecrire(
        canal=Canal.SMS, cle=cle, destinataire=a, modele="", objet="", texte=texte, rattache=rattache
    )


def notifier(user_id: int, *, titre: str, url: str, service: str, cle: str) -> Notification | None:
    """Tell a person on the desk of the collectivité in scope, live, and by e-mail in the rhythm they chose.

    ``titre`` carries no personal data; ``url`` is a path. Asked again with the same ``cle``: nothing, answers None.
    """
    with transaction.atomic():
        ligne: Notification
        ligne, nouvelle = Notification.objects.get_or_create(
            user_id=user_id,
            cle=cle,
            collectivite_id=exiger_portee().collectivite_id,
            defaults={"titre": titre[:200], "url": url[:300], "service": service},
        )
        if not nouvelle:
            return None
        if rythme_de(user_id, service) == Rythme.IMMEDIAT:
            _par_courriel(ligne)
        direct.annoncer(ligne)
    return ligne


def _par_courriel(ligne: Notification) -> None:
    user = User.objects.get(pk=ligne.user_id)
    if not user.is_active:
        return
    portee = exiger_portee()
    lien = desabonnement.adresse(user, ligne.service)
    envoyer_courriel(
        a=user.email,
        modele="notifications/notification",
        contexte={"ligne": ligne, "adresse": annuaire.adresse(portee, ligne.url), "user": user},
        cle=f"notification:{ligne.uuid}",
        rattache=("notifications.notification", ligne.uuid),
        entetes=desabonnement.entetes(lien),
        lien_desabonnement=lien,
    )
    ligne.resume_at = timezone.now()
    ligne.save(update_fields=["resume_at"])


def rythme_de(user_id: int, service: str) -> Rythme:
    """The rhythm this person chose here for this service, else for all, else a daily digest."""
    choix = dict(
        Preference.objects.filter(user_id=user_id, service__in=[service, TOUS]).values_list(
            "service", "rythme"
        )
    )
    return Rythme(choix.get(service) or choix.get(TOUS) or Rythme.QUOTIDIEN)


def compter_non_lues(user_id: int) -> int:
    """Unread notifications of a person in the collectivité in scope (the bell)."""
    return Notification.objects.filter(user_id=user_id, lue_at__isnull=True).count()


def compteur(acteur: Any) -> int:
    """The same, for the menu (``EntreeMenu.compteur``)."""
    return compter_non_lues(acteur.user_id) if acteur.user_id else 0
