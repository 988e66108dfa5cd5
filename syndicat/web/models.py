"""What a collectivité announces on its portal: the only table of the shell."""

import uuid

from django.db import models
from django.utils import timezone

from syndicat.socle.partage import DeMembre


class Annonce(DeMembre):
    """An alert (above all), a piece of news or an event; shown between two instants, public by nature."""

    class Genre(models.TextChoices):
        ALERTE = "alerte", "Alerte"
        ACTUALITE = "actualite", "Actualité"
        EVENEMENT = "evenement", "Événement"

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    genre = models.CharField(max_length=10, choices=Genre.choices)
    titre = models.CharField(max_length=120)
    texte = models.CharField(max_length=400, blank=True)
    lien = models.URLField("adresse d’une page", blank=True)
    icone = models.CharField("icône", max_length=40, blank=True)
    affichee_du = models.DateTimeField("affichée du", default=timezone.now)
    affichee_au = models.DateTimeField("affichée jusqu’au", null=True, blank=True)
    debut = models.DateTimeField("début de l’événement", null=True, blank=True)
    lieu = models.CharField(max_length=120, blank=True)

    class Meta:
        verbose_name = "annonce"
        indexes = (models.Index(fields=["collectivite", "genre", "affichee_du"], name="annonce_en_cours"),)
        constraints = (
            models.CheckConstraint(
                condition=models.Q(affichee_au__isnull=True)
                | models.Q(affichee_au__gt=models.F("affichee_du")),
                name="annonce_finit_apres_son_debut",
            ),
            models.CheckConstraint(
                condition=~models.Q(genre="evenement") | models.Q(debut__isnull=False),
                name="evenement_a_une_date",
            ),
        )

    def __str__(self) -> str:
        return self.titre
