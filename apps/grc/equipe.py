"""Who may be handed a report here: agents in charge of the theme, elected members, administrators, in force today."""

from dataclasses import dataclass

from syndicat.comptes.enums import Role
from syndicat.comptes.models import Adhesion, User

THEME = "grc"


@dataclass(frozen=True)
class Agent:
    """A person to whom a report can be handed."""

    user_id: int
    uuid: str
    nom: str
    role: str


def agents() -> list[Agent]:
    """One query; agents first, then the others, by name."""
    lignes = (
        Adhesion.objects.en_vigueur()
        .filter(role__in=(Role.AGENT, Role.ADJOINT, Role.MAIRE, Role.PRESIDENT, Role.ADMINISTRATEUR))
        .select_related("user")
    )
    trouves: dict[int, tuple[int, Agent]] = {}
    for adhesion in lignes:
        if adhesion.role == Role.AGENT and THEME not in adhesion.themes:
            continue
        rang = 0 if adhesion.role == Role.AGENT else 1
        user = adhesion.user
        deja = trouves.get(user.pk)
        if deja is None or rang < deja[0]:
            nom = user.get_full_name() or "Compte"
            trouves[user.pk] = (rang, Agent(user.pk, str(user.uuid), nom, adhesion.libelle_role))
    return [a for _, a in sorted(trouves.values(), key=lambda t: (t[0], t[1].nom))]


def agent_par_uuid(uuid: str) -> Agent | None:
    """The agent of that public id, if reports may be handed to them here."""
    return next((a for a in agents() if a.uuid == str(uuid)), None)


def noms(user_ids: set[int]) -> dict[int, str]:
    """Names of accounts by id (one query), for timelines."""
    if not user_ids:
        return {}
    return {u.pk: u.get_full_name() or "Compte" for u in User.objects.filter(pk__in=user_ids)}
