"""On a member's host: going to sign in, coming back from it, signing out, one's account."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.request import split_domain_port
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from syndicat.comptes import passage as passages
from syndicat.comptes import sessions
from syndicat.comptes.acteur import acteur_de, acteur_pour
from syndicat.comptes.espaces import adresse_centrale, espaces_de
from syndicat.comptes.journal import consigner
from syndicat.comptes.models import User
from syndicat.comptes.models_sessions import ConnexionCentrale
from syndicat.socle import contexte

_SUR = settings.SCHEMA_PUBLIC == "https"
COOKIE_JETON = "__Host-jeton" if _SUR else "jeton"
COOKIE_CODE = "__Host-passage" if _SUR else "passage"


def _poser_cookie(reponse: HttpResponse, nom: str, valeur: str, duree: int) -> None:
    reponse.set_cookie(nom, valeur, max_age=duree, path="/", secure=_SUR, httponly=True, samesite="Lax")


def _jeton(request: HttpRequest) -> str:
    """This browser's token on this host: the one it has (two tabs may sign in at once), or a new one."""
    connu = request.COOKIES.get(COOKIE_JETON, "")
    return (
        connu
        if len(connu) == 43 and connu.replace("-", "").replace("_", "").isalnum()
        else passages.nouveau_jeton()
    )


@login_not_required
@require_GET
@never_cache
def connexion(request: HttpRequest) -> HttpResponse:
    """Go and sign in on the central host, and come back to ``suite`` (a path of this host, nothing else)."""
    suite = passages.chemin_sur(request.GET.get("suite") or request.GET.get("next"))
    if request.user.is_authenticated:
        return HttpResponseRedirect(suite or _chez_soi(request))
    jeton = _jeton(request)
    demande = {"hote": request.get_host(), "jeton": sessions.empreinte(jeton), "suite": suite}
    reponse = HttpResponseRedirect(adresse_centrale(f"/passage/?{urlencode(demande)}"))
    _poser_cookie(reponse, COOKIE_JETON, jeton, passages.DUREE_JETON)
    return reponse


def _chez_soi(request: HttpRequest) -> str:
    return "/bureau/" if acteur_pour(request.user).est_agent else "/"


@csrf_exempt
@login_not_required
@require_http_methods(["GET", "POST"])
@never_cache
def retour(request: HttpRequest) -> HttpResponse:
    """Receive the code. The post comes from another site, without this host's Lax cookies: it only lays the code down,
    then a GET of our own, which has them, uses it. The code never stands in an address.
    """
    if request.method == "POST":
        code = request.POST.get("code", "")
        reponse: HttpResponse = HttpResponseRedirect(request.path)
        reponse.status_code = 303
        if passages.bien_forme(code):
            _poser_cookie(reponse, COOKIE_CODE, code, passages.DUREE)
        return reponse
    hote = split_domain_port(request.get_host())[0]
    try:
        passage = passages.consommer(
            request.COOKIES.get(COOKIE_CODE, ""), hote=hote, jeton=request.COOKIES.get(COOKIE_JETON, "")
        )
    except passages.PassageRefuse:
        if request.user.is_authenticated:  # a page reloaded, a step back: one is in already
            return HttpResponseRedirect(_chez_soi(request))
        reponse = render(request, "comptes/passage_refuse.html", {"recommencer": "/connexion/"}, status=400)
        reponse.delete_cookie(COOKIE_CODE, path="/", samesite="Lax")
        return reponse
    enfant = sessions.ouvrir_de_membre(request, passage.parent)
    acteur = acteur_pour(passage.parent.user)
    if acteur.est_agent:
        with contexte.ecriture_technique():
            consigner("comptes.session.ouvrir", by=acteur, objet=("session", str(enfant.uuid)))
    reponse = HttpResponseRedirect(passage.suite or ("/bureau/" if acteur.est_agent else "/"))
    for nom in (COOKIE_CODE, COOKIE_JETON):
        reponse.delete_cookie(nom, path="/", samesite="Lax")
    return reponse


@login_not_required
@require_POST
@never_cache
def deconnexion(request: HttpRequest) -> HttpResponse:
    """Sign out: of this browser everywhere (default), of this host only (``etendue=ici``), of every device (``appareils``)."""
    if request.user.is_authenticated:
        etendue = request.POST.get("etendue", "")
        parent = request.session[sessions.PARENT]
        if etendue == "ici":
            sessions.fermer_ici(request.session)
        elif etendue == "appareils":
            sessions.fermer_tout(request.user, motif="appareils")
        else:
            sessions.fermer_connexions([parent], motif="sortie")
    request.session.flush()
    messages.success(request, "Vous êtes déconnecté.")
    return HttpResponseRedirect("/")


@require_GET
@never_cache
def mon_compte(request: HttpRequest) -> HttpResponse:
    """One's own account seen from here: what one is in this collectivité, open sign-ins, ways to change the rest."""
    user = request.user
    assert isinstance(user, User)
    bureau = acteur_de(request).est_agent
    ouvertes = ConnexionCentrale.objects.filter(
        user=user, ended_at__isnull=True, expire_at__gt=timezone.now()
    ).order_by("-created_at")
    return render(
        request,
        "comptes/mon_compte.html",
        {
            "compte": user,
            "bureau": bureau,
            "gabarit": "web/bureau.html" if bureau else "web/portail.html",
            "ouvertes": ouvertes,
            "ici": request.session.get(sessions.PARENT),
            "espaces": espaces_de(user),
            "securite": adresse_centrale("/securite/"),
            "mot_de_passe": adresse_centrale("/mot-de-passe/"),
            "adresse": adresse_centrale("/adresse/"),
            "connexions": adresse_centrale("/connexions/"),
        },
    )


@require_GET
def mon_espace(request: HttpRequest) -> HttpResponse:
    """Where « Mon espace » leads: the desk for who works here, the account for a citizen."""
    return HttpResponseRedirect("/bureau/" if acteur_de(request).est_agent else "/mon-compte/")
