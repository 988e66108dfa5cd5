"""Tables of the journal, all in the shared schema. What may be written is decided in the database
(``migrations/0002_chainage.py``): the application inserts lines, never numbers, changes or removes them.
"""

from django.contrib.postgres.indexes import BrinIndex
from django.db import models

from syndicat.socle.partage import DeMembre

#: Hash before the first line of a chain.
GENESE = bytes(32)


class Ligne(DeMembre):
    """One act. ``contenu`` is the canonical JSON that is hashed; the columns below it are derived from it by
    the database. ``seq``, ``precedente`` and ``empreinte`` are put at COMMIT, per collectivité.

    ``empreinte`` = sha256(precedente ‖ "collectivite⏎seq⏎microseconds since 1970 UTC⏎contenu" in UTF-8).
    """

    instant = models.DateTimeField(editable=False)
    contenu = models.TextField()
    action = models.CharField(max_length=80, editable=False, default="")
    genre = models.CharField(max_length=10, editable=False, default="")
    par = models.UUIDField(null=True, editable=False)
    objet_genre = models.CharField(max_length=60, editable=False, default="")
    objet_uuid = models.CharField(max_length=64, editable=False, default="")
    seq = models.BigIntegerField(null=True, editable=False)
    precedente = models.BinaryField(null=True)
    empreinte = models.BinaryField(null=True)

    class Meta:
        verbose_name = "ligne du journal"
        base_manager_name = "objects"
        constraints = (models.UniqueConstraint(fields=["collectivite", "seq"], name="journal_seq_unique"),)
        indexes = (
            # Partial indexes: each is written once, by the numbering, not by the insertion.
            models.Index(
                fields=["collectivite", "id"], name="journal_attente", condition=models.Q(seq__isnull=True)
            ),
            BrinIndex(fields=["instant"], name="journal_instant", autosummarize=True),
            models.Index(
                fields=["collectivite", "par", "seq"],
                name="journal_par",
                condition=models.Q(seq__isnull=False),
            ),
            models.Index(
                fields=["collectivite", "objet_genre", "objet_uuid", "seq"],
                name="journal_objet",
                condition=models.Q(seq__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return f"{self.seq or '—'} {self.action}"


class Personnel(DeMembre):
    """Personal detail of a line, erasable: the line only holds its salted digest (sha256(sel ‖ contenu))."""

    ligne = models.OneToOneField(
        Ligne, on_delete=models.CASCADE, primary_key=True, related_name="personnel", db_constraint=False
    )
    sel = models.BinaryField()
    contenu = models.TextField()
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        verbose_name = "détail personnel"
        base_manager_name = "objects"

    def __str__(self) -> str:
        return f"Détail de la ligne {self.ligne_id}"


class Tete(DeMembre):
    """Head of each chain: the last number and hash. Written by the numbering alone."""

    collectivite = models.OneToOneField(
        "membres.Collectivite", on_delete=models.PROTECT, related_name="+", primary_key=True
    )
    seq = models.BigIntegerField(default=0)
    empreinte = models.BinaryField(default=GENESE)

    class Meta:
        verbose_name = "tête du journal"
        base_manager_name = "objects"

    def __str__(self) -> str:
        return f"Tête {self.seq}"


class Coupe(DeMembre):
    """Signed checkpoint of a purge: lines up to ``seq`` may go; the chain then starts from ``empreinte``."""

    seq = models.BigIntegerField()
    empreinte = models.BinaryField()
    le = models.DateTimeField()
    signature = models.BinaryField()
    cle = models.CharField("empreinte de la clé", max_length=16)

    class Meta:
        verbose_name = "point de coupe"
        base_manager_name = "objects"
        constraints = (models.UniqueConstraint(fields=["collectivite", "seq"], name="journal_coupe_unique"),)

    def __str__(self) -> str:
        return f"Coupe à {self.seq}"


class Completion(DeMembre):
    """What the member adds to a line of its register of processings (RGPD art. 30)."""

    traitement = models.CharField(max_length=80)
    destinataires = models.TextField("autres destinataires", blank=True)
    mesures = models.TextField("mesures de sécurité", blank=True)
    remarques = models.TextField(blank=True)
    aipd_le = models.DateField("analyse d’impact faite le", null=True, blank=True)
    modifie_le = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = "complément du registre"
        base_manager_name = "objects"
        constraints = (
            models.UniqueConstraint(fields=["collectivite", "traitement"], name="journal_completion_unique"),
        )

    def __str__(self) -> str:
        return self.traitement


class Purge(DeMembre):
    """Last passage of the daily purge over one processing of one member: the proof of purge."""

    traitement = models.CharField(max_length=80)
    le = models.DateTimeField("dernier passage")
    nombre = models.PositiveIntegerField("lignes effacées au dernier passage", default=0)
    total = models.PositiveBigIntegerField("lignes effacées depuis le début", default=0)
    erreur = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name = "purge"
        base_manager_name = "objects"
        constraints = (
            models.UniqueConstraint(fields=["collectivite", "traitement"], name="journal_purge_unique"),
        )

    def __str__(self) -> str:
        return f"{self.traitement} : {self.nombre}"
