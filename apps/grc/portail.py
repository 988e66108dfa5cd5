"""« Signaler un problème »: one question a page, on a phone first, without a script if need be.

The answers live in a server-side draft; a GET never creates one. Each step can be corrected from the recap (``?retour=1``).
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.grc import actions, brouillons, jetons, plans, regles
from apps.grc.forms import ContactForm, LieuForm, MoiAussiForm, QuoiForm
from apps.grc.lectures import categories_actives, semblables
from apps.grc.models import Brouillon, Categorie, Signalement
from syndicat.comptes.acteur import acteur_de
from syndicat.conventions.porte import Ouverture, ouverture
from syndicat.fichiers import service as fichiers
from syndicat.socle.contexte import exiger_portee

TOTAL = 5
Vue = Callable[..., HttpResponse]


def etape(vue: Vue) -> Vue:
    """A page of the journey: open to everyone, never cached, closed with words when the convention winds down."""

    @login_not_required
    @never_cache
    @require_http_methods(["GET", "HEAD", "POST"])
    @wraps(vue)
    def enveloppe(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if ouverture(actions.SERVICE) is not Ouverture.OUVERT or exiger_portee().lecture_seule:
            return render(request, "grc/portail/ferme.html", status=200 if request.method != "POST" else 409)
        return vue(request, *args, **kwargs)

    return enveloppe


def _avec_brouillon(vue: Vue) -> Vue:
    """Steps after the first need a draft; without one (expired, sent) the journey starts again."""

    @wraps(vue)
    def enveloppe(request: HttpRequest) -> HttpResponse:
        brouillon = brouillons.brouillon_de(request)
        if brouillon is None:
            return redirect("grc_portail:signaler")
        return vue(request, brouillon)

    return enveloppe


def _suite(request: HttpRequest, nom: str) -> HttpResponseRedirect:
    """The next step, or back to the recap when it sent us here."""
    retour = request.POST.get("retour") == "1"
    return HttpResponseRedirect(reverse("grc_portail:verifier" if retour else f"grc_portail:{nom}"))


def _page(request: HttpRequest, gabarit: str, rang: int, precedente: str, **contexte: Any) -> HttpResponse:
    retour = (request.POST.get("retour") or request.GET.get("retour")) == "1"
    adresse = reverse(f"grc_portail:{'verifier' if retour else precedente}") if precedente else ""
    refus = any(getattr(v, "is_bound", False) and getattr(v, "errors", None) for v in contexte.values())
    donnees = {"rang": rang, "total": TOTAL, "retour": retour, "precedente": adresse, **contexte}
    return render(
        request,
        f"grc/portail/{gabarit}.html",
        donnees,
        status=422 if refus or contexte.get("erreur") else 200,
    )


# --- 1. Photo ----------------------------------------------------------------------------------------


@etape
def photo(request: HttpRequest) -> HttpResponse:
    """Take a photo, or go on without: the only step that opens a draft."""
    brouillon = brouillons.brouillon_de(request)
    if request.method != "POST":
        return _page(request, "photo", 1, "", brouillon=brouillon, vignette=_vignette(brouillon))
    jeton = ""
    if brouillon is None or request.POST.get("recommencer"):
        brouillon, jeton = brouillons.ouvrir()
    par = acteur_de(request)
    televersee = request.FILES.get("photo")
    erreur, fichier = "", ""
    if televersee is not None:
        try:
            brouillons.poser_photo(brouillon, televersee, by=par)
        except ValidationError as exc:
            erreur = brouillons.message_de(exc)
            fichier = (televersee.name or "")[:80]
    elif request.POST.get("sans"):
        brouillons.retirer_photo(brouillon, by=par)
    reponse: HttpResponse
    if erreur:
        contexte = {"erreur": erreur, "nom": fichier, "poids": getattr(televersee, "size", 0)}
        reponse = _page(
            request, "photo", 1, "", brouillon=brouillon, vignette=_vignette(brouillon), **contexte
        )
    elif (
        televersee is None
        and not request.POST.get("sans")
        and not request.POST.get("recommencer")
        and brouillon.photo is None
    ):
        erreur = "Choisissez une photo, ou continuez sans."
        reponse = _page(request, "photo", 1, "", brouillon=brouillon, erreur=erreur)
    elif request.POST.get("recommencer"):
        reponse = redirect("grc_portail:signaler")
    else:
        reponse = _suite(request, "lieu")
    if jeton:
        brouillons.poser_cookie(reponse, jeton)
    return reponse


def _vignette(brouillon: Brouillon | None) -> str:
    """Signed address of the draft's thumbnail, empty while the worker cleans it."""
    if brouillon is None or brouillon.photo is None:
        return ""
    return fichiers.url(brouillon.photo.fichier, "vignette", signee=True)


# --- 2. Lieu -----------------------------------------------------------------------------------------


@etape
@_avec_brouillon
def lieu(request: HttpRequest, brouillon: Brouillon) -> HttpResponse:
    """Where is it: address, own position or map; without a script the drawn map answers to a click."""
    d = brouillon.donnees
    if request.method != "POST":
        form = LieuForm(
            initial={"adresse": d.get("adresse", ""), "longitude": d.get("lon"), "latitude": d.get("lat")}
        )
        return _page(
            request, "lieu", 2, "signaler", form=form, repere=plans.repere(d), source=d.get("source", "")
        )
    if "plan.x" in request.POST:
        return _clic_sur_le_plan(request, brouillon)
    form = LieuForm(request.POST)
    if form.is_valid():
        lon, lat, adresse = (form.cleaned_data[c] for c in ("longitude", "latitude", "adresse"))
        source = "plan"
        if lon is None or lat is None:
            lon, lat, source = plans.placer(adresse)
        if brouillons.dans_la_commune(lon, lat):
            brouillons.ecrire(
                brouillon, lon=round(lon, 6), lat=round(lat, 6), adresse=adresse.strip(), source=source
            )
            return _suite(request, "quoi")
        form.add_error(
            "adresse", f"Ce lieu est en dehors de {exiger_portee().nom}. Déplacez le repère, ou appelez-nous."
        )
    return _page(
        request, "lieu", 2, "signaler", form=form, repere=plans.repere(d), source=d.get("source", "")
    )


def _clic_sur_le_plan(request: HttpRequest, brouillon: Brouillon) -> HttpResponse:
    """A click on the image, sent by the browser itself: « plan.x » and « plan.y » in pixels of the picture."""
    lon, lat = plans.depuis_pixels(request.POST.get("plan.x", ""), request.POST.get("plan.y", ""))
    brouillons.ecrire(
        brouillon, lon=lon, lat=lat, adresse=request.POST.get("adresse", "")[:160].strip(), source="plan"
    )
    suffixe = "?retour=1" if request.POST.get("retour") == "1" else ""
    return HttpResponseRedirect(reverse("grc_portail:lieu") + suffixe + "#plan")


@login_not_required
@never_cache
@require_safe
def plan_svg(request: HttpRequest) -> HttpResponse:
    """The drawn map with the draft's pin, for whoever has no script."""
    brouillon = brouillons.brouillon_de(request)
    return render(
        request,
        "grc/portail/plan.svg",
        plans.dessin(brouillon.donnees if brouillon else {}),
        content_type="image/svg+xml",
    )


# --- 3. Quoi, et déjà signalé ? ----------------------------------------------------------------------


@etape
@_avec_brouillon
def quoi(request: HttpRequest, brouillon: Brouillon) -> HttpResponse:
    """What is it: words suggest a category."""
    if "lon" not in brouillon.donnees:
        return redirect("grc_portail:lieu")
    categories = categories_actives()
    initial = {k: brouillon.donnees.get(k, "") for k in ("description", "categorie")}
    form = QuoiForm(request.POST or None, categories=categories, initial=initial)
    if request.method == "POST" and form.is_valid():
        brouillons.ecrire(
            brouillon,
            description=form.cleaned_data["description"].strip(),
            categorie=form.cleaned_data["categorie"],
        )
        return _suite(request, "deja")
    return _page(request, "quoi", 3, "lieu", form=form, icones={c.code: c.icone for c in categories})


@login_not_required
@require_safe
def suggestion(request: HttpRequest) -> JsonResponse:
    """The category some words recall, for the small script of the page; nothing is kept."""
    propose = regles.suggerer(request.GET.get("q", "")[:300])
    return JsonResponse({"categorie": propose.categorie if propose else ""})


def _categorie(brouillon: Brouillon) -> Categorie | None:
    return Categorie.objects.filter(code=brouillon.donnees.get("categorie", ""), active=True).first()


@etape
@_avec_brouillon
def deja(request: HttpRequest, brouillon: Brouillon) -> HttpResponse:
    """Somebody already told? Within fifty metres, same category, still open, public."""
    categorie = _categorie(brouillon)
    if categorie is None:
        return redirect("grc_portail:quoi")
    proches = semblables(categorie, brouillon.donnees["lon"], brouillon.donnees["lat"])
    if request.method != "POST":
        if not proches:
            return redirect("grc_portail:contact")
        return _page(request, "deja", 3, "quoi", proches=proches, form=MoiAussiForm())
    if request.POST.get("autre"):
        return _suite(request, "contact")
    form = MoiAussiForm(request.POST)
    if form.is_valid():
        choisi = next(
            (p.signalement for p in proches if p.signalement.code == form.cleaned_data["code"]), None
        )
        if choisi is None:
            return redirect("grc_portail:contact")
        actions.suivre(
            signalement=choisi,
            cle=brouillon.uuid.hex,
            by=acteur_de(request),
            courriel=form.cleaned_data["courriel"],
        )
        if brouillon.photo is not None:
            brouillons.retirer_photo(brouillon, by=acteur_de(request))
        brouillon.delete()
        reponse = redirect("grc_portail:suivi_merci", code=choisi.code)
        brouillons.oter_cookie(reponse)
        return reponse
    return _page(request, "deja", 3, "quoi", proches=proches, form=form)


@login_not_required
@require_safe
def suivi_merci(request: HttpRequest, code: str) -> HttpResponse:
    """« Vous suivez ce signalement »."""
    s = Signalement.objects.publics().filter(code=regles.normaliser_code(code)).first()
    if s is None:
        return redirect("grc_portail:signaler")
    return render(request, "grc/portail/suivi_merci.html", {"s": s})


# --- 4. Contact --------------------------------------------------------------------------------------


@etape
@_avec_brouillon
def contact(request: HttpRequest, brouillon: Brouillon) -> HttpResponse:
    """News? Optional, with the reason and how long it is kept."""
    d = brouillon.donnees
    if _categorie(brouillon) is None:
        return redirect("grc_portail:quoi")
    initial = {k: d[k] for k in ("preference", "courriel", "telephone") if k in d}
    form = ContactForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        brouillons.ecrire(brouillon, **form.cleaned_data)
        return redirect("grc_portail:verifier")
    return _page(request, "contact", 4, "quoi", form=form)


# --- 5. Vérifier, envoyer, merci ---------------------------------------------------------------------


@etape
@_avec_brouillon
def verifier(request: HttpRequest, brouillon: Brouillon) -> HttpResponse:
    """Read again, correct, send once: the draft's id is the key of the report."""
    d = brouillon.donnees
    categorie = _categorie(brouillon)
    if categorie is None or "lon" not in d:
        return redirect("grc_portail:quoi" if "lon" in d else "grc_portail:lieu")
    if "preference" not in d:
        return redirect("grc_portail:contact")
    if request.method == "POST":
        s = actions.envoyer_brouillon(brouillon=brouillon, categorie=categorie, by=acteur_de(request))
        reponse = redirect("grc_portail:merci", jeton=jetons.jeton_de(s))
        brouillons.oter_cookie(reponse)
        return reponse
    return _page(
        request,
        "verifier",
        5,
        "contact",
        d=d,
        categorie=categorie,
        brouillon=brouillon,
        vignette=_vignette(brouillon),
    )


@login_not_required
@never_cache
@require_safe
def merci(request: HttpRequest, jeton: str) -> HttpResponse:
    """The number, the link, what happens next and when."""
    s = _par_jeton(jeton)
    if s is None:
        return redirect("grc_portail:signaler")
    return render(request, "grc/portail/merci.html", {"s": s, "lien": jetons.chemin_de_suivi(s)})


def _par_jeton(jeton: str) -> Signalement | None:
    uuid = jetons.uuid_du_jeton(jeton)
    return Signalement.objects.select_related("categorie").filter(uuid=uuid).first() if uuid else None


@login_not_required
@require_POST
def abandonner(request: HttpRequest) -> HttpResponse:
    """Throw the draft away, photo included."""
    brouillon = brouillons.brouillon_de(request)
    if brouillon is not None:
        brouillons.retirer_photo(brouillon, by=acteur_de(request))
        brouillon.delete()
    reponse = redirect("grc_portail:signaler")
    brouillons.oter_cookie(reponse)
    return reponse
