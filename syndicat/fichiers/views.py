"""Delivery of files: the predicate of the object's theme, then what may leave under that name, then the bytes."""

from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from syndicat.comptes.acteur import Acteur, acteur_de
from syndicat.fichiers import droits, lecture, service, stockage
from syndicat.fichiers.models import Fichier
from syndicat.membres import annuaire
from syndicat.socle import contexte


def _envoi(acteur: Acteur, fichier: Fichier, variante: str) -> lecture.Envoi:
    forme = service.servable(fichier, variante, agent=acteur.est_agent)
    if forme is None:
        raise Http404
    joint = variante == service.DOCUMENT_VARIANTE
    nom = fichier.nom if joint else f"{fichier.nom.rpartition('.')[0]}.{forme['cle'].rpartition('.')[2]}"
    return lecture.Envoi(
        depot=stockage.depot(),
        cle=forme["cle"],
        type_mime=forme["type"],
        taille=forme["taille"],
        etag=f'"{fichier.empreinte[:32]}-{variante}"',
        nom=nom,
        joint=joint,
        public=fichier.public,
    )


@login_not_required
@require_safe
def servir(request: HttpRequest, uuid: UUID, variante: str) -> HttpResponseBase:
    """A file of this member, or a bare 404 (absent, foreign, refused and not ready all look the same)."""
    acteur = acteur_de(request)
    fichier = Fichier.objects.filter(uuid=uuid).first()
    if fichier is None or not droits.peut_lire(acteur, fichier, mot=request.GET.get("j", "")):
        raise Http404
    return lecture.repondre(request, _envoi(acteur, fichier, variante))


@login_not_required
@require_safe
def servir_commun(request: HttpRequest, uuid: UUID, variante: str) -> HttpResponseBase:
    """A public file of the syndicate on a member's host (photographs of the catalogue): public ones only."""
    acteur = acteur_de(request)
    with contexte.dans(annuaire.portee_du_syndicat()):
        fichier = Fichier.objects.filter(uuid=uuid, public=True).first()
        if fichier is None or not droits.peut_lire(acteur, fichier):
            raise Http404
        # The reader's own rank counts on its own host only: here it is nobody's agent.
        envoi = _envoi(Acteur.anonyme(), fichier, variante)
    return lecture.repondre(request, envoi)
