"""Three small projections and the outbox of facts, in the shared schema, without personal data.

Titles say what, never who. Each row is upserted by its theme in the transaction that changes the object, by
(service, uuid, kind); the theme's tables stay the truth, ``rebuild_suivi`` proves it.
"""

import uuid as uuid_module

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone

from syndicat.socle.partage import DeMembre


class ATraiter(DeMembre):
    """What waits, for whom ``service.poser_a_traiter`` says. Closed rows stay a while as « Déjà décidé »."""

    service = models.CharField(max_length=30)
    uuid = models.UUIDField()
    kind = models.CharField(max_length=40)
    titre = models.CharField(max_length=200)
    url = models.CharField(max_length=300)
    roles = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    user = models.ForeignKey(
        "comptes.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_constraint=False
    )
    theme = models.CharField(max_length=30, blank=True)
    action = models.CharField("verbe", max_length=40, blank=True)
    echeance = models.DateField("échéance", null=True, blank=True)
    pose_le = models.DateTimeField(default=timezone.now)
    clos_le = models.DateTimeField(null=True, blank=True)
    clos_par = models.BigIntegerField("compte qui a décidé", null=True, blank=True)

    class Meta:
        verbose_name = "à traiter"
        base_manager_name = "objects"
        constraints = (
            models.UniqueConstraint(
                fields=["collectivite", "service", "uuid", "kind"], name="suivi_a_traiter_unique"
            ),
        )
        indexes = (
            models.Index(
                fields=["collectivite", "echeance"],
                name="suivi_a_traiter_ouvert",
                condition=models.Q(clos_le__isnull=True),
            ),
            models.Index(
                fields=["collectivite", "-clos_le"],
                name="suivi_a_traiter_clos",
                condition=models.Q(clos_le__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return self.titre


class Echeance(DeMembre):
    """A deadline: of the law, of a contract, of a promise. ``rappel``: the last reminder sent, in days."""

    service = models.CharField(max_length=30)
    uuid = models.UUIDField()
    kind = models.CharField(max_length=40)
    titre = models.CharField(max_length=200)
    url = models.CharField(max_length=300)
    le = models.DateField("échéance")
    motif = models.CharField("texte ou engagement", max_length=200, blank=True)
    roles = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    theme = models.CharField(max_length=30, blank=True)
    rappel = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        verbose_name = "échéance"
        base_manager_name = "objects"
        constraints = (
            models.UniqueConstraint(
                fields=["collectivite", "service", "uuid", "kind"], name="suivi_echeance_unique"
            ),
        )
        indexes = (
            models.Index(fields=["le"], name="suivi_echeance_le"),  # across members: the reminders
            models.Index(fields=["collectivite", "le"], name="suivi_echeance_membre_le"),
        )

    def __str__(self) -> str:
        return f"{self.titre} ({self.le:%d/%m/%Y})"


class Indicateur(DeMembre):
    """A figure of one day (``code`` is defined by the theme; the day is civil, Europe/Paris)."""

    service = models.CharField(max_length=30)
    code = models.CharField(max_length=40)
    jour = models.DateField()
    valeur = models.DecimalField(max_digits=18, decimal_places=4)

    class Meta:
        verbose_name = "indicateur"
        base_manager_name = "objects"
        constraints = (
            models.UniqueConstraint(
                fields=["collectivite", "service", "code", "jour"], name="suivi_indicateur_unique"
            ),
        )
        indexes = (models.Index(fields=["service", "code", "jour"], name="suivi_indicateur_jour"),)

    def __str__(self) -> str:
        return f"{self.service}.{self.code} {self.jour} = {self.valeur}"


class FaitPublie(DeMembre):
    """A fact in the outbox, written in the transaction of the act it tells."""

    cle = models.UUIDField(default=uuid_module.uuid4, unique=True, editable=False)
    code = models.CharField(max_length=60)
    objet = models.UUIDField("identifiant de l’objet")
    contenu = models.JSONField()
    publie_le = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = "fait"
        base_manager_name = "objects"
        indexes = (models.Index(fields=["publie_le"], name="suivi_fait_publie_le"),)

    def __str__(self) -> str:
        return f"{self.code} {self.objet}"


class EtatLivraison(models.TextChoices):
    """Life of a delivery."""

    A_LIVRER = "a_livrer", "À livrer"
    LIVREE = "livree", "Livrée"
    ABANDONNEE = "abandonnee", "Abandonnée après plusieurs essais"


class Livraison(DeMembre):
    """One fact for one consumer. ``objet`` repeats the fact's, for the order of delivery."""

    fait = models.ForeignKey(FaitPublie, on_delete=models.CASCADE, related_name="livraisons")
    consommateur = models.CharField(max_length=150)
    objet = models.UUIDField()
    etat = models.CharField(max_length=10, choices=EtatLivraison.choices, default=EtatLivraison.A_LIVRER)
    essais = models.PositiveSmallIntegerField(default=0)
    prochain_essai = models.DateTimeField(default=timezone.now)
    livree_le = models.DateTimeField(null=True, blank=True)
    erreur = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name = "livraison"
        base_manager_name = "objects"
        constraints = (
            models.UniqueConstraint(fields=["fait", "consommateur"], name="suivi_livraison_unique"),
        )
        indexes = (
            models.Index(
                fields=["prochain_essai", "id"],
                name="suivi_livraison_due",
                condition=models.Q(etat="a_livrer"),
            ),
            models.Index(
                fields=["consommateur", "objet", "id"],
                name="suivi_livraison_ordre",
                condition=models.Q(etat="a_livrer"),
            ),
            models.Index(fields=["etat", "id"], name="suivi_livraison_etat"),
        )

    def __str__(self) -> str:
        return f"{self.consommateur} ← {self.fait_id}"
