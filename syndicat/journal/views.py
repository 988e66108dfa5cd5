"""« Journal » and « Registre des traitements » on the desk."""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from syndicat.comptes.acteur import acteur_de
from syndicat.comptes.perms import exiger
from syndicat.journal import lecture, registre
from syndicat.journal.forms import CompletionForm, FiltresForm
from syndicat.journal.models import Completion
from syndicat.journal.perms import can_complete_registre, can_read_journal, can_read_registre
from syndicat.journal.service import consigner
from syndicat.journal.tableur import reponse_csv

PAR_PAGE = 50
EXPORT_MAX = 20_000


def _numero(texte: str) -> int | None:
    return int(texte) if texte.isdecimal() and len(texte) < 19 else None


def _retirables(form: FiltresForm, request: HttpRequest) -> list[dict[str, str]]:
    """Filters in force, each with the address of the list without it."""
    trouves = []
    for nom, champ in form.fields.items():
        valeur = form.cleaned_data.get(nom) if form.is_valid() else None
        if not valeur:
            continue
        dite = dict(getattr(champ, "choices", ())).get(valeur, valeur)
        if hasattr(valeur, "strftime"):
            dite = f"{valeur:%d/%m/%Y}"
        reste = {c: v for c, v in request.GET.items() if c not in {nom, "avant", "apres"} and v}
        trouves.append({"nom": str(champ.label), "valeur": str(dite), "retirer": f"?{urlencode(reste)}"})
    return trouves


@require_GET
@exiger(can_read_journal)
def liste(request: HttpRequest) -> HttpResponse:
    """Lines, the latest first, with filters."""
    form = FiltresForm(request.GET or None)
    valide = not form.is_bound or form.is_valid()
    avant, apres = (_numero(request.GET.get(c, "")) for c in ("avant", "apres"))
    lignes, anciennes, recentes = lecture.page(form.filtres(), avant=avant, apres=apres, taille=PAR_PAGE)
    filtres = {c: v for c, v in request.GET.items() if c not in {"avant", "apres"} and v}
    contexte = {
        "form": form,
        "lignes": lecture.lire(lignes),
        "retirables": _retirables(form, request) if form.is_bound else [],
        "lien_liste": reverse("journal:liste"),
        "lien_export": f"{reverse('journal:exporter')}?{urlencode(filtres)}",
        "precedente": f"?{urlencode({**filtres, 'apres': lignes[0].seq})}" if lignes and recentes else "",
        "suivante": f"?{urlencode({**filtres, 'avant': lignes[-1].seq})}" if lignes and anciennes else "",
    }
    return render(request, "journal/liste.html", contexte, status=200 if valide else 422)


@require_GET
@exiger(can_read_journal)
def exporter(request: HttpRequest) -> HttpResponse:
    """The same lines as a table, personal details left out; the export is itself journaled."""
    form = FiltresForm(request.GET or None)
    if form.is_bound and not form.is_valid():
        return redirect(f"{reverse('journal:liste')}?{request.GET.urlencode()}")
    lignes = list(form.filtres().appliquer(lecture.chainees())[:EXPORT_MAX])
    consigner(
        "journal.lignes.exportees",
        by=acteur_de(request),
        droit="journal.can_read_journal",
        detail={"nombre": len(lignes)},
    )
    return reponse_csv(
        f"journal-{timezone.localdate():%Y-%m-%d}",
        ("numero", "date", "qui", "action", "phrase", "sorte d’objet", "identifiant", "détail", "empreinte"),
        (
            (
                x.seq,
                timezone.localtime(x.instant).isoformat(timespec="milliseconds"),
                x.qui,
                x.action,
                x.phrase,
                x.objet,
                x.objet_uuid,
                " ; ".join(f"{c} = {v}" for c, v in x.details),
                x.empreinte,
            )
            for x in lecture.lire(lignes)
        ),
    )


@require_GET
@exiger(can_read_registre)
def liste_registre(request: HttpRequest) -> HttpResponse:
    """The register, as a list of sheets."""
    lignes = registre.lignes()
    contexte = {
        "lignes": lignes,
        "lien_export": reverse("journal:exporter_registre"),
        "aipd_manquantes": sum(x.aipd_manque for x in lignes),
        "peut_completer": can_complete_registre(acteur_de(request)),
    }
    return render(request, "journal/registre.html", contexte)


@require_GET
@exiger(can_read_registre)
def exporter_registre(request: HttpRequest) -> HttpResponse:
    """The register as a table, for the control authority."""
    acteur = acteur_de(request)
    consigner("rgpd.registre.exporte", by=acteur, droit="journal.can_read_registre")
    return reponse_csv(
        f"registre-des-traitements-{timezone.localdate():%Y-%m-%d}",
        (
            "code", "service", "finalité", "base légale", "catégories de données", "personnes concernées", "destinataires",
            "conservation", "à compter de", "mesures de sécurité", "analyse d’impact requise", "analyse d’impact faite le",
            "dernière purge", "lignes effacées à la dernière purge", "lignes effacées en tout", "remarques",
        ),
        (
            (
                x.code, x.service.label, x.traitement.finalite, x.traitement.base_legale, ", ".join(x.traitement.categories),
                ", ".join(x.traitement.personnes), x.destinataires, x.conservation, x.traitement.depart,
                x.completion.mesures if x.completion else "", "oui" if x.traitement.aipd else "non",
                (x.completion.aipd_le or "") if x.completion else "",
                timezone.localtime(x.purge.le).isoformat(timespec="seconds") if x.purge else "",
                x.purge.nombre if x.purge else "", x.purge.total if x.purge else "",
                x.completion.remarques if x.completion else "",
            )
            for x in registre.lignes()
        ),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
@exiger(can_complete_registre)
def completer(request: HttpRequest, traitement: str) -> HttpResponse:
    """Complete one sheet of the register."""
    ligne = registre.ligne(traitement)
    if ligne is None:
        raise Http404
    form = CompletionForm(
        request.POST or None, instance=ligne.completion or Completion(traitement=ligne.code)
    )
    if request.method == "POST" and form.is_valid():
        registre.completer(completion=form.save(commit=False), by=acteur_de(request))
        messages.success(request, "Le registre est complété.")
        return redirect("journal:registre")
    statut = 422 if request.method == "POST" else 200
    return render(request, "journal/completer.html", {"ligne": ligne, "form": form}, status=statut)
