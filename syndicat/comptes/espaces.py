"""The collectivités a person works for: one line each, with a link that opens it through the hand-off."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.conf import settings

from syndicat.comptes.enums import Role
from syndicat.comptes.models import Adhesion, User
from syndicat.membres import annuaire
from syndicat.socle import contexte
from syndicat.socle.contexte import Portee

ACTE = contexte.declarer_acte("comptes.espaces", "Lister ses propres espaces dans toutes les collectivités")


@dataclass(frozen=True)
class Espace:
    """A desk one may open."""

    portee: Portee
    roles: tuple[str, ...]
    url: str

    @property
    def nom(self) -> str:
        return self.portee.nom

    @property
    def libelle_roles(self) -> str:
        """« Adjoint ou adjointe, Agent »."""
        return ", ".join(Role.libelle(r) for r in self.roles)


def adresse_centrale(chemin: str = "/") -> str:
    """Absolute address of a page of the sign-in host."""
    port = f":{settings.PORT_PUBLIC}" if settings.PORT_PUBLIC else ""
    return f"{settings.SCHEMA_PUBLIC}://{settings.HOTE_CONNEXION}{port}{chemin}"


def adresse_d_entree(portee: Portee, suite: str = "/bureau/") -> str:
    """Address that opens a page of a member's desk, signing in there on the way."""
    return annuaire.adresse(portee, f"/connexion/?{urlencode({'suite': suite})}")


def espaces_de(user: User) -> list[Espace]:
    """Every desk of an account, in French alphabetical order, the syndicate first. Contents are never read here."""
    with contexte.transverse(ACTE):
        lignes = list(
            Adhesion.objects.en_vigueur()
            .de_travail()
            .filter(user_id=user.pk)
            .order_by("collectivite__nom_tri", "role")
            .values_list("collectivite_id", "role")
        )
    roles: dict[int, list[str]] = {}
    for collectivite_id, role in lignes:
        roles.setdefault(collectivite_id, []).append(role)
    trouves = []
    for collectivite_id, codes in roles.items():
        try:
            portee = annuaire.portee_par_id(collectivite_id)
        except LookupError:
            continue
        trouves.append(Espace(portee=portee, roles=tuple(codes), url=adresse_d_entree(portee)))
    return sorted(trouves, key=lambda e: not e.portee.est_syndicat)
