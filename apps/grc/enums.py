"""Closed lists of the theme: states, channels, kinds of events."""

from django.db import models


class Etat(models.TextChoices):
    """Public states of a signalement: six, a seventh is kept for the hand-over to another body."""

    RECU = "recu", "Reçu"
    LU = "lu", "Lu par l’équipe"
    PREVU = "prevu", "Intervention prévue"
    RESOLU = "resolu", "Résolu"
    SANS_SUITE = "sans_suite", "Sans suite"
    REGROUPE = "regroupe", "Regroupé avec un autre"


#: Allowed state changes (socle.transition). A closed report may be reopened; a merged one lives in the other.
TRANSITIONS: dict[str, tuple[str, ...]] = {
    Etat.RECU: (Etat.LU, Etat.PREVU, Etat.RESOLU, Etat.SANS_SUITE, Etat.REGROUPE),
    Etat.LU: (Etat.PREVU, Etat.RESOLU, Etat.SANS_SUITE, Etat.REGROUPE),
    Etat.PREVU: (Etat.PREVU, Etat.LU, Etat.RESOLU, Etat.SANS_SUITE, Etat.REGROUPE),
    Etat.RESOLU: (Etat.LU,),
    Etat.SANS_SUITE: (Etat.LU,),
    Etat.REGROUPE: (),
}

OUVERTS = (Etat.RECU, Etat.LU, Etat.PREVU)
CLOS = (Etat.RESOLU, Etat.SANS_SUITE)

#: How a state looks: semantic level of the badge, icon of the shell.
ASPECT: dict[str, tuple[str, str]] = {
    Etat.RECU: ("info", "lettre"),
    Etat.LU: ("info", "oeil"),
    Etat.PREVU: ("alerte", "agenda"),
    Etat.RESOLU: ("ok", "ok"),
    Etat.SANS_SUITE: ("neutre", "stop"),
    Etat.REGROUPE: ("neutre", "lien"),
}


class Canal(models.TextChoices):
    """How the report came in."""

    WEB = "web", "par le site"
    GUICHET = "guichet", "au guichet"
    TELEPHONE = "telephone", "par téléphone"
    COURRIER = "courrier", "par courrier"


class GenreMessage(models.TextChoices):
    """A message is for the citizen, for colleagues only, or from the citizen."""

    REPONSE = "reponse", "Réponse publique"
    NOTE = "note", "Note interne"
    HABITANT = "habitant", "Message de l’habitant"


class Preference(models.TextChoices):
    """How the citizen wants news."""

    COURRIEL = "courriel", "Par e-mail"
    TELEPHONE = "telephone", "Par téléphone"
    AUCUNE = "aucune", "Sans nouvelles"


class Moderation(models.TextChoices):
    """What of the citizen's words and photo may be seen by everyone."""

    A_RELIRE = "a_relire", "À relire"
    PUBLIEE = "publiee", "Relue, publique"
    MASQUEE = "masquee", "Masquée"


class GenreEvenement(models.TextChoices):
    """Lines of the timeline. Those of :data:`PUBLICS` are shown to the citizen."""

    RECU = "recu", "Reçu"
    LU = "lu", "Lu par l’équipe"
    ATTRIBUE = "attribue", "Confié à un agent"
    REPONDU = "repondu", "Réponse"
    NOTE = "note", "Note interne"
    PREVU = "prevu", "Intervention prévue"
    RESOLU = "resolu", "Résolu"
    SANS_SUITE = "sans_suite", "Sans suite"
    ROUVERT = "rouvert", "Rouvert"
    REGROUPE = "regroupe", "Regroupé"
    SUIVI = "suivi", "Suivi par une personne de plus"
    MODERE = "modere", "Texte ou photo relus"
    PREVENU = "prevenu", "Habitant prévenu"
    AVIS = "avis", "Avis de l’habitant"
    EFFACE = "efface", "Coordonnées effacées"


PUBLICS = (
    GenreEvenement.RECU,
    GenreEvenement.LU,
    GenreEvenement.REPONDU,
    GenreEvenement.PREVU,
    GenreEvenement.RESOLU,
    GenreEvenement.SANS_SUITE,
    GenreEvenement.ROUVERT,
    GenreEvenement.REGROUPE,
)
