"""The agent's inbox. Views parse, ask the right, call one action, answer: plain pages first, htmx where it helps."""

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.grc import actions, equipe, perms, plans
from apps.grc.boite import Filtres, lire_dossier, lire_liste
from apps.grc.enums import Etat, Moderation
from apps.grc.forms import CloreForm, ConfierForm, ProgrammerForm, RelireForm, SaisieForm, TexteForm
from apps.grc.models import Categorie, ReponseType, Signalement
from syndicat.comptes.acteur import Acteur, acteur_de
from syndicat.comptes.perms import exiger, verifier


def _signalement(uuid: UUID) -> Signalement:
    return get_object_or_404(Signalement.objects.select_related("categorie", "contact"), uuid=uuid)


def _defaut(acteur: Acteur) -> str:
    """Agents begin with their own; elected members, who are handed nothing, with the team's."""
    return "equipe" if acteur.est_elu else "moi"


@exiger(perms.can_lire)
@require_safe
def boite(request: HttpRequest) -> HttpResponse:
    """The list; on a wide screen the first file is open beside it."""
    acteur = acteur_de(request)
    filtres = Filtres.de(request, defaut=_defaut(acteur))
    liste = lire_liste(acteur, filtres)
    if "vue" not in request.GET and filtres.vue == "moi" and not liste.lignes and liste.total:
        filtres = Filtres(vue="equipe")
        liste = lire_liste(acteur, filtres)
    premier = liste.lignes[0] if liste.lignes else None
    return _rendre(request, filtres, liste, premier, ouvert=False)


@exiger(perms.can_lire)
@require_safe
def dossier(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """One file, in its list. By htmx, the file alone."""
    s = _signalement(uuid)
    acteur = acteur_de(request)
    filtres = Filtres.de(request, defaut=_defaut(acteur) if s.ouvert else "clos")
    return _rendre(request, filtres, lire_liste(acteur, filtres), s, ouvert=True)


def _rendre(
    request: HttpRequest,
    filtres: Filtres,
    liste: Any,
    s: Signalement | None,
    *,
    ouvert: bool,
    statut: int = 200,
    **formulaires: Any,
) -> HttpResponse:
    contexte: dict[str, Any] = {
        "filtres": filtres,
        "liste": liste,
        "ouvert": ouvert,
        "s": s,
        "etats": Etat.choices,
    }
    contexte["categories"] = Categorie.objects.filter(active=True)
    contexte["requete"] = filtres.requete()
    if s is not None:
        contexte["d"] = lire_dossier(s)
        contexte["suivant"] = _suivant(liste.lignes, s)
        contexte.update(_formulaires(request, s, contexte["d"].agents) | formulaires)
    gabarit = (
        "grc/_partials/volets.html" if getattr(request, "htmx", False) and s is not None else "grc/boite.html"
    )
    return render(request, gabarit, contexte, status=statut)


def _suivant(lignes: list[Signalement], s: Signalement) -> Signalement | None:
    """The file after this one in the list (the first when this one is not in it)."""
    rang = next((i for i, autre in enumerate(lignes) if autre.pk == s.pk), -1)
    reste = lignes[rang + 1 :] or [autre for autre in lignes if autre.pk != s.pk]
    return reste[0] if reste else None


def _formulaires(request: HttpRequest, s: Signalement, agents: list[equipe.Agent]) -> dict[str, Any]:
    texte = ""
    choisie = request.GET.get("reponse", "")
    if choisie.isdecimal():  # a canned answer without a script: its rank in the list
        reponses = list(ReponseType.objects.all()[:50])
        texte = reponses[int(choisie) - 1].texte if 0 < int(choisie) <= len(reponses) else ""
    relire = {
        "titre": s.titre,
        "texte_public": s.texte_public,
        "publier": s.moderation != Moderation.MASQUEE,
        "photos": s.moderation != Moderation.MASQUEE,
    }
    return {
        "form_reponse": TexteForm(initial={"texte": texte}, prefix="rep"),
        "form_note": TexteForm(prefix="note"),
        "form_confier": ConfierForm(agents=agents),
        "form_programmer": ProgrammerForm(initial={"le": s.prevu_le}),
        "form_clore": CloreForm(prefix="clore"),
        "form_relire": RelireForm(initial=relire, prefix="relire"),
    }


def _apres(request: HttpRequest, s: Signalement, phrase: str) -> HttpResponse:
    """Say it, then the next file if asked, or the page that sent us (cockpit), or this file."""
    if phrase:
        messages.success(request, phrase)
    suite = request.POST.get("suite", "")
    if suite and url_has_allowed_host_and_scheme(suite, allowed_hosts={request.get_host()}):
        return redirect(suite)
    requete = request.GET.urlencode()
    return redirect(reverse("grc:dossier", args=[s.uuid]) + (f"?{requete}" if requete else ""))


def _agir(
    request: HttpRequest, uuid: UUID, nom: str, form: Any, faire: Callable[[Signalement], str]
) -> HttpResponse:
    """Validate, act, answer; a refusal shows the file again with its words kept."""
    s = _signalement(uuid)
    if form.is_valid():
        try:
            return _apres(request, s, faire(s))
        except ValidationError as exc:
            form.add_error(None, exc)
    acteur = acteur_de(request)
    filtres = Filtres.de(request, defaut=_defaut(acteur))
    s.refresh_from_db()
    return _rendre(request, filtres, lire_liste(acteur, filtres), s, ouvert=True, statut=422, **{nom: form})


@exiger(perms.can_attribuer)
@require_POST
def confier(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Hand over to one of the team (from the file or from the mayor's cockpit)."""
    form = ConfierForm(request.POST, agents=equipe.agents())

    def faire(s: Signalement) -> str:
        agent = form.cleaned_data["agent"]
        actions.attribuer(signalement=s, agent=agent, by=acteur_de(request))
        return f"{s.titre} : confié à {agent.nom}."

    return _agir(request, uuid, "form_confier", form, faire)


@exiger(perms.can_traiter)
@require_POST
def prendre(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Take it oneself."""
    acteur = acteur_de(request)
    s = _signalement(uuid)
    agent = equipe.agent_par_uuid(acteur.user_uuid)
    if agent is None:
        messages.error(request, "Vous ne pouvez pas prendre ce signalement.")
        return _apres(request, s, "")
    try:
        actions.prendre(signalement=s, by=acteur, agent=agent)
    except ValidationError as exc:
        messages.error(request, exc.messages[0])
        return _apres(request, s, "")
    return _apres(request, s, "C’est à vous.")


@exiger(perms.can_traiter)
@require_POST
def repondre(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Answer the citizen."""
    form = TexteForm(request.POST, prefix="rep")

    def faire(s: Signalement) -> str:
        actions.repondre(signalement=s, texte=form.cleaned_data["texte"], by=acteur_de(request))
        return f"Réponse envoyée pour {s.code}."

    return _agir(request, uuid, "form_reponse", form, faire)


@exiger(perms.can_traiter)
@require_POST
def noter(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """An internal note."""
    form = TexteForm(request.POST, prefix="note")

    def faire(s: Signalement) -> str:
        actions.noter(signalement=s, texte=form.cleaned_data["texte"], by=acteur_de(request))
        return "Note gardée, visible de l’équipe seule."

    return _agir(request, uuid, "form_note", form, faire)


@exiger(perms.can_traiter)
@require_POST
def programmer(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Announce a day."""
    form = ProgrammerForm(request.POST)

    def faire(s: Signalement) -> str:
        actions.programmer(signalement=s, le=form.cleaned_data["le"], by=acteur_de(request))
        return "Date annoncée à l’habitant."

    return _agir(request, uuid, "form_programmer", form, faire)


@exiger(perms.can_traiter)
@require_POST
def clore(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Close, with words for the citizen."""
    form = CloreForm(request.POST, prefix="clore")

    def faire(s: Signalement) -> str:
        resolu = form.cleaned_data["issue"] == Etat.RESOLU
        actions.clore(signalement=s, resolu=resolu, texte=form.cleaned_data["texte"], by=acteur_de(request))
        return f"{s.code} est clos, l’habitant est prévenu."

    return _agir(request, uuid, "form_clore", form, faire)


@exiger(perms.can_traiter)
@require_POST
def rouvrir(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Open again."""
    s = _signalement(uuid)
    try:
        actions.rouvrir(signalement=s, by=acteur_de(request))
    except ValidationError as exc:
        messages.error(request, exc.messages[0])
        return _apres(request, s, "")
    return _apres(request, s, f"{s.code} est rouvert.")


@exiger(perms.can_traiter)
@require_POST
def relire(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Decide what everyone may read."""
    form = RelireForm(request.POST, prefix="relire")

    def faire(s: Signalement) -> str:
        d = form.cleaned_data
        actions.moderer(
            signalement=s,
            publier_=d["publier"],
            texte_public=d["texte_public"],
            titre=d["titre"],
            photos=d["photos"],
            by=acteur_de(request),
        )
        return "Relecture enregistrée."

    return _agir(request, uuid, "form_relire", form, faire)


@exiger(perms.can_traiter)
@require_POST
def regrouper(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Merge this file into the neighbour named."""
    s = _signalement(uuid)
    dans = get_object_or_404(Signalement, uuid=_uuid_ou_rien(request.POST.get("dans", "")))
    try:
        actions.regrouper(signalement=s, dans=dans, by=acteur_de(request))
    except ValidationError as exc:
        messages.error(request, exc.messages[0])
        return _apres(request, s, "")
    return _apres(request, dans, f"{s.code} est regroupé dans {dans.code}.")


def _uuid_ou_rien(texte: str) -> UUID | None:
    try:
        return UUID(texte)
    except ValueError:
        return None


@exiger(perms.can_saisir)
@require_http_methods(["GET", "HEAD", "POST"])
def saisir(request: HttpRequest) -> HttpResponse:
    """Counter, telephone, letter: on behalf of a citizen, by keyboard."""
    form = SaisieForm(request.POST or None, initial={"cle": uuid4()})
    if request.method == "POST" and form.is_valid():
        d = form.cleaned_data
        lon, lat = d["longitude"], d["latitude"]
        if lon is None or lat is None:
            lon, lat, _ = plans.placer(d["adresse"])
        try:
            s = actions.signaler(
                by=acteur_de(request),
                cle=d["cle"].hex,
                categorie=d["categorie"],
                longitude=lon,
                latitude=lat,
                description=d["description"],
                adresse=d["adresse"],
                canal=d["canal"],
                **form.contact,
            )
        except ValidationError as exc:
            form.add_error(None, exc)
        else:
            messages.success(request, f"Enregistré sous le numéro {s.code} : donnez-le à la personne.")
            return redirect("grc:dossier", uuid=s.uuid)
    return render(request, "grc/saisir.html", {"form": form}, status=422 if form.errors else 200)


@exiger(perms.can_lire)
@require_safe
def reglages(request: HttpRequest) -> HttpResponse:
    """Categories, promised delays and canned answers, to read; changing them comes later."""
    acteur = verifier(request, perms.can_lire)
    contexte = {
        "categories": Categorie.objects.all(),
        "reponses": ReponseType.objects.all(),
        "acteur": acteur,
    }
    return render(request, "grc/reglages.html", contexte)
