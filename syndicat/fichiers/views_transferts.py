"""Resumable uploads over HTTP: the core of tus 1.0.0 (creation, offset, chunk, termination), for signed-in persons.

``POST /fichiers/transferts/`` with ``Upload-Length`` and ``Upload-Metadata`` (filename, profil, genre, objet); ``HEAD`` gives the
offset, ``PATCH`` sends a chunk, ``DELETE`` gives up. Only the person who opened an upload sees it.
"""

import base64
import binascii
from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from syndicat.comptes.acteur import Acteur, acteur_de
from syndicat.fichiers import droits
from syndicat.fichiers import transferts as service_transferts
from syndicat.fichiers.enums import EtatTransfert
from syndicat.fichiers.models import Transfert

VERSION = "1.0.0"


def _reponse(reponse: HttpResponse) -> HttpResponse:
    reponse["Tus-Resumable"] = VERSION
    return reponse


def _refus(exc: ValidationError, status: int = 400) -> HttpResponse:
    return _reponse(JsonResponse({"detail": " ".join(exc.messages)}, status=status))


def _metadonnees(entete: str) -> dict[str, str]:
    """tus ``Upload-Metadata``: ``key base64, key base64``."""
    lues = {}
    for paire in entete.split(","):
        cle, _, valeur = paire.strip().partition(" ")
        try:
            lues[cle] = base64.b64decode(valeur, validate=True).decode("utf-8")
        except (binascii.Error, UnicodeDecodeError):
            continue
    return lues


def _entier(request: HttpRequest, entete: str) -> int | None:
    texte = request.headers.get(entete, "")
    return int(texte) if texte.isdecimal() and len(texte) < 16 else None


@never_cache
@require_http_methods(["POST"])
def transferts(request: HttpRequest) -> HttpResponse:
    """Open an upload: 201 with its address, 404 where the object's theme does not let this person deposit."""
    acteur = acteur_de(request)
    dit = _metadonnees(request.headers.get("Upload-Metadata", ""))
    taille = _entier(request, "Upload-Length")
    try:
        genre, objet = dit["genre"], str(UUID(dit["objet"]))
    except (KeyError, ValueError):
        return _refus(ValidationError("L’objet auquel joindre le fichier n’est pas indiqué."))
    if not droits.peut_deposer(acteur, genre, objet):
        raise Http404
    try:
        transfert = service_transferts.ouvrir_transfert(
            nom=dit.get("filename", "fichier"),
            taille=taille or 0,
            profil=dit.get("profil", "volumineux"),
            rattache=(genre, objet),
            by=acteur,
        )
    except LookupError:
        return _refus(ValidationError("Ce genre de fichier n’existe pas."))
    except ValidationError as exc:
        return _refus(exc, 413 if getattr(exc, "code", "") in ("taille", "quota") else 400)
    reponse = HttpResponse(status=201)
    reponse["Location"] = reverse("fichiers:transfert", args=[transfert.uuid])
    return _reponse(reponse)


@never_cache
@require_http_methods(["HEAD", "PATCH", "DELETE"])
def transfert(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Where it stands, one more chunk, or the end of it."""
    acteur = acteur_de(request)
    objet = Transfert.objects.filter(uuid=uuid, depose_par_id=acteur.user_id or 0).first()
    if objet is None or not droits.peut_deposer(acteur, objet.rattache_genre, str(objet.rattache_uuid)):
        raise Http404
    if request.method == "PATCH":
        return _morceau(request, objet, acteur)
    if request.method == "DELETE":
        if objet.etat != EtatTransfert.EN_COURS:
            return _reponse(HttpResponse(status=410))
        service_transferts.abandonner(objet, by=acteur)
        return _reponse(HttpResponse(status=204))
    if objet.etat in (EtatTransfert.REFUSE, EtatTransfert.ABANDONNE):
        return _reponse(HttpResponse(status=410))
    return _position(HttpResponse(), objet)


def _position(reponse: HttpResponse, objet: Transfert) -> HttpResponse:
    reponse["Upload-Offset"] = str(objet.recu)
    reponse["Upload-Length"] = str(objet.taille)
    if objet.fichier is not None:
        reponse["Upload-Fichier"] = str(objet.fichier.uuid)
    return _reponse(reponse)


def _morceau(request: HttpRequest, objet: Transfert, acteur: Acteur) -> HttpResponse:
    decalage = _entier(request, "Upload-Offset")
    if request.content_type != "application/offset+octet-stream":
        return _reponse(HttpResponse(status=415))
    if decalage is None:
        return _reponse(HttpResponse(status=400))
    try:
        fait = service_transferts.recevoir(objet, decalage=decalage, flux=request, by=acteur)
    except service_transferts.DecalageInattendu:
        return _reponse(HttpResponse(status=409))
    except service_transferts.TransfertFini:
        return _reponse(HttpResponse(status=410))
    except ValidationError as exc:
        return _refus(exc, 413 if getattr(exc, "code", "") == "trop_long" else 422)
    return _position(HttpResponse(status=204), fait)
