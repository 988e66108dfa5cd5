"""Publication index: an approved projection of a member's data, the only thing harvesters read.

Rows belong to a collectivité (row-level security). A second policy, ``publie``, lets anybody read what that collectivité has
published and nothing else: the harvesters' host needs no cross-member act, and a draft stays out of its reach even by
a mistake in a query. A withdrawn data set leaves its notice (a tombstone, so that harvesters learn it), never its rows.
"""

import uuid
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models

from syndicat.socle.partage import DeMembre


class EtatJeu(models.TextChoices):
    """Life of a data set in the index."""

    PROPOSE = "propose", "À valider"
    PUBLIE = "publie", "Publié"
    RETIRE = "retire", "Retiré"
    REFUSE = "refuse", "Refusé"


#: Allowed changes of state.
TRANSITIONS_JEU: dict[str, tuple[str, ...]] = {
    EtatJeu.PROPOSE: (EtatJeu.PUBLIE, EtatJeu.RETIRE, EtatJeu.REFUSE),
    EtatJeu.REFUSE: (EtatJeu.PROPOSE, EtatJeu.RETIRE),
    EtatJeu.PUBLIE: (EtatJeu.RETIRE,),
    EtatJeu.RETIRE: (EtatJeu.PUBLIE,),
}


class FormatDistribution(models.TextChoices):
    """Formats of a distribution, by their file extension."""

    CSV = "csv", "CSV"
    GEOJSON = "geojson", "GeoJSON"


class JeuQuerySet(models.QuerySet["JeuDeDonnees"]):
    """Reading the published index, whoever asks (the database itself hides the rest)."""

    def publies(self) -> "JeuQuerySet":
        """Published now."""
        return self.filter(etat=EtatJeu.PUBLIE)

    def complets(self) -> "JeuQuerySet":
        """With what a description needs: publisher and distributions, in two queries."""
        return self.select_related("collectivite").prefetch_related(
            models.Prefetch("distributions", queryset=Distribution.index.order_by("format"))
        )


class ManagerIndex(models.Manager.from_queryset(JeuQuerySet)):  # type: ignore[misc]
    """The public index: published data sets and the tombstones of the withdrawn ones, of every member."""

    def get_queryset(self) -> Any:
        return (
            super().get_queryset().filter(publie_at__isnull=False, etat__in=[EtatJeu.PUBLIE, EtatJeu.RETIRE])
        )


class JeuDeDonnees(DeMembre):
    """A data set of one collectivité.

    ``flux`` is ``<theme>.<code>`` of the manifest's feed. ``colonnes``: [[name, Table Schema type, sentence], …] in order.
    ``geo``: [longitude column, latitude column] or null. ``emprise``: west, south, east, north (WGS 84).
    ``modified_at`` moves when rows, description or state change; ``verifie_at`` at each refresh, even without change.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    flux = models.CharField(max_length=80)
    titre = models.CharField(max_length=200)
    description = models.TextField()
    licence = models.CharField(max_length=30, default="lov2")
    frequence = models.CharField("fréquence", max_length=20, default="DAILY")
    theme = models.CharField("thème", max_length=4, default="GOVE")
    mots_cles = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    emprise = ArrayField(models.FloatField(), size=4, null=True, blank=True)
    contact_nom = models.CharField(max_length=120, blank=True)
    contact_courriel = models.EmailField(blank=True)
    colonnes = models.JSONField(default=list)
    geo = models.JSONField(null=True, blank=True)
    etat = models.CharField(max_length=8, choices=EtatJeu.choices, default=EtatJeu.PROPOSE)
    motif = models.CharField("motif du dernier refus", max_length=300, blank=True)
    version = models.PositiveIntegerField(default=0)
    nb_lignes = models.PositiveIntegerField(default=0)
    a_rafraichir = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)
    modified_at = models.DateTimeField()
    verifie_at = models.DateTimeField()
    publie_at = models.DateTimeField(null=True, blank=True)

    index = ManagerIndex()

    class Meta:
        verbose_name = "jeu de données"
        verbose_name_plural = "jeux de données"
        base_manager_name = "objects"
        default_manager_name = "objects"
        constraints = (
            models.UniqueConstraint(fields=["collectivite", "flux"], name="un_jeu_par_flux"),
            models.CheckConstraint(
                condition=~models.Q(etat=EtatJeu.PUBLIE) | models.Q(publie_at__isnull=False, version__gt=0),
                name="publie_donc_date_et_lignes",
            ),
        )
        indexes = (
            models.Index(fields=["etat", "id"], name="data_index_etat"),
            models.Index(fields=["verifie_at"], name="data_a_rafraichir"),
        )

    def __str__(self) -> str:
        return self.titre

    @property
    def identifiant(self) -> str:
        """Stable identifier for harvesters: SIREN and immutable id."""
        return f"{self.collectivite.siren}-{self.uuid}"

    @property
    def noms_colonnes(self) -> list[str]:
        return [c[0] for c in self.colonnes]


class ManagerDistribution(models.Manager["Distribution"]):
    """Distributions of any published data set (the ``publie`` policy hides the others)."""


class Distribution(DeMembre):
    """One downloadable form of the current version; size in bytes and digest of the very bytes served."""

    jeu = models.ForeignKey(JeuDeDonnees, on_delete=models.CASCADE, related_name="distributions")
    format = models.CharField(max_length=8, choices=FormatDistribution.choices)
    octets = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    modified_at = models.DateTimeField()

    index = ManagerDistribution()

    class Meta:
        verbose_name = "distribution"
        base_manager_name = "objects"
        default_manager_name = "objects"
        constraints = (models.UniqueConstraint(fields=["jeu", "format"], name="une_distribution_par_format"),)

    def __str__(self) -> str:
        return f"{self.jeu_id} {self.format}"


class ManagerLigne(models.Manager["Ligne"]):
    """Rows of any published data set (the ``publie`` policy hides the others)."""


class Ligne(DeMembre):
    """A published row: its values in the order of the data set's columns. Two versions live while one is replaced."""

    jeu = models.ForeignKey(JeuDeDonnees, on_delete=models.CASCADE, related_name="lignes")
    version = models.PositiveIntegerField()
    rang = models.PositiveIntegerField()
    valeurs = models.JSONField()

    index = ManagerLigne()

    class Meta:
        verbose_name = "ligne publiée"
        verbose_name_plural = "lignes publiées"
        base_manager_name = "objects"
        default_manager_name = "objects"
        constraints = (models.UniqueConstraint(fields=["jeu", "version", "rang"], name="une_ligne_par_rang"),)

    def __str__(self) -> str:
        return f"{self.jeu_id} v{self.version} n°{self.rang}"
