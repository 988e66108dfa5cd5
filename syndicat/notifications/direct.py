"""The live side: a notification reaches the open desks of its person after commit."""

from django.db import transaction

from syndicat.notifications.models import Notification
from syndicat.socle import groupes


def groupe_de_personne(user_id: int) -> str:
    """Name, within the member, of the group of a person's sockets."""
    return f"personne.{user_id}"


def annoncer(ligne: Notification) -> None:
    """After commit, tell the person's sockets in this member."""
    groupe = groupes.groupe_de_membre(groupe_de_personne(ligne.user_id), ligne.collectivite_id)
    message = {
        "type": "notification.nouvelle",
        "uuid": str(ligne.uuid),
        "titre": ligne.titre,
        "service": ligne.service,
    }
    transaction.on_commit(lambda: groupes.envoyer(groupe, message), robust=True)


def compte_change(collectivite_id: int, user_id: int) -> None:
    """After commit, tell the person's other windows that something was read."""
    groupe = groupes.groupe_de_membre(groupe_de_personne(user_id), collectivite_id)
    transaction.on_commit(lambda: groupes.envoyer(groupe, {"type": "notification.lue"}), robust=True)
