"""Who acts: the subject of every predicate (``perms.py``) and the ``by=`` of every action."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from syndicat.comptes.enums import ELUS, Role
from syndicat.comptes.models import Adhesion
from syndicat.socle.contexte import Portee, declarer_acte, exiger_portee, portee_courante, transverse

if TYPE_CHECKING:
    from django.http import HttpRequest

_HERITAGE = declarer_acte(
    "comptes.heritage", "Droits, dans l’espace d’une commune fusionnée, de qui travaille pour son successeur"
)


@dataclass(frozen=True)
class Acteur:
    """A person (or the system) acting in one collectivité, with the roles held there and nowhere else.

    ``themes``: codes of the themes an agent may treat; empty for other roles. ``genre``: "agent", "citoyen",
    "anonyme" or "systeme".
    """

    genre: str
    portee: Portee | None
    user_id: int | None = None
    user_uuid: str = ""
    nom: str = ""
    roles: frozenset[str] = frozenset()
    themes: frozenset[str] = frozenset()
    motif: str = ""

    def a_role(self, *roles: str) -> bool:
        """True where one of these roles is held in this collectivité."""
        return bool(self.roles & set(roles))

    @property
    def est_elu(self) -> bool:
        return bool(self.roles & ELUS)

    @property
    def est_agent(self) -> bool:
        """Works for the collectivité in scope, in whatever role (citizens excepted)."""
        return bool(self.roles - {Role.CITOYEN})

    @property
    def est_du_syndicat(self) -> bool:
        """Works for the syndicate, and acts on its own host."""
        return self.est_agent and self.portee is not None and self.portee.est_syndicat

    def traite(self, theme: str) -> bool:
        """May treat this theme: agent in charge of it, elected member or administrator."""
        return (
            self.est_elu
            or self.a_role(Role.ADMINISTRATEUR)
            or (self.a_role(Role.AGENT) and theme in self.themes)
        )

    @classmethod
    def systeme(cls, motif: str) -> "Acteur":
        """The platform itself, for sweeps and tasks; ``motif`` names them in the journal."""
        return cls(genre="systeme", portee=portee_courante(), nom="Système", motif=motif)

    @classmethod
    def anonyme(cls) -> "Acteur":
        """A citizen without an account."""
        return cls(genre="anonyme", portee=portee_courante(), nom="Habitant")


def acteur_pour(user: Any) -> Acteur:
    """The :class:`Acteur` of an account in the collectivité in scope (one query, adhesions in force only)."""
    portee = exiger_portee()
    if not getattr(user, "is_authenticated", False) or not user.is_active:
        return Acteur.anonyme()
    siennes = Adhesion.objects.en_vigueur().filter(user_id=user.pk, collectivite_id=portee.collectivite_id)
    lignes = list(siennes.values_list("role", "themes"))
    if (
        portee.heritiers
    ):  # a merged commune: the rights held at its successor reach it, read-only; no other role travels
        with transverse(_HERITAGE):
            la_bas = Adhesion.objects.en_vigueur().filter(
                user_id=user.pk, collectivite_id__in=portee.heritiers
            )
            lignes += la_bas.values_list("role", "themes")
    roles = frozenset(role for role, _ in lignes)
    themes = frozenset(t for _, ts in lignes for t in ts)
    genre = "agent" if roles - {Role.CITOYEN} else "citoyen"
    return Acteur(
        genre=genre,
        portee=portee,
        user_id=user.pk,
        user_uuid=str(user.uuid),
        nom=user.get_full_name(),
        roles=roles,
        themes=themes,
    )


def acteur_de(request: "HttpRequest") -> Acteur:
    """The :class:`Acteur` of a request, computed once."""
    connu: Acteur | None = getattr(request, "acteur", None)
    if connu is None:
        connu = acteur_pour(request.user)
        request.acteur = connu  # type: ignore[attr-defined]
    return connu
