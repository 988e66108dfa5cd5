"""Room left to a member. The limit is a setting, the occupation a sum: no counter to go wrong."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import F, Sum

from syndicat.fichiers.contenu import taille_lisible
from syndicat.fichiers.enums import EtatTransfert
from syndicat.fichiers.models import Fichier, Transfert


def occupation() -> int:
    """Bytes held by the member in scope, uploads under way counted for what they announced."""
    en_cours = Transfert.objects.filter(etat=EtatTransfert.EN_COURS).aggregate(t=Sum(F("taille")))["t"]
    return Fichier.objects.all().octets() + int(en_cours or 0)


def limite() -> int:
    """Bytes a member may hold (``FICHIERS_QUOTA_GO``); 0: no limit."""
    return int(settings.FICHIERS_QUOTA_GO) * 1024**3


def verifier_quota(taille: int) -> None:
    """Raises ValidationError when ``taille`` more bytes do not fit."""
    maximum = limite()
    if maximum and occupation() + taille > maximum:
        raise ValidationError(
            f"L’espace de stockage de la collectivité ({taille_lisible(maximum)}) est plein. "
            "Supprimez des fichiers ou demandez une extension au syndicat.",
            code="quota",
        )
