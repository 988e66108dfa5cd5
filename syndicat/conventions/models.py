"""Who has which service: a first, simple record of the convention that opens it."""

import uuid

from django.db import models

from syndicat.socle.partage import DeMembre


class EtatConvention(models.TextChoices):
    """Life of a convention, as the gate reads it."""

    PROJET = "projet", "Projet"
    ACTIVE = "active", "Active"
    SUSPENDUE = "suspendue", "Suspendue"
    ECHUE = "echue", "Échue"
    RESILIEE = "resiliee", "Résiliée"
    RESTITUEE = "restituee", "Restituée"


#: Allowed changes. Resiliée: winding down, until the data are given back.
TRANSITIONS_CONVENTION: dict[str, tuple[str, ...]] = {
    EtatConvention.PROJET: (EtatConvention.ACTIVE,),
    EtatConvention.ACTIVE: (EtatConvention.SUSPENDUE, EtatConvention.RESILIEE),
    EtatConvention.SUSPENDUE: (EtatConvention.ACTIVE, EtatConvention.RESILIEE),
    EtatConvention.ECHUE: (EtatConvention.ACTIVE, EtatConvention.RESTITUEE),
    EtatConvention.RESILIEE: (EtatConvention.RESTITUEE,),
    EtatConvention.RESTITUEE: (),
}


class Convention(DeMembre):
    """A member's convention for one service."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    service = models.CharField(max_length=30)
    etat = models.CharField(max_length=10, choices=EtatConvention.choices, default=EtatConvention.PROJET)
    debut = models.DateField("début")
    fin = models.DateField(null=True, blank=True)

    class Meta:
        verbose_name = "convention"
        base_manager_name = "objects"

    def __str__(self) -> str:
        return f"{self.service} — {self.get_etat_display()}"
