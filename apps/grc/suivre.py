"""Following a report: by signed link (no account), by code, on the public list and map."""

from contextlib import suppress
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.db.models import Subquery
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.grc import actions, brouillons, jetons, limites, plans, regles
from apps.grc.enums import CLOS, OUVERTS, Etat
from apps.grc.forms import AvisForm, CodeForm, MoiAussiForm
from apps.grc.lectures import PHOTOS_PUBLIQUES, categories_actives, frise_publique, url_photo_publique
from apps.grc.models import Avis, Signalement
from syndicat.comptes.acteur import acteur_de
from syndicat.fichiers import service as fichiers
from syndicat.socle.contexte import exiger_portee
from syndicat.web import francais
from syndicat.web.plans import plan_de
from syndicat.web.tuiles import Point

PAR_PAGE = 30
ESSAIS, FENETRE_S = 20, 300
VUES = {"ouverts": OUVERTS, "resolus": (Etat.RESOLU,)}


def _par_jeton(jeton: str) -> Signalement:
    """The report of a signed word; every wrong word gets the same bare 404."""
    uuid = jetons.uuid_du_jeton(jeton)
    if uuid is None:
        raise Http404
    s = Signalement.objects.select_related("categorie", "regroupe_dans__categorie").filter(uuid=uuid).first()
    if s is None:
        raise Http404
    return s


@login_not_required
@never_cache
@require_safe
def par_lien(request: HttpRequest, jeton: str) -> HttpResponse:
    """The tracking page. Reading it changes nothing: a mail scanner may open it as often as it likes."""
    s = _par_jeton(jeton)
    cible = s.regroupe_dans or s
    photo = s.photos.select_related("fichier").first()
    contexte = {
        "s": s,
        "cible": cible,
        "jeton": jeton,
        "frise": frise_publique(cible),
        "photo": fichiers.url(photo.fichier, "ecran", signee=True) if photo else "",
        "photo_en_cours": photo is not None,
        "avis": Avis.objects.filter(signalement=s).first(),
        "peut_donner_avis": s.etat in CLOS,
        "points": [Point(s.longitude, s.latitude, s.titre)],
        "plan": plan_de(exiger_portee()),
    }
    return render(request, "grc/portail/suivre.html", contexte)


@login_not_required
@require_POST
def avis(request: HttpRequest, jeton: str) -> HttpResponse:
    """« Le problème est-il vraiment réglé ? »"""
    s = _par_jeton(jeton)
    form = AvisForm(request.POST)
    if form.is_valid():
        with suppress(ValidationError):  # reopened meanwhile: the page says where it stands
            actions.donner_avis(
                signalement=s,
                regle=form.cleaned_data["regle"],
                by=acteur_de(request),
                commentaire=form.cleaned_data["commentaire"],
            )
    return redirect("grc_portail:suivre", jeton=jeton)


@login_not_required
@never_cache
@require_safe
def par_code(request: HttpRequest) -> HttpResponse:
    """« Suivre ma demande »: a code leads to the public page; wrong tries are counted, right ones are not."""
    if "code" not in request.GET:
        return render(request, "grc/portail/par_code.html", {"form": CodeForm()})
    if limites.trop(request, "code", maximum=ESSAIS):
        return render(request, "grc/portail/par_code.html", {"form": CodeForm(), "trop": True}, status=429)
    form = CodeForm(request.GET)
    if form.is_valid():
        if Signalement.objects.filter(code=form.cleaned_data["code"]).exists():
            return redirect("grc_portail:fiche", code=form.cleaned_data["code"])
        form.add_error("code", "Aucun signalement ne porte ce numéro ici. Vérifiez-le, ou appelez-nous.")
    limites.compter(request, "code", duree_s=FENETRE_S)
    return render(request, "grc/portail/par_code.html", {"form": form}, status=404)


@login_not_required
@never_cache
@require_safe
def fiche(request: HttpRequest, code: str) -> HttpResponse:
    """What everyone may know of a report; of a sensitive or hidden one, its state alone."""
    propre = regles.normaliser_code(code)
    if limites.trop(request, "code", maximum=ESSAIS):
        return render(request, "grc/portail/par_code.html", {"form": CodeForm(), "trop": True}, status=429)
    s = (
        Signalement.objects.filter(code=propre)
        .select_related("categorie", "regroupe_dans__categorie")
        .avec_suivis()
        .prefetch_related(PHOTOS_PUBLIQUES)
        .first()
        if propre
        else None
    )
    if s is None:
        limites.compter(request, "code", duree_s=FENETRE_S)
        raise Http404
    if not s.public:
        return render(request, "grc/portail/fiche_discrete.html", {"s": s})
    contexte = {
        "s": s,
        "cible": s.regroupe_dans,
        "frise": frise_publique(s.regroupe_dans or s),
        "photo": url_photo_publique(s, "ecran"),
        "points": [Point(s.longitude, s.latitude, s.titre, clos=not s.ouvert)],
        "plan": plan_de(exiger_portee()),
        "form": MoiAussiForm(initial={"code": s.code}),
        "suivi": request.GET.get("suivi") == "1",
    }
    return render(request, "grc/portail/fiche.html", contexte)


@login_not_required
@require_POST
def moi_aussi(request: HttpRequest, code: str) -> HttpResponse:
    """Follow from the public page; once a browser, by the same word as the draft's."""
    s = Signalement.objects.publics().ouverts().filter(code=regles.normaliser_code(code)).first()
    if s is None:
        raise Http404
    form = MoiAussiForm(request.POST)
    if not form.is_valid() or limites.compter(request, "suivre", duree_s=FENETRE_S) > ESSAIS:
        return redirect("grc_portail:fiche", code=s.code)
    brouillon = brouillons.brouillon_de(request)
    jeton = ""
    if brouillon is None:
        brouillon, jeton = brouillons.ouvrir()
    actions.suivre(
        signalement=s, cle=brouillon.uuid.hex, by=acteur_de(request), courriel=form.cleaned_data["courriel"]
    )
    reponse = redirect("grc_portail:suivi_merci", code=s.code)
    if jeton:
        brouillons.poser_cookie(reponse, jeton)
    return reponse


def _filtres(request: HttpRequest, categories: list[Any]) -> tuple[str, str]:
    vue = request.GET.get("vue", "")
    categorie = request.GET.get("categorie", "")
    codes = {c.code for c in categories if not c.sensible}
    return (vue if vue in VUES else ""), (categorie if categorie in codes else "")


@login_not_required
@require_http_methods(["GET", "HEAD"])
def liste(request: HttpRequest) -> HttpResponse:
    """The public list beside its map: keyset pages, anonymised fields only."""
    categories = categories_actives()
    vue, categorie = _filtres(request, categories)
    lignes = Signalement.objects.publics().select_related("categorie").prefetch_related(PHOTOS_PUBLIQUES)
    if vue:
        lignes = lignes.filter(etat__in=VUES[vue])
    if categorie:
        lignes = lignes.filter(categorie__code=categorie)
    avant = regles.normaliser_code(request.GET.get("avant", ""))
    if avant:
        lignes = lignes.filter(pk__lt=Subquery(Signalement.objects.filter(code=avant).values("pk")))
    page = list(lignes.order_by("-pk")[: PAR_PAGE + 1])
    params = request.GET.copy()
    suivante = ""
    if len(page) > PAR_PAGE:
        page = page[:PAR_PAGE]
        params["avant"] = page[-1].code
        suivante = "?" + params.urlencode()
    points = [Point(s.longitude, s.latitude, s.titre, clos=not s.ouvert) for s in page]
    contexte = {
        "lignes": [
            {"s": s, "rang": i, "photo": url_photo_publique(s), "quand": francais.il_y_a(s.created_at)}
            for i, s in enumerate(page, 1)
        ],
        "points": points,
        "plan": plan_de(exiger_portee()),
        "categories": [c for c in categories if not c.sensible],
        "vue": vue,
        "categorie": categorie,
        "suivante": suivante,
        "retour_debut": "?" + urlencode({k: v for k, v in (("vue", vue), ("categorie", categorie)) if v})
        if avant
        else "",
        "tuiles": settings.CARTE_TUILES,
        "emprise": plans.emprise_en_texte(),
    }
    return render(request, "grc/portail/liste.html", contexte)
