"""Pages of the syndicate: markets, lots, articles, prices, and the orders passed through the centrale."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.achats import gestion
from apps.achats.commun.models import Article, Commande, Lot, Marche
from apps.achats.enums import ENGAGEES, NIVEAUX, TRANSITIONS_MARCHE, EtatCommande, EtatMarche, Mode
from apps.achats.forms import (
    FormulaireArticle,
    FormulaireLot,
    FormulaireMarche,
    FormulaireMaximum,
    FormulairePrix,
)
from apps.achats.perms import can_gerer_catalogue
from apps.achats.vues_commandes import details
from syndicat.comptes.acteur import acteur_de
from syndicat.comptes.perms import exiger
from syndicat.socle import contexte

ACTE_COMMANDES = contexte.declarer_acte(
    "achats.commandes_centrale",
    "Suivre, au syndicat, les commandes passées par la centrale d’achat (intermédiaire ou grossiste)",
)
NIVEAUX_MARCHE = {EtatMarche.PREPARATION: "alerte", EtatMarche.PUBLIE: "ok", EtatMarche.CLOS: "neutre"}
VERBES = {EtatMarche.PUBLIE: "Publier au catalogue", EtatMarche.CLOS: "Clore le marché"}
PAR_PAGE = 30
#: In a groupement each member orders on its own: the syndicate does not read these orders.
SUIVIES = Q(lot__marche__mode__in=[Mode.INTERMEDIAIRE, Mode.GROSSISTE]) & Q(
    etat__in=[*ENGAGEES, EtatCommande.ANNULE], engagee_at__isnull=False
)


@require_safe
@exiger(can_gerer_catalogue)
def marches(request: HttpRequest) -> HttpResponse:
    """Every market with its ceiling."""
    objets = Marche.objects.annotate(
        nb_lots=Count("lots", distinct=True),
        nb_articles=Count("lots__articles", filter=Q(lots__articles__publie=True), distinct=True),
    ).order_by("-debut", "reference")
    return render(
        request,
        "achats/syndicat_marches.html",
        {"marches": [(m, NIVEAUX_MARCHE[EtatMarche(m.etat)]) for m in objets]},
    )


def _poser(form: forms.BaseForm, agir: Callable[[], Any]) -> Any:
    """Run an action; its refusal goes back to the fields. Answers its result, or None."""
    try:
        return agir()
    except ValidationError as refus:
        for champ, erreurs in (
            refus.message_dict if hasattr(refus, "error_dict") else {"__all__": refus.messages}
        ).items():
            form.add_error(champ if champ in form.fields else None, erreurs)
    return None


def _formulaire(request: HttpRequest, form: Any, **extra: Any) -> HttpResponse:
    return render(
        request, "achats/syndicat_form.html", {"form": form, **extra}, status=422 if form.errors else 200
    )


@require_http_methods(["GET", "HEAD", "POST"])
@exiger(can_gerer_catalogue)
def marche_nouveau(request: HttpRequest) -> HttpResponse:
    """Create a market."""
    form = FormulaireMarche(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        objet = _poser(form, lambda: gestion.creer_marche(champs=form.cleaned_data, by=acteur_de(request)))
        if objet is not None:
            messages.success(request, "Marché créé. Ajoutez ses lots, puis publiez-le.")
            return redirect(reverse("achats_syndicat:marche", args=[objet.uuid]))
    return _formulaire(
        request,
        form,
        titre="Nouveau marché",
        bouton="Créer le marché",
        retour=reverse("achats_syndicat:marches"),
    )


@require_safe
@exiger(can_gerer_catalogue)
def marche(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """A market and its lots."""
    objet = get_object_or_404(Marche, uuid=uuid)
    lots = objet.lots.annotate(
        publies=Count("articles", filter=Q(articles__publie=True)), total=Count("articles")
    ).order_by("numero")
    return render(
        request,
        "achats/syndicat_marche.html",
        {
            "marche": objet,
            "niveau": NIVEAUX_MARCHE[EtatMarche(objet.etat)],
            "lots": lots,
            "suites": [(e, VERBES[EtatMarche(e)]) for e in TRANSITIONS_MARCHE[objet.etat]],
            "participants": objet.participants.count(),
        },
    )


@require_POST
@exiger(can_gerer_catalogue)
def marche_etat(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Publish, close or reopen."""
    objet = get_object_or_404(Marche, uuid=uuid)
    vers = request.POST.get("vers", "")
    try:
        gestion.changer_etat_marche(marche=objet, vers=vers, by=acteur_de(request))
    except ValidationError as refus:
        messages.error(request, " ".join(refus.messages))
    else:
        messages.success(request, "C’est fait\u00a0: le catalogue des membres est à jour.")
    return redirect(reverse("achats_syndicat:marche", args=[uuid]))


@require_http_methods(["GET", "HEAD", "POST"])
@exiger(can_gerer_catalogue)
def lot_nouveau(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Add a lot to a market."""
    objet = get_object_or_404(Marche, uuid=uuid)
    depart = {"numero": objet.lots.count() + 1}
    form = FormulaireLot(request.POST if request.method == "POST" else None, initial=depart)
    if form.is_bound and form.is_valid():
        lot_ = _poser(
            form, lambda: gestion.creer_lot(marche=objet, champs=form.cleaned_data, by=acteur_de(request))
        )
        if lot_ is not None:
            messages.success(request, "Lot créé.")
            return redirect(reverse("achats_syndicat:lot", args=[lot_.uuid]))
    retour = reverse("achats_syndicat:marche", args=[uuid])
    return _formulaire(
        request, form, titre="Nouveau lot", sur=str(objet), bouton="Créer le lot", retour=retour
    )


@require_safe
@exiger(can_gerer_catalogue)
def lot(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """A lot: ceiling, supplier, articles at today's price."""
    objet = get_object_or_404(Lot.objects.select_related("marche"), uuid=uuid)
    articles = objet.articles.all().au_prix_du(timezone.localdate()).order_by("designation", "pk")[:500]
    return render(request, "achats/syndicat_lot.html", {"lot": objet, "articles": articles})


@require_http_methods(["GET", "HEAD", "POST"])
@exiger(can_gerer_catalogue)
def lot_maximum(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Amend the maximum of a lot."""
    objet = get_object_or_404(Lot.objects.select_related("marche"), uuid=uuid)
    form = FormulaireMaximum(
        request.POST if request.method == "POST" else None, initial={"maximum_ht": objet.maximum_ht}
    )
    retour = reverse("achats_syndicat:lot", args=[uuid])
    if form.is_bound and form.is_valid():

        def agir() -> bool:
            gestion.changer_maximum(
                objet=objet, maximum_ht=form.cleaned_data["maximum_ht"], by=acteur_de(request)
            )
            return True

        if _poser(form, agir):
            messages.success(request, "Maximum modifié.")
            return redirect(retour)
    return _formulaire(
        request,
        form,
        titre="Modifier le maximum",
        sur=str(objet),
        bouton="Modifier le maximum",
        retour=retour,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@exiger(can_gerer_catalogue)
def article_nouveau(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Create an article of a lot; its price comes next."""
    du_lot = get_object_or_404(Lot, uuid=uuid)
    form = FormulaireArticle(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        objet = _poser(
            form,
            lambda: gestion.enregistrer_article(lot=du_lot, champs=form.cleaned_data, by=acteur_de(request)),
        )
        if objet is not None:
            messages.success(request, "Article créé. Donnez-lui un prix, puis publiez-le.")
            return redirect(reverse("achats_syndicat:article", args=[objet.uuid]))
    retour = reverse("achats_syndicat:lot", args=[uuid])
    return _formulaire(
        request, form, titre="Nouvel article", sur=str(du_lot), bouton="Créer l’article", retour=retour
    )


def _article(uuid: UUID) -> Any:
    objet = (
        Article.objects.au_prix_du(timezone.localdate())
        .select_related("lot__marche")
        .filter(uuid=uuid)
        .first()
    )
    if objet is None:
        raise Http404
    return objet


@require_http_methods(["GET", "HEAD", "POST"])
@exiger(can_gerer_catalogue)
def article(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """An article: its dated prices, a new price (POST), publication."""
    objet = _article(uuid)
    jour = timezone.localdate()
    form = FormulairePrix(
        request.POST if request.method == "POST" else None, initial={"effet": jour, "tva": "20.00"}
    )
    if form.is_bound and form.is_valid():
        champs = form.cleaned_data
        prix = _poser(
            form, lambda: gestion.poser_prix(article=objet, jour=jour, by=acteur_de(request), **champs)
        )
        if prix is not None:
            messages.success(request, "Prix enregistré.")
            return redirect(reverse("achats_syndicat:article", args=[uuid]))
    contexte_ = {"article": objet, "prix": objet.prix.order_by("-effet"), "jour": jour, "form": form}
    return render(request, "achats/syndicat_article.html", contexte_, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@exiger(can_gerer_catalogue)
def article_modifier(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Change the words of an article."""
    objet = _article(uuid)
    form = FormulaireArticle(request.POST if request.method == "POST" else None, instance=objet)
    retour = reverse("achats_syndicat:article", args=[uuid])
    if form.is_bound and form.is_valid():
        fait = _poser(
            form,
            lambda: gestion.enregistrer_article(
                lot=objet.lot, champs=form.cleaned_data, article=objet, by=acteur_de(request)
            ),
        )
        if fait is not None:
            messages.success(request, "Article modifié.")
            return redirect(retour)
    return _formulaire(
        request,
        form,
        titre="Modifier l’article",
        sur=objet.designation,
        bouton="Enregistrer l’article",
        retour=retour,
    )


@require_POST
@exiger(can_gerer_catalogue)
def article_publier(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Show in the catalogue, or take out."""
    publie = request.POST.get("publie") == "oui"
    try:
        gestion.publier_article(
            article=_article(uuid), publie=publie, jour=timezone.localdate(), by=acteur_de(request)
        )
    except ValidationError as refus:
        messages.error(request, " ".join(refus.messages))
    else:
        messages.success(
            request, "L’article est au catalogue." if publie else "L’article n’est plus au catalogue."
        )
    return redirect(reverse("achats_syndicat:article", args=[uuid]))


@require_safe
@exiger(can_gerer_catalogue)
def commandes(request: HttpRequest) -> HttpResponse:
    """Orders of all members in the two modes of the centrale, the latest first."""
    avant = request.GET.get("avant", "")
    with contexte.transverse(ACTE_COMMANDES):
        objets = (
            Commande.objects.filter(SUIVIES)
            .select_related("lot", "collectivite")
            .annotate(nombre=Count("lignes"))
        )
        if avant.isdigit() and len(avant) < 19:
            objets = objets.filter(pk__lt=int(avant))
        page = list(objets.order_by("-pk")[: PAR_PAGE + 1])
    suite = len(page) > PAR_PAGE
    page = page[:PAR_PAGE]
    return render(
        request,
        "achats/syndicat_commandes.html",
        {
            "commandes": [(c, NIVEAUX[c.etat]) for c in page],
            "precedente": "?" if avant else "",
            "suivante": f"?avant={page[-1].pk}" if suite else "",
        },
    )


@require_safe
@exiger(can_gerer_catalogue)
def commande(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """One order, read only."""
    with contexte.transverse(ACTE_COMMANDES):
        objet = (
            Commande.objects.filter(SUIVIES, uuid=uuid)
            .select_related("lot__marche", "collectivite", "demandeur")
            .first()
        )
        if objet is None:
            raise Http404
        montre = details(objet)
    return render(request, "achats/syndicat_commande.html", montre)
