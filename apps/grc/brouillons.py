"""Drafts of the portal: server-side, one a browser, found by a cookie; they expire and are purged."""

import secrets
from datetime import timedelta
from hashlib import sha256
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from apps.grc import regles
from apps.grc.metadonnees import position_de
from apps.grc.models import Brouillon, Photo
from syndicat.comptes.acteur import Acteur
from syndicat.fichiers import service as fichiers
from syndicat.socle.contexte import exiger_portee
from syndicat.web.plans import plan_de

COOKIE = "__Host-signalement" if settings.SESSION_COOKIE_SECURE else "signalement"
GENRE_PHOTO = "grc.photo"


def _empreinte(jeton: str) -> str:
    return sha256(jeton.encode()).hexdigest()


def brouillon_de(request: HttpRequest) -> Brouillon | None:
    """The living draft of this browser, or None."""
    jeton = request.COOKIES.get(COOKIE, "")
    if not 20 <= len(jeton) <= 64:
        return None
    trouve = Brouillon.objects.select_related("photo__fichier").filter(empreinte=_empreinte(jeton)).first()
    return trouve if trouve is not None and trouve.vivant(timezone.now()) else None


def ouvrir() -> tuple[Brouillon, str]:
    """A new draft and the word of its cookie (kept nowhere else)."""
    jeton = secrets.token_urlsafe(24)
    duree = timedelta(days=regles.CONSERVATION_BROUILLON_JOURS)
    return Brouillon.objects.create(empreinte=_empreinte(jeton), expire_at=timezone.now() + duree), jeton


def poser_cookie(reponse: HttpResponse, jeton: str) -> None:
    """Kept as long as the draft, for this host alone, out of reach of scripts."""
    reponse.set_cookie(
        COOKIE,
        jeton,
        max_age=regles.CONSERVATION_BROUILLON_JOURS * 86400,
        httponly=True,
        secure=bool(settings.SESSION_COOKIE_SECURE),
        samesite="Lax",
        path="/",
    )


def oter_cookie(reponse: HttpResponse) -> None:
    reponse.delete_cookie(COOKIE, path="/", samesite="Lax")


def ecrire(brouillon: Brouillon, **valeurs: Any) -> None:
    """Keep answers; None removes."""
    brouillon.donnees = {k: v for k, v in {**brouillon.donnees, **valeurs}.items() if v is not None}
    brouillon.save(update_fields=["donnees"])


def dans_la_commune(longitude: float, latitude: float) -> bool:
    """Within the extent of the collectivité, a little enlarged: the limit runs along roads."""
    return plan_de(exiger_portee()).emprise.agrandie(0.1).contient(longitude, latitude)


@transaction.atomic
def poser_photo(brouillon: Brouillon, televersee: "UploadedFile[Any]", *, by: Acteur) -> Photo:
    """Take the photo in; its GPS place, if any and in the commune, becomes a first pin, then is gone with the EXIF.

    Raises ValidationError with the sentence to show; everything else of the draft is kept.
    """
    lieu = position_de(televersee)
    identifiant = uuid4()
    fichier = fichiers.deposer(televersee, profil="photo", rattache=(GENRE_PHOTO, str(identifiant)), by=by)
    ancienne = brouillon.photo
    photo = Photo.objects.create(uuid=identifiant, fichier=fichier)
    brouillon.photo = photo
    brouillon.save(update_fields=["photo"])
    if ancienne is not None:
        oter_photo(ancienne, by=by)
    if lieu is not None and "lon" not in brouillon.donnees and dans_la_commune(*lieu):
        ecrire(brouillon, lon=round(lieu[0], 6), lat=round(lieu[1], 6), source="photo")
    return photo


def oter_photo(photo: Photo, *, by: Acteur) -> None:
    """Remove a photo and its bytes."""
    fichier = photo.fichier
    photo.delete()
    fichiers.supprimer(fichier, by=by, motif="remplacee")


@transaction.atomic
def retirer_photo(brouillon: Brouillon, *, by: Acteur) -> None:
    """« Continuer sans photo » after one was taken."""
    photo, brouillon.photo = brouillon.photo, None
    brouillon.save(update_fields=["photo"])
    if photo is not None:
        oter_photo(photo, by=by)


def message_de(erreur: ValidationError) -> str:
    """What happened, what was kept, what to do."""
    if getattr(erreur, "code", "") == "taille":
        return "La photo dépasse 20 Mo. Votre signalement est conservé ; choisissez une photo plus légère."
    return f"{erreur.messages[0]} Votre signalement est conservé."
