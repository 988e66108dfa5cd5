"""Closed lists of the room."""

from django.db import models


class Canal(models.TextChoices):
    """Ways out of the platform."""

    COURRIEL = "courriel", "Courriel"
    SMS = "sms", "SMS"


class EtatEnvoi(models.TextChoices):
    """Life of a message to send. ``en_cours``: a worker has taken it, until the end of its lease."""

    A_ENVOYER = "a_envoyer", "À envoyer"
    EN_COURS = "en_cours", "En cours d’envoi"
    ENVOYE = "envoye", "Envoyé"
    REFUSE = "refuse", "Refusé par le destinataire"
    ABANDONNE = "abandonne", "Abandonné après plusieurs essais"
    SANS_CANAL = "sans_canal", "Non envoyé : aucun service d’envoi n’est réglé"


class Rythme(models.TextChoices):
    """How a person wants to be told by e-mail of what also waits on the desk."""

    IMMEDIAT = "immediat", "Tout de suite"
    QUOTIDIEN = "quotidien", "Un résumé par jour"
    AUCUN = "aucun", "Jamais"
