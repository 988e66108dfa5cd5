"""Writing and reading the projections: the only functions other rooms call.

``poser_*`` and ``clore_*`` run in the caller's transaction, for the collectivité in scope. Titles and motives
carry no personal data. Reading for a person is one query each; for the syndicate see :mod:`.tableau`.
"""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Count, F, Q, QuerySet
from django.utils import timezone

from syndicat.comptes.acteur import Acteur
from syndicat.comptes.enums import ELUS, Role
from syndicat.comptes.models import Adhesion
from syndicat.socle import contexte
from syndicat.suivi.lignes import LigneATraiter, LigneEcheance, LigneIndicateur, roles_tries
from syndicat.suivi.models import ATraiter, Echeance, Indicateur

ACTE_MES_COLLECTIVITES = contexte.declarer_acte(
    "suivi.mes_collectivites", "Compter ce qui attend une personne dans chacune de ses collectivités"
)
#: Who treats every theme of the collectivité (see ``Acteur.traite``).
_TRAITENT_TOUT = frozenset({*(str(r) for r in ELUS), str(Role.ADMINISTRATEUR)})

_POSER_A_TRAITER = """
INSERT INTO suivi_atraiter AS a (collectivite_id, service, uuid, kind, titre, url, roles, user_id, theme, action, echeance, pose_le)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, now())
ON CONFLICT (collectivite_id, service, uuid, kind) DO UPDATE SET
  titre = EXCLUDED.titre, url = EXCLUDED.url, roles = EXCLUDED.roles, user_id = EXCLUDED.user_id,
  theme = EXCLUDED.theme, action = EXCLUDED.action, echeance = EXCLUDED.echeance,
  pose_le = CASE WHEN a.clos_le IS NULL THEN a.pose_le ELSE EXCLUDED.pose_le END, clos_le = NULL, clos_par = NULL
"""
_POSER_ECHEANCE = """
INSERT INTO suivi_echeance AS e (collectivite_id, service, uuid, kind, titre, url, le, motif, roles, theme)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
ON CONFLICT (collectivite_id, service, uuid, kind) DO UPDATE SET
  titre = EXCLUDED.titre, url = EXCLUDED.url, motif = EXCLUDED.motif, roles = EXCLUDED.roles, theme = EXCLUDED.theme,
  le = EXCLUDED.le, rappel = CASE WHEN e.le = EXCLUDED.le THEN e.rappel END
"""
_POSER_INDICATEUR = """
INSERT INTO suivi_indicateur AS i (collectivite_id, service, code, jour, valeur) VALUES (%s, %s, %s, %s, %s)
ON CONFLICT (collectivite_id, service, code, jour) DO UPDATE SET valeur = {valeur}
"""


def _executer(ordre: str, valeurs: Iterable[Any]) -> None:
    with connection.cursor() as curseur:
        curseur.execute(ordre, [contexte.exiger_portee().collectivite_id, *valeurs])


def aujourd_hui() -> date:
    """The civil day in France."""
    return timezone.localdate()


# -- Writing ------------------------------------------------------------------------------------------
def poser_a_traiter(
    service: str,
    uuid: str | UUID,
    kind: str,
    *,
    titre: str,
    url: str,
    roles: Iterable[str] = (),
    user_id: int | None = None,
    theme: str = "",
    echeance: date | None = None,
    action: str = "",
) -> None:
    """Something waits: for ``user_id`` alone when given; else for the holders of ``roles`` (the role « agent »
    counts only for those in charge of ``theme``, when given); without roles, for who treats ``theme``.
    Again with the same key: updated, or reopened."""
    _executer(
        _POSER_A_TRAITER,
        [service, str(uuid), kind, titre[:200], url, roles_tries(roles), user_id, theme, action, echeance],
    )


def poser_ligne(ligne: LigneATraiter | LigneEcheance | LigneIndicateur) -> None:
    """The same, from a line as ``Manifest.suivi`` yields it."""
    if isinstance(ligne, LigneATraiter):
        poser_a_traiter(
            ligne.service, ligne.uuid, ligne.kind, titre=ligne.titre, url=ligne.url, roles=ligne.roles,
            user_id=ligne.user_id, theme=ligne.theme, echeance=ligne.echeance, action=ligne.action,
        )  # fmt: skip
    elif isinstance(ligne, LigneEcheance):
        poser_echeance(
            ligne.service, ligne.uuid, ligne.kind, titre=ligne.titre, url=ligne.url, le=ligne.le,
            motif=ligne.motif, roles=ligne.roles, theme=ligne.theme,
        )  # fmt: skip
    else:
        poser_indicateur(ligne.service, ligne.code, ligne.valeur, jour=ligne.jour)


def clore_a_traiter(
    service: str, uuid: str | UUID, kind: str | None = None, *, by: Acteur | None = None
) -> int:
    """It no longer waits (every kind when ``kind`` is None); ``by`` keeps it under « Déjà décidé » of that person."""
    lignes = ATraiter.objects.filter(service=service, uuid=uuid, clos_le__isnull=True)
    if kind is not None:
        lignes = lignes.filter(kind=kind)
    return lignes.update(clos_le=timezone.now(), clos_par=by.user_id if by is not None else None)


def poser_echeance(
    service: str,
    uuid: str | UUID,
    kind: str,
    *,
    titre: str,
    url: str,
    le: date,
    motif: str = "",
    roles: Iterable[str] = (),
    theme: str = "",
) -> None:
    """A deadline on civil day ``le``; a new day starts the reminders anew. Without roles nor theme, the theme
    of the same name as the service is reminded."""
    _executer(
        _POSER_ECHEANCE,
        [service, str(uuid), kind, titre[:200], url, le, motif[:200], roles_tries(roles), theme],
    )


def clore_echeance(service: str, uuid: str | UUID, kind: str | None = None) -> int:
    """The deadline is met or void (every kind when ``kind`` is None)."""
    lignes = Echeance.objects.filter(service=service, uuid=uuid)
    if kind is not None:
        lignes = lignes.filter(kind=kind)
    return lignes.delete()[0]


def poser_indicateur(service: str, code: str, valeur: Decimal | int, *, jour: date | None = None) -> None:
    """The figure of a day (today in France by default), replaced if it was there."""
    _executer(
        _POSER_INDICATEUR.format(valeur="EXCLUDED.valeur"), [service, code, jour or aujourd_hui(), valeur]
    )


def ajouter_indicateur(service: str, code: str, ecart: Decimal | int, *, jour: date | None = None) -> None:
    """Add to the figure of a day; exact under concurrency."""
    _executer(
        _POSER_INDICATEUR.format(valeur="i.valeur + EXCLUDED.valeur"),
        [service, code, jour or aujourd_hui(), ecart],
    )


# -- Reading ------------------------------------------------------------------------------------------
def concerne(*, user_id: int | None, roles: Iterable[str], themes: Iterable[str]) -> Q:
    """Condition: lines that wait for this person, given the roles and themes held in that collectivité."""
    tenus, traites = {str(r) for r in roles}, sorted(set(themes))
    par_role = Q(roles__overlap=sorted(tenus - {Role.AGENT}))
    par_theme = Q(pk__in=[])
    if Role.AGENT in tenus:
        par_role |= Q(roles__contains=[Role.AGENT]) & (Q(theme="") | Q(theme__in=traites))
        par_theme = Q(roles=[], theme__in=traites)
    if tenus & _TRAITENT_TOUT:
        par_theme = Q(roles=[]) & ~Q(theme="")
    return Q(user_id=user_id, user__isnull=False) | Q(user__isnull=True) & (par_role | par_theme)


def _les_miennes(acteur: Acteur) -> QuerySet[ATraiter]:
    return ATraiter.objects.filter(concerne(user_id=acteur.user_id, roles=acteur.roles, themes=acteur.themes))


def a_traiter_pour(acteur: Acteur) -> QuerySet[ATraiter]:
    """What waits for this person here: the nearest deadline first, then the oldest."""
    lignes = _les_miennes(acteur).filter(clos_le__isnull=True)
    return lignes.order_by(F("echeance").asc(nulls_last=True), "pose_le", "pk")


def deja_traite_par(acteur: Acteur) -> QuerySet[ATraiter]:
    """What this person decided, or what no longer waits for them, the latest first."""
    lignes = ATraiter.objects.filter(clos_le__isnull=False)
    condition = Q(clos_par=acteur.user_id) | Q(clos_par__isnull=True) & concerne(
        user_id=acteur.user_id, roles=acteur.roles, themes=acteur.themes
    )
    return lignes.filter(condition).order_by("-clos_le", "-pk")


def compter_a_traiter(acteur: Acteur, *, service: str = "") -> int:
    """How many wait for this person here (of one service when given): for a menu's counter."""
    lignes = _les_miennes(acteur).filter(clos_le__isnull=True)
    return (lignes.filter(service=service) if service else lignes).count()


def echeances(jours: int = 30) -> QuerySet[Echeance]:
    """Deadlines of the collectivité in scope, those past first, up to ``jours`` days from today."""
    return Echeance.objects.filter(le__lte=aujourd_hui() + timedelta(days=jours)).order_by("le", "pk")


def indicateurs(service: str, code: str, jours: int) -> list[tuple[date, Decimal]]:
    """The figures of the last ``jours`` days, today included, oldest first; days without a figure are absent."""
    depuis = aujourd_hui() - timedelta(days=jours - 1)
    lignes = Indicateur.objects.filter(service=service, code=code, jour__gte=depuis)
    return list(lignes.order_by("jour").values_list("jour", "valeur"))


def indicateurs_de(
    codes: Iterable[tuple[str, str]], jours: int
) -> dict[tuple[str, str], dict[date, Decimal]]:
    """Several series in one query: (service, code) → day → figure."""
    voulus = list(codes)
    series: dict[tuple[str, str], dict[date, Decimal]] = {c: {} for c in voulus}
    condition = Q(pk__in=[])
    for service, code in voulus:
        condition |= Q(service=service, code=code)
    lignes = Indicateur.objects.filter(condition, jour__gt=aujourd_hui() - timedelta(days=jours))
    for service, code, jour, valeur in lignes.order_by("jour").values_list(
        "service", "code", "jour", "valeur"
    ):
        series[service, code][jour] = valeur
    return series


def compter_par_collectivite(user_id: int) -> Mapping[int, int]:
    """What waits for a person in each of their collectivités (page « Mes collectivités »): two queries."""
    roles: dict[int, set[str]] = {}
    themes: dict[int, set[str]] = {}
    condition = Q(pk__in=[])
    with contexte.transverse(ACTE_MES_COLLECTIVITES):
        lignes = Adhesion.objects.en_vigueur().filter(user_id=user_id).exclude(role=Role.CITOYEN)
        for collectivite_id, role, de_l_adhesion in lignes.values_list("collectivite_id", "role", "themes"):
            roles.setdefault(collectivite_id, set()).add(role)
            themes.setdefault(collectivite_id, set()).update(de_l_adhesion)
        for collectivite_id, tenus in roles.items():
            condition |= Q(collectivite_id=collectivite_id) & concerne(
                user_id=user_id, roles=tenus, themes=themes[collectivite_id]
            )
        comptes = dict(
            ATraiter.objects.filter(condition, clos_le__isnull=True)
            .values("collectivite_id")
            .annotate(nombre=Count("pk"))
            .values_list("collectivite_id", "nombre")
        )
    return {collectivite_id: comptes.get(collectivite_id, 0) for collectivite_id in roles}
