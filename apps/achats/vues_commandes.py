"""Desk pages of a member: its orders, one order and its decisions, the rules of purchasing."""

from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.achats import actions, regles
from apps.achats.commun.models import Commande, EvenementCommande, ReglageAchats
from apps.achats.enums import ENGAGEES, MODES_EN_CLAIR, NIVEAUX, TRANSITIONS_COMMANDE, EtatCommande
from apps.achats.forms import FormulaireMotif
from apps.achats.perms import can_annuler, can_approuver, can_consulter, can_demander, can_regler
from syndicat.comptes.acteur import Acteur, acteur_de
from syndicat.comptes.perms import exiger
from syndicat.web.francais import jour_court

PAR_PAGE = 30
VUES = {
    "": ("En cours", [EtatCommande.DEMANDE, *ENGAGEES[:4]]),
    "attente": ("À approuver", [EtatCommande.DEMANDE]),
    "finies": ("Terminées", [EtatCommande.SERVICE_FAIT, EtatCommande.REFUSE, EtatCommande.ANNULE]),
}
ICONES = {"ok": "ok", "info": "envoyer", "alerte": "horloge", "neutre": "croix"}


@require_safe
@exiger(can_consulter)
def liste(request: HttpRequest) -> HttpResponse:
    """Orders of the collectivité, drafts apart."""
    vue = request.GET.get("vue", "")
    vue = vue if vue in VUES else ""
    commandes = Commande.objects.filter(etat__in=VUES[vue][1])
    avant = request.GET.get("avant", "")
    if avant.isdigit() and len(avant) < 19:
        commandes = commandes.filter(pk__lt=int(avant))
    page = list(
        commandes.select_related("lot", "demandeur")
        .annotate(nombre=Count("lignes"))
        .order_by("-pk")[: PAR_PAGE + 1]
    )
    suite = len(page) > PAR_PAGE
    page = page[:PAR_PAGE]
    requete = f"vue={vue}&" if vue else ""
    attente = Commande.objects.filter(etat=EtatCommande.DEMANDE).count()
    return render(
        request,
        "achats/commandes.html",
        {
            "commandes": [(c, NIVEAUX[c.etat]) for c in page],
            "onglets": [
                {
                    "libelle": nom,
                    "url": f"?vue={code}" if code else "?",
                    "actif": code == vue,
                    "compte": attente if code == "attente" else None,
                }
                for code, (nom, _) in VUES.items()
            ],
            "precedente": f"?{requete}".rstrip("&") if avant else "",
            "suivante": f"?{requete}avant={page[-1].pk}" if suite else "",
        },
    )


def _commande(uuid: UUID) -> Commande:
    trouvee: Commande = get_object_or_404(
        Commande.objects.select_related("lot__marche", "demandeur", "approbateur").exclude(
            etat=EtatCommande.BROUILLON
        ),
        uuid=uuid,
    )
    return trouvee


def etapes(evenements: list[EvenementCommande]) -> list[dict[str, Any]]:
    """The timeline, latest first; visa and commitment, made at once, are one line."""
    vus = [e for e in evenements if e.etat not in (EtatCommande.VISE, EtatCommande.ENGAGE)]
    return [
        {
            "titre": "Demandée" if e.etat == EtatCommande.DEMANDE else e.get_etat_display(),
            "quand": jour_court(e.at),
            "qui": e.par.get_full_name() if e.par else "",
            "texte": e.note,
            "icone": ICONES[NIVEAUX[e.etat]],
            "genre": "ok" if NIVEAUX[e.etat] == "ok" else "accent" if e is vus[-1] else "",
        }
        for e in reversed(vus)
    ]


def details(commande: Commande) -> dict[str, Any]:
    """What the page of an order shows, whoever reads it."""
    lignes = list(commande.lignes.order_by("pk"))
    return {
        "commande": commande,
        "lignes": [(li, regles.montant_ligne(li.quantite, li.prix_ht)) for li in lignes],
        "totaux": regles.totaux((li.quantite, li.prix_ht, li.tva) for li in lignes),
        "niveau": NIVEAUX[commande.etat],
        "mode_en_clair": MODES_EN_CLAIR[commande.lot.marche.mode],
        "mode": commande.lot.marche.get_mode_display(),
        "etapes": etapes(list(commande.evenements.select_related("par").order_by("pk"))),
    }


def _possibles(acteur: Acteur, commande: Commande) -> dict[str, bool]:
    """What this person may do now."""
    vers = TRANSITIONS_COMMANDE[commande.etat]
    approuve = EtatCommande.VISE in vers and can_approuver(acteur, commande)
    cumul = regles.cumul_interdit(
        demandeur_id=commande.demandeur_id,
        approbateur_id=acteur.user_id,
        cumul_permis=approuve and ReglageAchats.cumul_permis(),
    )
    demandeur = can_demander(acteur)
    return {
        "peut_approuver": approuve and not cumul,
        "attend_un_autre": approuve and cumul,
        "peut_annuler": EtatCommande.ANNULE in vers and can_annuler(acteur, commande),
        "peut_livrer": EtatCommande.LIVRE in vers and demandeur,
        "peut_livrer_partiel": EtatCommande.LIVRE_PARTIEL in vers and demandeur,
        "peut_attester": EtatCommande.SERVICE_FAIT in vers and demandeur,
    }


@require_safe
@exiger(can_consulter)
def page(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """One order."""
    objet = _commande(uuid)
    acteur = acteur_de(request)
    return render(
        request,
        "achats/commande.html",
        {**details(objet), **_possibles(acteur, objet), "form_motif": FormulaireMotif(auto_id="motif_%s")},
    )


def _faire(request: HttpRequest, uuid: UUID, agir: Callable[[], object], reussite: str) -> HttpResponse:
    try:
        agir()
    except ValidationError as refus:
        messages.error(request, " ".join(refus.messages))
    else:
        messages.success(request, reussite)
    return redirect(reverse("achats:commande", args=[uuid]))


@require_POST
@exiger(can_consulter)
def approuver(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Approve: the total read is sent back, so that a changed price is read again."""
    objet = _commande(uuid)
    acteur = acteur_de(request)
    if not can_approuver(acteur, objet):
        raise PermissionDenied
    try:
        total_vu = Decimal(request.POST.get("total_vu", ""))
    except InvalidOperation:
        total_vu = Decimal(-1)
    return _faire(
        request,
        uuid,
        lambda: actions.approuver(commande=objet, total_vu=total_vu, by=acteur),
        "Commande approuvée. Elle est envoyée au fournisseur.",
    )


@require_POST
@exiger(can_consulter)
def refuser(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Refuse."""
    objet = _commande(uuid)
    acteur = acteur_de(request)
    if not can_approuver(acteur, objet):
        raise PermissionDenied
    motif = request.POST.get("motif", "")
    return _faire(
        request, uuid, lambda: actions.refuser(commande=objet, motif=motif, by=acteur), "Demande refusée."
    )


@require_POST
@exiger(can_consulter)
def annuler(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Cancel."""
    objet = _commande(uuid)
    acteur = acteur_de(request)
    if not can_annuler(acteur, objet):
        raise PermissionDenied
    motif = request.POST.get("motif", "")
    return _faire(
        request, uuid, lambda: actions.annuler(commande=objet, motif=motif, by=acteur), "Commande annulée."
    )


@require_POST
@exiger(can_demander)
def livrer(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Say what arrived."""
    objet = _commande(uuid)
    complet = request.POST.get("quoi") != "partiel"
    return _faire(
        request,
        uuid,
        lambda: actions.livrer(commande=objet, complet=complet, by=acteur_de(request)),
        "Livraison notée.",
    )


@require_POST
@exiger(can_demander)
def attester(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Attest the service done."""
    objet = _commande(uuid)
    return _faire(
        request,
        uuid,
        lambda: actions.attester_service_fait(commande=objet, by=acteur_de(request)),
        "Service fait attesté\u00a0: la facture peut être payée.",
    )


@require_http_methods(["GET", "HEAD", "POST"])
@exiger(can_regler)
def reglages(request: HttpRequest) -> HttpResponse:
    """Who may approve what they asked for."""
    if request.method == "POST":
        actions.regler_cumul(permis="cumul" in request.POST, by=acteur_de(request))
        messages.success(request, "Réglage enregistré.")
        return redirect(reverse("achats:reglages"))
    return render(request, "achats/reglages.html", {"cumul": ReglageAchats.cumul_permis()})
