"""What the other rooms and the themes use of ``fichiers``: deposit, attach, address, open, delete.

Typical theme::

    fichiers.declarer_droit("grc.signalement", perms.can_read_photo)  # in ready()
    photo = fichiers.deposer(televerse, profil="photo", rattache=("grc.signalement", s.uuid), by=acteur)
    adresse = fichiers.url(photo, "vignette")  # "" while it is being cleaned
"""

import io
import uuid as uuid_
from typing import IO, Any, BinaryIO, cast

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.urls import reverse

from syndicat.comptes.acteur import Acteur
from syndicat.fichiers import actions, contenu, droits, profils, stockage, travaux
from syndicat.fichiers.enums import EtatAnalyse, EtatNettoyage
from syndicat.fichiers.models import Fichier, FichierQuerySet
from syndicat.fichiers.quota import verifier_quota
from syndicat.socle.contexte import exiger_portee

__all__ = [
    "DOCUMENT_VARIANTE", "de", "declarer_droit", "declarer_profil", "deposer", "deposer_flux", "jeton",
    "ouvrir", "rattacher", "rendre_public", "servable", "supprimer", "trouver", "url",
]  # fmt: skip

#: Name under which a file that is not an image is served (as an attachment).
DOCUMENT_VARIANTE = "document"
declarer_droit = droits.declarer
declarer_profil = profils.declarer_profil
jeton = droits.jeton


def deposer(
    televerse: "UploadedFile[bytes]",
    *,
    profil: str,
    rattache: tuple[str, str] = ("", ""),
    by: Acteur,
    public: bool = False,
) -> Fichier:
    """Take an upload in. ``rattache``: (kind, uuid) of its object; ("", "") keeps it a day, to be attached later.

    Raises ValidationError with the sentence to show. Cleaning and analysis follow in the worker, after commit.
    """
    return deposer_flux(
        cast(IO[bytes], televerse.file),
        nom=televerse.name or "",
        profil=profil,
        rattache=rattache,
        by=by,
        public=public,
    )


def deposer_flux(
    flux: IO[bytes],
    *,
    nom: str,
    profil: str,
    rattache: tuple[str, str] = ("", ""),
    by: Acteur,
    public: bool = False,
) -> Fichier:
    """As :func:`deposer`, from any seekable binary stream (a generated PDF, a finished transfer)."""
    p = profils.profil_de(profil)
    portee = exiger_portee()
    if portee.lecture_seule:
        raise ValidationError(
            "Cet espace est en lecture seule : aucun fichier ne peut y être déposé.", code="lecture_seule"
        )
    source = cast(BinaryIO, flux)
    taille = source.seek(0, io.SEEK_END)
    contenu.verifier_taille(p, taille)
    verifier_quota(taille)
    nature = contenu.nature(source, p)
    empreinte, taille = contenu.empreinte(source)
    identifiant = uuid_.uuid4()
    cle = stockage.cle_de(identifiant, "original", nature.extension)
    # Bytes first, row after: a rollback leaves bytes without a row, which the daily purge removes.
    stockage.depot().ecrire(cle, source)
    image = nature.type_mime in profils.IMAGES
    with transaction.atomic():
        fichier = Fichier.objects.create(
            uuid=identifiant,
            nom=contenu.nom_propre(nom, nature.extension),
            profil=p.code,
            type_mime=nature.type_mime,
            taille=taille,
            octets=taille,
            empreinte=empreinte,
            cle=cle,
            nettoyage=EtatNettoyage.A_FAIRE if image else EtatNettoyage.SANS_OBJET,
            rattache_genre=rattache[0],
            rattache_uuid=rattache[1] or None,
            public=public,
            depose_par_id=by.user_id,
        )
        travaux.prevoir(fichier)
    return fichier


def rattacher(fichier: Fichier, *, rattache: tuple[str, str], by: Acteur, public: bool = False) -> Fichier:
    """Give a file deposited without object its object; the person who deposited it only.

    Raises ValidationError when it already belongs to another object or to another person.
    """
    with transaction.atomic():
        frais = Fichier.objects.select_for_update().get(pk=fichier.pk)
        if frais.rattache not in (("", ""), (rattache[0], str(rattache[1]))) or (
            frais.depose_par_id != by.user_id and by.genre != "systeme"
        ):
            raise ValidationError("Ce fichier appartient déjà à une autre demande.", code="rattache")
        frais.rattache_genre, frais.rattache_uuid, frais.public = (
            rattache[0],
            uuid_.UUID(str(rattache[1])),
            public,
        )
        frais.save(update_fields=["rattache_genre", "rattache_uuid", "public"])
    return frais


def rendre_public(fichier: Fichier, *, public: bool, by: Acteur) -> Fichier:
    """Show a file to anonymous persons the predicate admits, or no longer. Journaled."""
    return actions.changer_publicite(fichier=fichier, public=public, by=by)


def supprimer(fichier: Fichier, *, by: Acteur, motif: str = "") -> None:
    """Delete a file, row and bytes. Journaled; bytes go after commit. ``motif`` is a code, not a sentence."""
    actions.supprimer_fichier(fichier=fichier, by=by, motif=motif)


def de(genre: str, identifiant: Any) -> FichierQuerySet:
    """Files of one object, oldest first."""
    return Fichier.objects.all().de(genre, identifiant)


def trouver(identifiant: Any) -> Fichier | None:
    """A file by its public identifier, or None."""
    try:
        return Fichier.objects.filter(uuid=identifiant).first()
    except (ValueError, ValidationError):
        return None


def servable(fichier: Fichier, variante: str, *, agent: bool) -> dict[str, Any] | None:
    """What may leave now under that name: {"cle", "type", "taille"}, or None.

    An image leaves by its re-encoded variants only. A file not analysed (no antivirus here) that we did not
    re-encode leaves for the member's agents only; an infected one, or one still waiting, for nobody.
    """
    if fichier.etat in (EtatAnalyse.INFECTE, EtatAnalyse.EN_ATTENTE):
        return None
    if fichier.est_image:
        forme: dict[str, Any] | None = fichier.variantes.get(variante)
        return forme
    if variante != DOCUMENT_VARIANTE or not fichier.cle:
        return None
    if fichier.etat == EtatAnalyse.NON_ANALYSE and not agent:
        return None
    return {"cle": fichier.cle, "type": fichier.type_mime, "taille": fichier.taille}


def url(fichier: Fichier, variante: str = "", *, signee: bool = False, commun: bool = False) -> str:
    """Path of one form on the member's host; "" while nothing may be served under that name.

    ``variante``: ``vignette`` or ``ecran`` for an image, ``document`` otherwise (the default follows).
    ``signee``: opens for a day to whoever holds the address (a tracking page by code, an e-mail). ``commun``: a
    public file of the syndicate shown on a member's host (catalogue); call it with the syndicate in scope.
    """
    variante = variante or ("ecran" if fichier.est_image else DOCUMENT_VARIANTE)
    if servable(fichier, variante, agent=True) is None:
        return ""
    chemin = reverse(
        "fichiers:servir_commun" if commun else "fichiers:servir",
        args=[fichier.uuid, variante],
        urlconf="syndicat.urls_membre",
    )
    return f"{chemin}?j={droits.jeton(fichier)}" if signee else chemin


def ouvrir(fichier: Fichier, variante: str = "") -> BinaryIO:
    """Bytes of a form, for exports and archives; the caller has checked the rights. Raises FileNotFoundError."""
    variante = variante or ("ecran" if fichier.est_image else DOCUMENT_VARIANTE)
    forme = servable(fichier, variante, agent=True)
    if forme is None:
        raise FileNotFoundError(f"{fichier.uuid} : « {variante} » n’est pas disponible.")
    return stockage.depot().ouvrir(forme["cle"])
