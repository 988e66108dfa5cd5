"""What this theme shows in the shared projections (to-dos, deadlines, daily figures). No personal data leaves.

Everything is computed from the report: actions call :func:`projeter` last, ``rebuild_suivi`` reads :func:`lignes`.
"""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.db.models import Avg, Count, F, Q
from django.db.models.functions import TruncDate
from django.urls import reverse
from django.utils import timezone

from apps.grc import regles
from apps.grc.enums import Etat
from apps.grc.models import Signalement
from syndicat.comptes.acteur import Acteur
from syndicat.socle.contexte import Portee
from syndicat.suivi import service as suivi
from syndicat.suivi.lignes import Ligne, LigneATraiter, LigneEcheance, LigneIndicateur

SERVICE = "grc"
TRAITER, REPONSE, REPARATION = "traiter", "reponse", "reparation"
CONFIER, REPONDRE, CLORE = "Confier", "Répondre", "Traiter"


def adresse_dossier(signalement: Signalement) -> str:
    """Path of the file in the inbox."""
    return reverse("grc:dossier", args=[signalement.uuid])


def titre_sans_nom(s: Signalement) -> str:
    """What shared tables may say of a report: its title and street, masked; nothing at all when sensitive."""
    return "Signalement confidentiel" if s.categorie.sensible else regles.masquer(s.intitule_public)


def a_traiter(s: Signalement) -> LigneATraiter | None:
    """To hand over while nobody has it (elected members and team), then to treat, by that agent alone."""
    if not s.ouvert:
        return None
    seul = s.assigne_a_id is not None
    return LigneATraiter(
        service=SERVICE,
        uuid=str(s.uuid),
        kind=TRAITER,
        titre=titre_sans_nom(s),
        url=adresse_dossier(s),
        user_id=s.assigne_a_id,
        theme="" if seul else SERVICE,
        echeance=s.echeance,
        action=CONFIER if not seul else REPONDRE if s.repondu_at is None else CLORE,
    )


def echeances(s: Signalement) -> Iterator[LigneEcheance]:
    """The promises still to keep."""
    if not s.ouvert:
        return
    titre, url, uuid = titre_sans_nom(s), adresse_dossier(s), str(s.uuid)
    if s.repondu_at is None:
        yield LigneEcheance(
            service=SERVICE, uuid=uuid, kind=REPONSE, titre=titre, url=url, le=s.reponse_avant,
            motif="Première réponse promise à l’habitant", theme=SERVICE,
        )  # fmt: skip
    yield LigneEcheance(
        service=SERVICE, uuid=uuid, kind=REPARATION, titre=titre, url=url, le=s.prevu_le or s.reparation_avant,
        motif="Intervention annoncée à l’habitant" if s.prevu_le else "Réparation promise à l’habitant", theme=SERVICE,
    )  # fmt: skip


def _bornes(jour: date) -> tuple[datetime, datetime]:
    debut = datetime.combine(jour, time(), tzinfo=regles.PARIS)
    return debut, datetime.combine(jour + timedelta(days=1), time(), tzinfo=regles.PARIS)


def indicateurs(jour: date) -> Iterator[LigneIndicateur]:
    """Figures of a civil day: received, solved, mean delay in days of those solved."""
    debut, fin = _bornes(jour)
    recus = Q(created_at__gte=debut, created_at__lt=fin)
    resolus = Q(etat=Etat.RESOLU, clos_at__gte=debut, clos_at__lt=fin)
    compte = Signalement.objects.filter(recus | resolus).aggregate(
        recus=Count("pk", filter=recus),
        resolus=Count("pk", filter=resolus),
        duree=Avg(F("clos_at") - F("created_at"), filter=resolus),
    )
    yield LigneIndicateur(service=SERVICE, code="recus", jour=jour, valeur=Decimal(compte["recus"]))
    yield LigneIndicateur(service=SERVICE, code="resolus", jour=jour, valeur=Decimal(compte["resolus"]))
    if compte["duree"] is not None:
        jours = Decimal(str(round(compte["duree"].total_seconds() / 86400, 2)))
        yield LigneIndicateur(service=SERVICE, code="delai_jours", jour=jour, valeur=jours)


def projeter(s: Signalement, *, by: Acteur | None = None) -> None:
    """Bring the projections of one report up to date, in the transaction of its action."""
    ligne = a_traiter(s)
    if ligne is not None:
        suivi.poser_ligne(ligne)
    else:
        suivi.clore_a_traiter(SERVICE, str(s.uuid), by=by)
    dates = {e.kind: e for e in echeances(s)}
    for kind in (REPONSE, REPARATION):
        if kind in dates:
            suivi.poser_ligne(dates[kind])
        else:
            suivi.clore_echeance(SERVICE, str(s.uuid), kind)
    for indicateur in indicateurs(timezone.localdate()):
        suivi.poser_ligne(indicateur)


def lignes(portee: Portee) -> Iterator[Ligne]:
    """Every line of this member, for ``rebuild_suivi``."""
    for s in Signalement.objects.ouverts().select_related("categorie").iterator(500):
        ligne = a_traiter(s)
        if ligne is not None:
            yield ligne
        yield from echeances(s)
    jours: set[date] = set()
    for champ in ("created_at", "clos_at"):
        locaux = Signalement.objects.exclude(**{f"{champ}__isnull": True})
        jours |= set(
            locaux.annotate(j=TruncDate(champ, tzinfo=regles.PARIS)).values_list("j", flat=True).distinct()
        )
    for jour in sorted(jours):
        yield from indicateurs(jour)
