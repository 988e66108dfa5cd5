"""Outbox, notifications and preferences. Shared schema, one collectivité a row, row-level security."""

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone

from syndicat.notifications.enums import Canal, EtatEnvoi, Rythme
from syndicat.socle import contexte
from syndicat.socle.partage import DeMembre

ACTE_BALAYAGE = contexte.declarer_acte(
    "notifications.balayage", "Retrouver, tous membres confondus, les messages dont l’envoi est dû."
)
ACTE_RESUME = contexte.declarer_acte(
    "notifications.resume", "Retrouver, tous membres confondus, les personnes à qui un résumé du jour est dû."
)
#: Preference row that holds for every service without a row of its own.
TOUS = "*"


class Envoi(DeMembre):
    """A message to send, written in the transaction of what it tells.

    ``cle`` makes it unique in the collectivité: asking twice sends once. The Message-ID derives from ``uuid``, so
    that a message sent twice by a kill is recognised. ``bail_at``: end of the lease of the worker that took it.
    Text and address are erased by the retention purge; the row stays as evidence that it was sent.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    canal = models.CharField(max_length=10, choices=Canal.choices, default=Canal.COURRIEL)
    cle = models.CharField(max_length=200)
    modele = models.CharField("modèle", max_length=120, blank=True)
    destinataire = models.CharField(max_length=254)
    objet = models.CharField(max_length=250, blank=True)
    texte = models.TextField()
    html = models.TextField(blank=True)
    entetes = models.JSONField("en-têtes", default=dict, blank=True)
    rattache_genre = models.CharField("genre de l’objet", max_length=60, blank=True)
    rattache_uuid = models.UUIDField("objet", null=True, blank=True)
    etat = models.CharField(max_length=12, choices=EtatEnvoi.choices, default=EtatEnvoi.A_ENVOYER)
    essais = models.PositiveSmallIntegerField(default=0)
    prochain_at = models.DateTimeField("prochain essai", default=timezone.now)
    bail_at = models.DateTimeField("fin du bail", null=True, blank=True)
    motif = models.CharField("dernier motif", max_length=300, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    envoye_at = models.DateTimeField("envoyé le", null=True, blank=True)

    class Meta:
        verbose_name = "envoi"
        base_manager_name = "objects"
        constraints = (models.UniqueConstraint(fields=["collectivite", "cle"], name="envoi_unique_par_cle"),)
        indexes = (
            models.Index(
                fields=["prochain_at"],
                name="envoi_du",
                condition=models.Q(etat__in=[EtatEnvoi.A_ENVOYER, EtatEnvoi.EN_COURS]),
            ),
            models.Index(fields=["rattache_genre", "rattache_uuid"], name="envoi_par_objet"),
        )

    def __str__(self) -> str:
        return f"{self.get_canal_display()} {self.uuid}"

    @property
    def message_id(self) -> str:
        """RFC 5322 Message-ID, the same at each attempt."""
        return f"<{self.uuid}@{settings.DOMAINE_BASE}>"


class Notification(DeMembre):
    """Something told to a person on the desk of one collectivité. ``titre`` carries no personal data."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    service = models.CharField(max_length=30)
    titre = models.CharField(max_length=200)
    url = models.CharField("adresse", max_length=300)
    cle = models.CharField(max_length=200)
    created_at = models.DateTimeField(auto_now_add=True)
    lue_at = models.DateTimeField("lue le", null=True, blank=True)
    resume_at = models.DateTimeField("mise au résumé le", null=True, blank=True)

    class Meta:
        verbose_name = "notification"
        base_manager_name = "objects"
        constraints = (
            models.UniqueConstraint(
                fields=["collectivite", "user", "cle"], name="notification_unique_par_cle"
            ),
        )
        indexes = (
            models.Index(fields=["collectivite", "user", "-created_at"], name="notification_de"),
            models.Index(
                fields=["collectivite", "user"],
                name="notification_non_lue",
                condition=models.Q(lue_at__isnull=True),
            ),
        )

    def __str__(self) -> str:
        return self.titre


class Preference(DeMembre):
    """A person's rhythm of e-mails in one collectivité, for one service or for all (``TOUS``)."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    service = models.CharField(max_length=30, default=TOUS)
    rythme = models.CharField(max_length=10, choices=Rythme.choices, default=Rythme.QUOTIDIEN)

    class Meta:
        verbose_name = "préférence de notification"
        verbose_name_plural = "préférences de notification"
        base_manager_name = "objects"
        constraints = (
            models.UniqueConstraint(
                fields=["collectivite", "user", "service"], name="preference_unique_par_service"
            ),
        )

    def __str__(self) -> str:
        return f"{self.service} : {self.get_rythme_display()}"
