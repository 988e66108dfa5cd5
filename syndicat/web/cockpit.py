"""The desk's first page: what to decide, what falls due, one sentence a service, the map, what is not used yet."""

import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from syndicat.comptes.acteur import Acteur, acteur_de
from syndicat.comptes.enums import Role
from syndicat.comptes.perms import can_open_desk, exiger
from syndicat.conventions.models import Convention, EtatConvention
from syndicat.conventions.porte import Ouverture, ouvertures
from syndicat.socle import contexte
from syndicat.socle.manifest import Manifest, manifests, services
from syndicat.suivi import service as suivi
from syndicat.suivi.models import ATraiter, Echeance
from syndicat.web import francais
from syndicat.web.menu import fonction
from syndicat.web.plans import plan_de
from syndicat.web.tuiles import Couche, Geste, Point, Tuile
from syndicat.web.vitrines import portee_de

log = logging.getLogger(__name__)
ACTE_OFFRES = contexte.declarer_acte(
    "web.offres", "Compter, par service, les membres qui l’utilisent (nombres seuls)"
)
NOMBRES = ("zéro", "une", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix")
_adherents: dict[str, Any] = {"vu": 0.0, "comptes": {}}


@dataclass(frozen=True, slots=True)
class Decision:
    """A row of « À décider » as drawn."""

    titre: str
    url: str
    action: str
    icone: str
    service: str
    delai: int | None
    quand: str
    geste: Geste | None = None


def compter(acteur: Acteur) -> int:
    """Counter of the menu's line « À décider »."""
    return suivi.compter_a_traiter(acteur)


def _manifeste(code: str) -> Manifest | None:
    return next((m for m in manifests() if m.code == code), None)


def part_ecoulee(pose_le: date, echeance: date, aujourd_hui: date) -> int:
    """Share of the delay gone, 0–100; 100 once past."""
    total = (echeance - pose_le).days
    if echeance <= aujourd_hui:
        return 100
    return max(8, round(100 * (aujourd_hui - pose_le).days / total)) if total > 0 else 100


def dire_echeance(echeance: date, aujourd_hui: date) -> str:
    """« Aujourd’hui », « En retard depuis lundi », « Avant vendredi 27 novembre »."""
    if echeance < aujourd_hui:
        return f"En retard depuis {francais.jour(echeance, repere=aujourd_hui)}"
    if echeance == aujourd_hui:
        return "Avant ce soir"
    return f"Avant {francais.jour(echeance, repere=aujourd_hui)}"


def decision(ligne: ATraiter, aujourd_hui: date, geste: Geste | None = None) -> Decision:
    """A line of the projection, in words, with what can be done from the row."""
    manifeste = _manifeste(ligne.service)
    return Decision(
        titre=ligne.titre,
        url=ligne.url,
        action=ligne.action or "Ouvrir",
        icone=manifeste.icone if manifeste else "signer",
        service=manifeste.label if manifeste else "",
        delai=part_ecoulee(timezone.localdate(ligne.pose_le), ligne.echeance, aujourd_hui)
        if ligne.echeance
        else None,
        quand=dire_echeance(ligne.echeance, aujourd_hui) if ligne.echeance else "",
        geste=geste,
    )


def decisions(acteur: Acteur, lignes: Sequence[ATraiter], aujourd_hui: date) -> list[Decision]:
    """Rows as drawn; each open service says at once what can be done from its own."""
    gestes: dict[tuple[str, str, str], Geste] = {}
    for manifeste in _actifs(acteur):
        siennes = [li for li in lignes if li.service == manifeste.code]
        for chemin in manifeste.gestes if siennes else ():
            try:
                gestes.update(fonction(chemin)(acteur, siennes))
            except Exception:
                log.exception("gestes en panne : %s", chemin)
    return [decision(li, aujourd_hui, gestes.get((li.service, str(li.uuid), li.kind))) for li in lignes]


def salutation(acteur: Acteur) -> str:
    """« Bonjour Madame la Maire »; by name for who holds no mandate."""
    feminin = acteur.nom.startswith("Mme")
    titre = {
        Role.MAIRE: ("Monsieur le Maire", "Madame la Maire"),
        Role.PRESIDENT: ("Monsieur le Président", "Madame la Présidente"),
    }
    for role, (lui, elle) in titre.items():
        if acteur.a_role(role):
            return f"Bonjour {elle if feminin else lui}"
    return f"Bonjour {acteur.nom}" if acteur.nom else "Bonjour"


def resume(nombre: int, ce_soir: int, en_retard: int) -> str:
    """One sentence for the day. Nothing to do must look peaceful."""
    if nombre == 0:
        return "Rien n’attend votre décision. Le reste va bien."
    compte = NOMBRES[nombre] if nombre < len(NOMBRES) else francais.nombre(nombre)
    phrase = f"{compte} {francais.accorde(nombre, 'décision vous attend', 'décisions vous attendent')}".capitalize()
    if en_retard:
        return f"{phrase}, dont {NOMBRES[en_retard] if en_retard < len(NOMBRES) else en_retard} en retard."
    if ce_soir:
        return f"{phrase}, dont {NOMBRES[ce_soir] if ce_soir < len(NOMBRES) else ce_soir} avant ce soir."
    return f"{phrase}. Rien ne presse aujourd’hui."


def _actifs(acteur: Acteur) -> list[Manifest]:
    if acteur.portee is None or acteur.portee.est_syndicat:
        return manifests()
    etats = ouvertures()
    return [m for m in manifests() if not m.service or etats.get(m.code, Ouverture.FERME) != Ouverture.FERME]


def _demander(acteur: Acteur, attribut: str) -> list[Any]:
    """What the open services answer; one that fails is left out and logged, the cockpit stays up."""
    trouves: list[Any] = []
    for manifeste in _actifs(acteur):
        for chemin in getattr(manifeste, attribut):
            try:
                element = fonction(chemin)(acteur)
            except Exception:
                log.exception("%s en panne : %s", attribut, chemin)
                continue
            if element is not None:
                trouves += element if isinstance(element, list | tuple) else [element]
    return trouves


def tuiles(acteur: Acteur) -> list[Tuile]:
    """One tile a service, in order."""
    return sorted(_demander(acteur, "tuiles"), key=lambda t: (t.ordre, t.titre))


def couches(acteur: Acteur) -> list[Couche]:
    """Layers of the map."""
    return list(_demander(acteur, "couches"))


def adherents() -> dict[str, int]:
    """Members by service in force: numbers only, read across members under a declared act, kept ten minutes."""
    if time.monotonic() - _adherents["vu"] > 600:
        comptes: dict[str, int] = {}
        with contexte.transverse(ACTE_OFFRES):
            couples = set(
                Convention.objects.filter(etat=EtatConvention.ACTIVE).values_list(
                    "service", "collectivite_id"
                )
            )
        for code, _ in couples:
            comptes[code] = comptes.get(code, 0) + 1
        _adherents.update(vu=time.monotonic(), comptes=comptes)
    trouves: dict[str, int] = _adherents["comptes"]
    return trouves


def fait_quelque_chose(manifeste: Manifest) -> bool:
    """A theme that has no page yet is not offered."""
    return bool(manifeste.urls or manifeste.public_urls or manifeste.menu)


def offres(acteur: Acteur) -> list[tuple[Manifest, int]]:
    """Services the syndicate offers and this collectivité does not use yet, with how many members do."""
    if acteur.portee is None or acteur.portee.est_syndicat:
        return []
    etats = ouvertures()
    comptes = adherents()
    return [(m, comptes.get(m.code, 0)) for m in services() if m.code not in etats and fait_quelque_chose(m)]


def _a_regarder(dessins: list[Couche]) -> list[Point]:
    return [p for c in dessins for p in c.points if p.a_regarder][:5]


@require_safe
@exiger(can_open_desk)
def bureau(request: HttpRequest) -> HttpResponse:
    """``/bureau/``: the cockpit of whoever works here."""
    acteur = acteur_de(request)
    aujourd_hui = timezone.localdate()
    lignes = list(suivi.a_traiter_pour(acteur)[:50])
    dessins = couches(acteur)
    lundi, dimanche = francais.semaine(aujourd_hui)
    ctx = {
        "salutation": salutation(acteur),
        "aujourd_hui": aujourd_hui,
        "resume": resume(
            len(lignes),
            sum(1 for li in lignes if li.echeance == aujourd_hui),
            sum(1 for li in lignes if li.echeance and li.echeance < aujourd_hui),
        ),
        "decisions": decisions(acteur, lignes[:5], aujourd_hui),
        "nombre": len(lignes),
        "echeances": list(suivi.echeances(30)[:7]),
        "tuiles": tuiles(acteur),
        "lundi": lundi,
        "dimanche": dimanche,
        "couches": dessins,
        "a_regarder": _a_regarder(dessins),
        "plan": plan_de(portee_de(request)),
        "offres": offres(acteur)[:3],
    }
    return render(request, "web/cockpit.html", ctx)


@require_safe
@exiger(can_open_desk)
def a_decider(request: HttpRequest) -> HttpResponse:
    """Everything that waits, and what was decided lately."""
    acteur = acteur_de(request)
    aujourd_hui = timezone.localdate()
    faits = request.GET.get("vue") == "deja"
    lignes = suivi.deja_traite_par(acteur)[:100] if faits else suivi.a_traiter_pour(acteur)[:200]
    ctx = {
        "deja": faits,
        "decisions": [decision(li, aujourd_hui) for li in lignes]
        if faits
        else decisions(acteur, list(lignes), aujourd_hui),
        "onglets": [
            {
                "libelle": "En attente",
                "url": "?",
                "actif": not faits,
                "compte": None if faits else len(lignes),
            },
            {"libelle": "Déjà décidé", "url": "?vue=deja", "actif": faits},
        ],
    }
    return render(request, "web/a_decider.html", ctx)


@require_safe
@exiger(can_open_desk)
def echeances(request: HttpRequest) -> HttpResponse:
    """Deadlines of the coming year, by month."""
    mois: dict[str, list[Echeance]] = {}
    aujourd_hui = timezone.localdate()
    for e in suivi.echeances(366)[:300]:
        cle = (
            "En retard" if e.le < aujourd_hui else f"{francais.MOIS[e.le.month - 1]} {e.le.year}".capitalize()
        )
        mois.setdefault(cle, []).append(e)
    return render(request, "web/echeances.html", {"mois": mois})


@require_safe
@exiger(can_open_desk)
def page_offres(request: HttpRequest) -> HttpResponse:
    """What the syndicate offers: used here, or how to join."""
    acteur = acteur_de(request)
    comptes = adherents()
    ici = [(m, comptes.get(m.code, 0)) for m in _actifs(acteur) if m.service and fait_quelque_chose(m)]
    return render(request, "web/offres.html", {"ici": ici, "offres": offres(acteur)})
