"""Sign-ins: the central one, the session it opens on each host, and the hand-off between the two."""

import uuid

from django.db import models
from django.utils import timezone

from syndicat.comptes.enums import MotifDeSortie
from syndicat.comptes.models import User
from syndicat.socle.partage import DeMembre


class ConnexionCentrale(models.Model):
    """A sign-in on the central host: parent of the sessions opened from it. Ended, all its sessions are dead."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="connexions")
    mfa = models.BooleanField("second facteur présenté", default=False)
    appareil = models.CharField(max_length=60, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    expire_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    motif = models.CharField(max_length=15, blank=True, choices=MotifDeSortie.choices)

    class Meta:
        verbose_name = "connexion"
        indexes = (
            models.Index(
                fields=["user"], name="connexion_ouverte", condition=models.Q(ended_at__isnull=True)
            ),
        )

    def __str__(self) -> str:
        return f"Connexion du {self.created_at:%d/%m/%Y}"


class SessionDeMembre(DeMembre):
    """The session of one person on one collectivité's host."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    parent = models.ForeignKey(ConnexionCentrale, on_delete=models.CASCADE, related_name="enfants")
    created_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "session"
        base_manager_name = "objects"

    def __str__(self) -> str:
        return f"Session du {self.created_at:%d/%m/%Y}"


class Passage(DeMembre):
    """A hand-off in flight: only digests are kept. Single use, sixty seconds, for one host and one browser."""

    empreinte = models.CharField(max_length=64, unique=True)
    parent = models.ForeignKey(ConnexionCentrale, on_delete=models.CASCADE, related_name="+")
    hote = models.CharField(max_length=253)
    jeton_navigateur = models.CharField("empreinte du jeton du navigateur", max_length=64)
    suite = models.CharField(max_length=2000, blank=True)
    expire_at = models.DateTimeField()
    consomme_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "passage"
        base_manager_name = "objects"

    def __str__(self) -> str:
        return f"Passage vers {self.hote}"
