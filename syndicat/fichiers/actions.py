"""The writes with consequences: deleting a file, showing it to everyone. Journaled."""

from django.db import transaction

from syndicat.comptes.acteur import Acteur
from syndicat.fichiers import purge
from syndicat.fichiers.commun.models import TravailDeFichier
from syndicat.fichiers.models import Fichier
from syndicat.journal import consigner


@transaction.atomic
def supprimer_fichier(*, fichier: Fichier, by: Acteur, motif: str = "") -> None:
    """Delete the row now and the bytes after commit; the journal keeps the identifier and the digest's start."""
    frais = Fichier.objects.select_for_update().filter(pk=fichier.pk).first()
    if frais is None:
        return
    consigner(
        "fichiers.supprimer",
        by=by,
        objet=("fichiers.fichier", str(frais.uuid)),
        detail={"genre": frais.rattache_genre, "objet": frais.rattache[1], "motif": motif},
        personnel={"nom": frais.nom},
    )
    TravailDeFichier.objects.filter(fichier=frais.uuid).delete()
    purge.effacer_apres_commit(frais.cles())
    frais.delete()


@transaction.atomic
def changer_publicite(*, fichier: Fichier, public: bool, by: Acteur) -> Fichier:
    """Let anonymous persons the predicate admits see the file, or no longer."""
    frais = Fichier.objects.select_for_update().get(pk=fichier.pk)
    if frais.public != public:
        frais.public = public
        frais.save(update_fields=["public"])
        consigner(
            "fichiers.publier" if public else "fichiers.depublier",
            by=by,
            objet=("fichiers.fichier", str(frais.uuid)),
            detail={"genre": frais.rattache_genre, "objet": frais.rattache[1]},
        )
    return frais
