"""Resumable uploads: state in the database, bytes appended on disk, never a file held in memory.

A chunk is written at the offset the row knows, made durable, and only then does the row move on: killed between
the two, the same bytes are simply received again.
"""

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Protocol

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from syndicat.comptes.acteur import Acteur
from syndicat.fichiers import contenu, service, stockage
from syndicat.fichiers.enums import TRANSITIONS_TRANSFERT, EtatTransfert
from syndicat.fichiers.models import Transfert
from syndicat.fichiers.profils import MO, profil_de
from syndicat.fichiers.quota import verifier_quota
from syndicat.socle.contexte import exiger_portee
from syndicat.socle.transition import transition

DUREE = timedelta(hours=48)
MORCEAU_MAX = 32 * MO
BLOC = 256 * 1024


class Lisible(Protocol):
    """Anything that reads bytes by pieces (a request, a file)."""

    def read(self, size: int = ..., /) -> bytes: ...


class DecalageInattendu(ValueError):
    """The chunk does not begin where the row stands (409): ask where it stands and go on from there."""


class TransfertFini(ValueError):
    """Nothing more may be sent: finished, refused or abandoned (410)."""


def ouvrir_transfert(
    *, nom: str, taille: int, profil: str, rattache: tuple[str, str], by: Acteur, public: bool = False
) -> Transfert:
    """Announce an upload of ``taille`` bytes. Raises ValidationError (size, quota, read-only member)."""
    p = profil_de(profil)
    if exiger_portee().lecture_seule:
        raise ValidationError("Cet espace est en lecture seule.", code="lecture_seule")
    contenu.verifier_taille(p, taille)
    verifier_quota(taille)
    return Transfert.objects.create(
        nom=contenu.nom_propre(nom, nom.rpartition(".")[2].lower()[:8] or "bin"),
        profil=p.code,
        taille=taille,
        rattache_genre=rattache[0],
        rattache_uuid=rattache[1],
        public=public,
        depose_par_id=by.user_id,
        expire_at=timezone.now() + DUREE,
    )


def recevoir(transfert: Transfert, *, decalage: int, flux: Lisible, by: Acteur) -> Transfert:
    """Append one chunk (32 MiB at most); the last one turns the upload into a :class:`Fichier`.

    Raises DecalageInattendu, TransfertFini, and ValidationError when the finished content is refused.
    """
    with transaction.atomic():
        frais = Transfert.objects.select_for_update().get(pk=transfert.pk)
        if frais.etat != EtatTransfert.EN_COURS or frais.expire_at <= timezone.now():
            raise TransfertFini(frais.etat)
        if decalage != frais.recu:
            raise DecalageInattendu(frais.recu)
        chemin = stockage.transit(frais.uuid)
        frais.recu += _ajouter(chemin, decalage, flux, min(MORCEAU_MAX, frais.taille - decalage))
        frais.expire_at = timezone.now() + DUREE
        frais.save(update_fields=["recu", "expire_at"])
    if frais.recu == frais.taille:
        return conclure(frais, by=by)
    return frais


def conclure(transfert: Transfert, *, by: Acteur) -> Transfert:
    """All bytes are there: look at the content and deposit it. Idempotent (a kill in between starts it again)."""
    chemin = stockage.transit(transfert.uuid)
    try:
        with transaction.atomic():
            frais = transition(transfert, vers=EtatTransfert.TERMINE, table=TRANSITIONS_TRANSFERT)
            with chemin.open("rb") as flux:
                # Its announced bytes no longer count: they become a file's within this transaction.
                frais.fichier = service.deposer_flux(
                    flux,
                    nom=frais.nom,
                    profil=frais.profil,
                    rattache=(frais.rattache_genre, str(frais.rattache_uuid)),
                    by=by,
                    public=frais.public,
                )
            frais.save(update_fields=["fichier"])
            transaction.on_commit(lambda: chemin.unlink(missing_ok=True), robust=True)
        return frais
    except ValidationError as exc:
        refuser(transfert, motif=" ".join(exc.messages))
        raise


@transaction.atomic
def refuser(transfert: Transfert, *, motif: str) -> None:
    """The content is not acceptable: say why, forget the bytes."""
    frais = transition(transfert, vers=EtatTransfert.REFUSE, table=TRANSITIONS_TRANSFERT)
    frais.motif = motif[:300]
    frais.save(update_fields=["motif"])
    _oublier(frais)


@transaction.atomic
def abandonner(transfert: Transfert, *, by: Acteur) -> None:
    """The person gives up (tus termination): forget the bytes. ``by`` is who opened it."""
    frais = transition(transfert, vers=EtatTransfert.ABANDONNE, table=TRANSITIONS_TRANSFERT)
    _oublier(frais)


def _oublier(transfert: Transfert) -> None:
    chemin = stockage.transit(transfert.uuid)
    transaction.on_commit(lambda: chemin.unlink(missing_ok=True), robust=True)


def _ajouter(chemin: Path, decalage: int, flux: Lisible, maximum: int) -> int:
    """Write at ``decalage`` what the stream holds; answers the number of bytes, on disk when it returns.

    Raises ValidationError when the stream holds more than ``maximum``: nothing of it counts then.
    """
    descripteur = os.open(chemin, os.O_WRONLY | os.O_CREAT, 0o600)
    with os.fdopen(descripteur, "wb") as sortie:
        sortie.seek(decalage)
        ecrit = 0
        for bloc in _blocs(flux):
            if ecrit + len(bloc) > maximum:
                raise ValidationError("Le morceau dépasse ce qui était annoncé.", code="trop_long")
            ecrit += sortie.write(bloc)
        sortie.truncate(decalage + ecrit)
        sortie.flush()
        os.fsync(sortie.fileno())
    return ecrit


def _blocs(flux: Lisible) -> Iterator[bytes]:
    while bloc := flux.read(BLOC):
        yield bloc
