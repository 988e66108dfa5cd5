"""Desk pages of a member: the catalogue, an article, the basket."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.achats import actions, catalogue, regles
from apps.achats.commun.models import Article, ArticleQuerySet, Commande, LigneCommande
from apps.achats.enums import ICONES_FAMILLES, MODES_EN_CLAIR, EtatCommande, Famille, Genre, Mode
from apps.achats.forms import FiltreCatalogue, FormulaireDemande, FormulaireQuantite
from apps.achats.perms import can_consulter, can_demander
from syndicat.comptes.acteur import Acteur, acteur_de
from syndicat.comptes.perms import exiger
from syndicat.conventions.porte import Ouverture

PAR_PAGE = 24
_LIBELLES: dict[str, tuple[str, dict[str, str]]] = {
    "famille": ("Famille", dict(Famille.choices)),
    "mode": ("Mode d’achat", dict(Mode.choices)),
    "genre": ("Nature", dict(Genre.choices)),
}


def nombre_au_panier(acteur: Acteur) -> int:
    """Lines in the person's drafts."""
    return LigneCommande.objects.filter(
        commande__demandeur_id=acteur.user_id, commande__etat=EtatCommande.BROUILLON
    ).count()


def _apres(articles: ArticleQuerySet, uuid: str) -> ArticleQuerySet:
    """The page after an article, in the order of names."""
    try:
        repere = Article.objects.filter(uuid=UUID(uuid)).values_list("designation", "pk").first()
    except ValueError:
        return articles
    if repere is None:
        return articles
    return articles.filter(Q(designation__gt=repere[0]) | Q(designation=repere[0], pk__gt=repere[1]))


def _filtres_actifs(criteres: dict[str, str]) -> list[dict[str, str]]:
    """Chips: what filters, and the address without it."""
    puces = []
    for cle, (nom, choix) in _LIBELLES.items():
        if criteres.get(cle):
            reste = {k: v for k, v in criteres.items() if v and k != cle}
            puces.append(
                {
                    "nom": nom,
                    "valeur": choix.get(criteres[cle], criteres[cle]),
                    "retirer": "?" + urlencode(reste),
                }
            )
    return puces


def carte(article: Any, nombre: int = 0) -> dict[str, Any]:
    """What a card of the catalogue shows."""
    return {
        "article": article,
        "icone": ICONES_FAMILLES[article.lot.famille],
        "ttc": regles.prix_ttc(article.prix_ht, article.tva),
        "mode": Mode(article.lot.marche.mode).label,
        "nombre": nombre,
    }


@require_safe
@exiger(can_consulter)
def liste(request: HttpRequest) -> HttpResponse:
    """The catalogue: search, filters, 24 articles a page, a constant number of queries."""
    formulaire = FiltreCatalogue(request.GET)
    criteres = formulaire.cleaned_data if formulaire.is_valid() else {}
    criteres = {k: v for k, v in criteres.items() if v}
    trouves = catalogue.chercher(
        jour=timezone.localdate(),
        demande=criteres.get("q", ""),
        famille=criteres.get("famille", ""),
        mode=criteres.get("mode", ""),
        genre=criteres.get("genre", ""),
    )
    total = trouves.count()
    page = list(_apres(trouves, request.GET["apres"] if request.GET.get("apres") else "")[: PAR_PAGE + 1])
    suite = len(page) > PAR_PAGE
    page = page[:PAR_PAGE]
    nombres = catalogue.nombre_de_collectivites([a.pk for a in page])
    return render(
        request,
        "achats/catalogue.html",
        {
            "form": formulaire,
            "cartes": [carte(a, nombres.get(a.pk, 0)) for a in page],
            "total": total,
            "criteres": criteres,
            "puces": _filtres_actifs(criteres),
            "precedente": "?" + urlencode(criteres) if request.GET.get("apres") else "",
            "suivante": "?" + urlencode({**criteres, "apres": page[-1].uuid}) if suite else "",
            "au_panier": nombre_au_panier(acteur_de(request)),
        },
    )


def _au_catalogue(uuid: UUID) -> Any:
    trouve = Article.objects.au_catalogue(timezone.localdate()).filter(uuid=uuid).first()
    if trouve is None:
        raise Http404
    return trouve


@require_safe
@exiger(can_consulter)
def article(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """An article: price, mode in plain words, delay, what others did."""
    objet = _au_catalogue(uuid)
    nombres = catalogue.nombre_de_collectivites([objet.pk])
    try:
        actions.verifier_ouverture(objet.lot)
        empechement = ""
    except ValidationError as refus:
        empechement = " ".join(refus.messages)
    return render(
        request,
        "achats/article.html",
        {
            **carte(objet, nombres.get(objet.pk, 0)),
            "mode_en_clair": MODES_EN_CLAIR[objet.lot.marche.mode],
            "empechement": empechement,
            "peut": can_demander(acteur_de(request)) and _ouvert(request),
            "form": FormulaireQuantite(),
            "au_panier": nombre_au_panier(acteur_de(request)),
        },
    )


def _ouvert(request: HttpRequest) -> bool:
    """New orders are taken: not while the convention is winding down, nor in a read-only member."""
    portee = request.portee  # type: ignore[attr-defined]
    return getattr(request, "ouverture", Ouverture.OUVERT) is Ouverture.OUVERT and not portee.lecture_seule


@require_POST
@exiger(can_demander)
def ajouter(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Put into the basket."""
    objet = _au_catalogue(uuid)
    formulaire = FormulaireQuantite(request.POST)
    if not _ouvert(request):
        messages.error(
            request, "Le service est en cours de fermeture\u00a0: il ne prend plus de nouvelle commande."
        )
    elif not formulaire.is_valid():
        messages.error(request, "La quantité est un nombre entier, de 1 à 9\u202f999.")
    else:
        try:
            actions.ajouter_au_panier(
                article=objet, quantite=formulaire.cleaned_data["quantite"], by=acteur_de(request)
            )
        except ValidationError as refus:
            messages.error(request, " ".join(refus.messages))
        else:
            messages.success(request, "Ajouté à votre demande.")
            return redirect(reverse("achats:panier"))
    return redirect(reverse("achats:article", args=[uuid]))


def _brouillons(acteur: Acteur) -> list[Commande]:
    return list(
        Commande.objects.filter(demandeur_id=acteur.user_id, etat=EtatCommande.BROUILLON)
        .select_related("lot__marche")
        .prefetch_related("lignes__article")
        .order_by("pk")
    )


@require_http_methods(["GET", "HEAD", "POST"])
@exiger(can_demander)
def panier(request: HttpRequest) -> HttpResponse:
    """The basket: one future order a lot; POST asks for them all."""
    acteur = acteur_de(request)
    brouillons = _brouillons(acteur)
    formulaire = FormulaireDemande(request.POST if request.method == "POST" else None)
    if request.method == "POST" and brouillons and formulaire.is_valid():
        refus = _tout_demander(brouillons, formulaire.cleaned_data, acteur, ouvert=_ouvert(request))
        if not refus:
            messages.success(request, "Votre demande est partie. Vous serez averti de la décision.")
            return redirect(reverse("achats:commandes"))
        for phrase in refus:
            messages.error(request, phrase)
        brouillons = _brouillons(acteur)
    contexte = {
        "commandes": [(c, list(c.lignes.all()), Mode(c.lot.marche.mode).label) for c in brouillons],
        "form": formulaire,
        "total_ht": sum((c.total_ht for c in brouillons), Decimal(0)),
        "total_ttc": sum((c.total_ttc for c in brouillons), Decimal(0)),
    }
    return render(request, "achats/panier.html", contexte, status=422 if formulaire.errors else 200)


def _tout_demander(
    brouillons: list[Commande], champs: dict[str, Any], acteur: Acteur, *, ouvert: bool
) -> list[str]:
    if not ouvert:
        return ["Le service est en cours de fermeture\u00a0: il ne prend plus de nouvelle commande."]
    refus = []
    for commande in brouillons:
        try:
            actions.demander(commande=commande, motif=champs["motif"], lieu=champs["lieu"], by=acteur)
        except ValidationError as erreur:
            refus += [f"{commande.lot.intitule}\u00a0: {m}" for m in erreur.messages]
    return refus


@require_POST
@exiger(can_demander)
def ligne(request: HttpRequest, uuid: UUID, article: UUID) -> HttpResponse:
    """Change or take out a line of one's own draft."""
    acteur = acteur_de(request)
    objet = get_object_or_404(
        LigneCommande.objects.select_related("commande"),
        commande__uuid=uuid,
        article__uuid=article,
        commande__demandeur_id=acteur.user_id,
    )
    try:
        quantite = 0 if "retirer" in request.POST else int(request.POST.get("quantite", ""))
        actions.changer_quantite(ligne=objet, quantite=quantite, by=acteur)
    except ValueError:
        messages.error(request, "La quantité est un nombre entier.")
    except ValidationError as refus:
        messages.error(request, " ".join(refus.messages))
    return redirect(reverse("achats:panier"))
