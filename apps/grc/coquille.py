"""What the shell shows of this theme: the cockpit's tile and layer, the menu's counter, the portal's door and block."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.db.models import Avg, Count, F, Q
from django.db.models.functions import TruncWeek
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from apps.grc import equipe, perms, regles
from apps.grc.enums import Etat, Moderation
from apps.grc.lectures import PHOTOS_PUBLIQUES, url_photo_publique
from apps.grc.models import Signalement
from apps.grc.suivi import CONFIER
from syndicat.comptes.acteur import Acteur
from syndicat.conventions.porte import Ouverture, ouverture
from syndicat.socle.contexte import exiger_portee
from syndicat.suivi import service as suivi
from syndicat.suivi.models import ATraiter
from syndicat.web import francais
from syndicat.web.plans import plan_de
from syndicat.web.tuiles import Bloc, Couche, Geste, Point, Porte, Tuile

SEMAINES = 7
MAX_POINTS = 200


def compteur(acteur: Acteur) -> int:
    """What waits for this person in this theme (menu)."""
    return suivi.compter_a_traiter(acteur, service="grc")


def _periode(jours: int) -> regles.Semaine:
    """Figures of the last days: received, solved, mean delay of those solved."""
    depuis = timezone.now() - timedelta(days=jours)
    resolus = Q(etat=Etat.RESOLU, clos_at__gte=depuis)
    compte = Signalement.objects.filter(Q(created_at__gte=depuis) | resolus).aggregate(
        recus=Count("pk", filter=Q(created_at__gte=depuis)),
        resolus=Count("pk", filter=resolus),
        duree=Avg(F("clos_at") - F("created_at"), filter=resolus),
    )
    delai = round(compte["duree"].total_seconds() / 86400, 1) if compte["duree"] is not None else None
    return regles.Semaine(compte["recus"], compte["resolus"], delai)


def _serie() -> tuple[float, ...]:
    """Reports received in each of the last seven weeks, oldest first."""
    lundi = timezone.localdate() - timedelta(days=timezone.localdate().weekday())
    debuts = [lundi - timedelta(weeks=i) for i in range(SEMAINES - 1, -1, -1)]
    lignes = (
        Signalement.objects.filter(created_at__gte=regles.debut_de_journee(debuts[0]))
        .annotate(semaine=TruncWeek("created_at", tzinfo=regles.PARIS))
        .values("semaine")
        .annotate(n=Count("pk"))
        .values_list("semaine", "n")
    )
    comptes = {semaine.date(): n for semaine, n in lignes}
    return tuple(float(comptes.get(d, 0)) for d in debuts)


def tuile(acteur: Acteur) -> Tuile | None:
    """« 12 signalements, 9 résolus. Délai moyen 2,4 jours. » — the last seven days."""
    if not perms.can_lire(acteur):
        return None
    fort, phrase = regles.phrase_de(_periode(7))
    return Tuile(
        titre="Relation aux habitants",
        icone="bulle",
        fort=fort,
        phrase=phrase,
        url=reverse("grc:boite") + "?vue=equipe",
        lien="Les lire",
        serie=_serie(),
        ordre=40,
    )


def couche(acteur: Acteur) -> Couche | None:
    """Open reports on the cockpit's map."""
    if not perms.can_lire(acteur):
        return None
    aujourd_hui = timezone.localdate()
    lignes = (
        Signalement.objects.ouverts().select_related("categorie").order_by("echeance", "-pk")[:MAX_POINTS]
    )
    points = [
        Point(
            longitude=s.longitude,
            latitude=s.latitude,
            titre=s.intitule,
            precision=f"{s.get_etat_display()}, {s.reste}",
            url=reverse("grc:dossier", args=[s.uuid]),
            a_regarder=bool(s.echeance and s.echeance < aujourd_hui),
        )
        for s in lignes
    ]
    return Couche(code="grc", nom="Signalements", points=points, forme="rond", sens="alerte")


def gestes(acteur: Acteur, lignes: Sequence[ATraiter]) -> dict[tuple[str, str, str], Geste]:
    """Hand a report to an agent straight from the cockpit's row."""
    if not perms.can_attribuer(acteur):
        return {}
    a_confier = [li for li in lignes if li.action == CONFIER]
    if not a_confier:
        return {}
    choix = equipe.agents()
    return {
        (li.service, str(li.uuid), li.kind): Geste(
            "grc/_partials/geste_confier.html",
            {
                "agents": choix,
                "confier": reverse("grc:confier", args=[li.uuid]),
                "url": li.url,
                "titre": li.titre,
                "id": str(li.uuid)[:8],
            },
        )
        for li in a_confier
    }


# --- Portail -----------------------------------------------------------------------------------------


def porte_signaler(request: HttpRequest) -> Porte | None:
    """The door « Signaler un problème », while new reports are taken."""
    if ouverture("grc") is not Ouverture.OUVERT or exiger_portee().est_syndicat:
        return None
    return Porte(
        titre="Signaler un problème",
        phrase="Lampadaire, chaussée, dépôt, arbre… en une minute, sans compte.",
        url=reverse("grc_portail:signaler"),
        icone="signaler",
        ordre=10,
        mots="lampadaire éclairage lampe trou nid-de-poule route trottoir poubelle déchets encombrants arbre branche panneau feu tag fuite",
        groupe="Ma commune",
    )


def bloc_suivre(request: HttpRequest) -> Bloc | None:
    """« Suivre ma demande » by code: stays when the convention winds down."""
    if exiger_portee().est_syndicat:
        return None
    return Bloc(
        "grc/portail/_bloc_suivre.html",
        {"adresse": reverse("grc_portail:suivre_code")},
        ordre=10,
        zone="demande",
    )


def _phrase_du_mois() -> str:
    """« Ces 30 derniers jours : 31 signalements, 27 résolus, en 2,4 jours en moyenne. »"""
    s = _periode(30)
    if not s.recus:
        return "Rien de nouveau ces 30 derniers jours."
    fin = (
        f", en {francais.nombre(s.delai_moyen, 1).removesuffix(',0')} jours en moyenne"
        if s.delai_moyen and s.resolus
        else ""
    )
    recus = francais.pluriel(s.recus, "signalement")
    return f"Ces 30 derniers jours : {recus}, {francais.pluriel(s.resolus, 'résolu')}{fin}."


def bloc_voisins(request: HttpRequest) -> Bloc | None:
    """« Signalés par vos voisins »: the latest public reports, numbered on the map beside them."""
    if exiger_portee().est_syndicat:
        return None
    lignes = list(
        Signalement.objects.publics()
        .select_related("categorie")
        .prefetch_related(PHOTOS_PUBLIQUES)
        .order_by("-pk")[:5]
    )
    contexte: dict[str, Any] = {
        "lignes": [
            {"s": s, "rang": i, "quand": francais.il_y_a(s.created_at), "photo": url_photo_publique(s)}
            for i, s in enumerate(lignes, 1)
        ],
        "points": [Point(s.longitude, s.latitude, s.titre, clos=not s.ouvert) for s in lignes],
        "plan": plan_de(exiger_portee()),
        "phrase": _phrase_du_mois(),
        "description": f"Plan avec {francais.pluriel(len(lignes), 'signalement numéroté', 'signalements numérotés')}, décrits à côté",
        "toutes": reverse("grc_portail:liste"),
        "signaler": reverse("grc_portail:signaler") if ouverture("grc") is Ouverture.OUVERT else "",
    }
    return Bloc("grc/portail/_bloc_voisins.html", contexte, ordre=20, zone="large")


# --- Fichiers ----------------------------------------------------------------------------------------


def can_voir_photo(acteur: Acteur, uuid: str) -> bool:
    """Predicate of « grc.photo » files: the team, or everyone once moderated and the report is public."""
    if perms.can_lire(acteur):
        return True
    return (
        Signalement.objects.publics()
        .filter(photos__uuid=uuid, photos__moderation=Moderation.PUBLIEE)
        .exists()
    )
