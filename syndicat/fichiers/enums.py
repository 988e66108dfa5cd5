"""Closed lists of the room: what the antivirus said, where cleaning stands, how a transfer goes."""

from django.db import models


class EtatAnalyse(models.TextChoices):
    """Verdict of the antivirus port. Without ClamAV configured, a file is « non analysé »."""

    EN_ATTENTE = "en_attente", "En attente d’analyse"
    SAIN = "sain", "Sain"
    INFECTE = "infecte", "Infecté"
    NON_ANALYSE = "non_analyse", "Non analysé"


class EtatNettoyage(models.TextChoices):
    """Cleaning of an image: re-encoded by us, without the camera's metadata."""

    SANS_OBJET = "sans_objet", "Sans objet"
    A_FAIRE = "a_faire", "À faire"
    FAIT = "fait", "Fait"
    ECHEC = "echec", "Échec"


class EtatTransfert(models.TextChoices):
    """Life of a resumable upload."""

    EN_COURS = "en_cours", "En cours"
    TERMINE = "termine", "Terminé"
    REFUSE = "refuse", "Refusé"
    ABANDONNE = "abandonne", "Abandonné"


TRANSITIONS_TRANSFERT: dict[str, tuple[str, ...]] = {
    EtatTransfert.EN_COURS: (EtatTransfert.TERMINE, EtatTransfert.REFUSE, EtatTransfert.ABANDONNE),
    EtatTransfert.TERMINE: (),
    EtatTransfert.REFUSE: (),
    EtatTransfert.ABANDONNE: (),
}
