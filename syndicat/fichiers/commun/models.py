"""Work still to do on files: written with the file, removed when done, swept when overdue."""

from django.db import models
from django.utils import timezone

from syndicat.socle import contexte
from syndicat.socle.partage import DeMembre

ACTE_BALAYAGE = contexte.declarer_acte(
    "fichiers.balayage",
    "Retrouver, tous membres confondus, les fichiers dont l’analyse ou le nettoyage est dû.",
)


class TravailDeFichier(DeMembre):
    """A file to analyse and clean. ``fichier`` is its public identifier in the member's schema."""

    fichier = models.UUIDField(unique=True)
    a_faire_at = models.DateTimeField("à faire le", default=timezone.now, db_index=True)
    essais = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = "travail de fichier"
        verbose_name_plural = "travaux de fichiers"
        base_manager_name = "objects"

    def __str__(self) -> str:
        return str(self.fichier)
