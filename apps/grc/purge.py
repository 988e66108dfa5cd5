"""Erasing what has served: contacts a year after closing, drafts after seven days. Called daily in each member."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from apps.grc import regles
from apps.grc.enums import GenreEvenement, GenreMessage, Moderation
from apps.grc.models import Avis, Brouillon, Contact, Evenement, Photo, Signalement
from syndicat.comptes.acteur import Acteur
from syndicat.fichiers import service as fichiers
from syndicat.journal import consigner
from syndicat.socle.contexte import Portee


def _supprimer_photo(photo: Photo, motif: str, by: Acteur) -> None:
    fichier = photo.fichier
    photo.delete()
    fichiers.supprimer(fichier, by=by, motif=motif)


@transaction.atomic
def effacer(signalement: Signalement, *, by: Acteur) -> None:
    """Erase who reported and their raw words; keep what is anonymous (category, place, dates, public text, answers masked)."""
    s = Signalement.objects.select_for_update().get(pk=signalement.pk)
    if s.efface_at is not None:
        return
    Contact.objects.filter(signalement=s).delete()
    s.suiveurs.exclude(courriel="").update(courriel="")
    s.texte_public = regles.masquer(s.texte_public) if s.moderation == Moderation.PUBLIEE else ""
    s.description = ""
    s.adresse = s.lieu
    s.efface_at = timezone.now()
    s.save(update_fields=["texte_public", "description", "adresse", "efface_at"])
    Avis.objects.filter(signalement=s).update(commentaire="")
    s.messages.filter(genre__in=(GenreMessage.HABITANT, GenreMessage.NOTE)).update(texte="[effacé]")
    for message in s.messages.filter(genre=GenreMessage.REPONSE):
        masque = regles.masquer(message.texte)
        if masque != message.texte:
            message.texte = masque
            message.save(update_fields=["texte"])
    for photo in s.photos.exclude(moderation=Moderation.PUBLIEE).select_related("fichier"):
        _supprimer_photo(photo, "conservation", by)
    Evenement.objects.create(signalement=s, genre=GenreEvenement.EFFACE)
    consigner("grc.signalement.efface", by=by, objet=("grc.signalement", str(s.uuid)))


def purger_contacts(portee: Portee) -> int:
    """Reports closed for more than a year; answers how many were erased."""
    limite = timezone.now() - timedelta(days=regles.CONSERVATION_CONTACT_JOURS)
    by = Acteur.systeme("purge.grc.contacts")
    faits = 0
    while True:
        lot = list(Signalement.objects.filter(clos_at__lt=limite, efface_at__isnull=True)[:200])
        for s in lot:
            effacer(s, by=by)
        faits += len(lot)
        if len(lot) < 200:
            return faits


def purger_brouillons(portee: Portee) -> int:
    """Expired drafts, and photos that belong to no report nor draft any more."""
    by = Acteur.systeme("purge.grc.brouillons")
    maintenant = timezone.now()
    expires = list(Brouillon.objects.filter(expire_at__lt=maintenant).select_related("photo__fichier"))
    for brouillon in expires:
        with transaction.atomic():
            photo = brouillon.photo
            brouillon.delete()
            if photo is not None and photo.signalement_id is None:
                _supprimer_photo(photo, "brouillon_expire", by)
    perdues = Photo.objects.filter(
        signalement__isnull=True, brouillon__isnull=True, created_at__lt=maintenant - timedelta(days=1)
    ).select_related("fichier")
    for photo in perdues:
        _supprimer_photo(photo, "orpheline", by)
    return len(expires)
