"""Files of a member, in its own schema: what was deposited, and the resumable uploads under way."""

import uuid
from typing import Any

from django.conf import settings
from django.db import models

from syndicat.fichiers.enums import EtatAnalyse, EtatNettoyage, EtatTransfert
from syndicat.socle.champs import CleCommune


class FichierQuerySet(models.QuerySet["Fichier"]):
    """Reading files."""

    def de(self, genre: str, identifiant: str | uuid.UUID) -> "FichierQuerySet":
        """Files attached to one object, oldest first."""
        return self.filter(rattache_genre=genre, rattache_uuid=identifiant).order_by("pk")

    def octets(self) -> int:
        """Bytes held by these files, variants included."""
        return int(self.aggregate(total=models.Sum("octets"))["total"] or 0)


class Fichier(models.Model):
    """One deposited file.

    ``rattache_genre`` and ``rattache_uuid`` name the object it belongs to (``("grc.signalement", uuid)``).
    ``type_mime`` comes from the content. ``variantes``: {name: {"cle", "type", "taille", "largeur", "hauteur"}}, the only forms
    of an image that are ever served. ``cle`` is the key of the original in the member's storage; empty once an
    image is cleaned: its original, with the camera's metadata, is then destroyed.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    nom = models.CharField(max_length=140)
    profil = models.CharField(max_length=30)
    type_mime = models.CharField("type", max_length=100)
    taille = models.PositiveBigIntegerField(help_text="Octets du fichier déposé.")
    octets = models.PositiveBigIntegerField(help_text="Octets occupés, variantes comprises.")
    empreinte = models.CharField("SHA-256", max_length=64)
    cle = models.CharField("clé de l’original", max_length=120, blank=True)
    variantes = models.JSONField(default=dict, blank=True)
    etat = models.CharField(max_length=12, choices=EtatAnalyse.choices, default=EtatAnalyse.EN_ATTENTE)
    signature = models.CharField("signature trouvée", max_length=120, blank=True)
    nettoyage = models.CharField(
        max_length=10, choices=EtatNettoyage.choices, default=EtatNettoyage.SANS_OBJET
    )
    rattache_genre = models.CharField("genre de l’objet", max_length=60, blank=True)
    rattache_uuid = models.UUIDField("objet", null=True, blank=True)
    public = models.BooleanField(default=False)
    depose_par = CleCommune(settings.AUTH_USER_MODEL, null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = FichierQuerySet.as_manager()

    class Meta:
        verbose_name = "fichier"
        indexes = (models.Index(fields=["rattache_genre", "rattache_uuid"], name="fichier_par_objet"),)
        constraints = (
            models.CheckConstraint(
                condition=models.Q(rattache_genre="", rattache_uuid__isnull=True)
                | (~models.Q(rattache_genre="") & models.Q(rattache_uuid__isnull=False)),
                name="fichier_rattache_en_entier",
            ),
        )

    def __str__(self) -> str:
        return self.nom

    @property
    def rattache(self) -> tuple[str, str]:
        """(kind, uuid) of the object it belongs to; ("", "") when it belongs to none yet."""
        return self.rattache_genre, str(self.rattache_uuid or "")

    @property
    def est_image(self) -> bool:
        """Served by re-encoded variants only."""
        return self.nettoyage != EtatNettoyage.SANS_OBJET

    def cles(self) -> list[str]:
        """Every key this file holds in the member's storage."""
        formes: list[dict[str, Any]] = list(self.variantes.values())
        return [c for c in (self.cle, *(f["cle"] for f in formes)) if c]


class Transfert(models.Model):
    """A resumable upload (tus 1.0.0 core): ``recu`` bytes of ``taille`` are safe on disk."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    nom = models.CharField(max_length=140)
    profil = models.CharField(max_length=30)
    taille = models.PositiveBigIntegerField(help_text="Octets annoncés.")
    recu = models.PositiveBigIntegerField("octets reçus", default=0)
    etat = models.CharField(max_length=10, choices=EtatTransfert.choices, default=EtatTransfert.EN_COURS)
    motif = models.CharField("motif du refus", max_length=300, blank=True)
    rattache_genre = models.CharField("genre de l’objet", max_length=60)
    rattache_uuid = models.UUIDField("objet")
    public = models.BooleanField(default=False)
    fichier = models.OneToOneField(
        Fichier, on_delete=models.SET_NULL, null=True, blank=True, related_name="transfert"
    )
    depose_par = CleCommune(settings.AUTH_USER_MODEL, null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    expire_at = models.DateTimeField("expire le", db_index=True)

    class Meta:
        verbose_name = "transfert"
        constraints = (
            models.CheckConstraint(
                condition=models.Q(recu__lte=models.F("taille")), name="transfert_recu_au_plus_la_taille"
            ),
        )

    def __str__(self) -> str:
        return f"{self.nom} ({self.recu}/{self.taille})"
