"""Reading the delegations of the collectivité in scope, and asking the rule."""

from datetime import date
from decimal import Decimal

from syndicat.comptes import regles
from syndicat.comptes.enums import Role
from syndicat.comptes.models import Absence, Adhesion, Delegation
from syndicat.comptes.regles import Signataire

EXECUTIF = (Role.MAIRE, Role.PRESIDENT)


def qui_signe(domaine: str, montant: Decimal | None, le: date) -> list[Signataire]:
    """Who may sign an act of this scope and amount (euros HT) that day, in the collectivité in scope. Three queries."""
    vigueur = Adhesion.objects.en_vigueur()
    equipe = list(vigueur.de_travail().values_list("user_id", "role"))
    presents = {user_id for user_id, _ in equipe}
    arretes = [
        regles.Arrete(
            ident=str(d.uuid),
            delegataire=d.delegataire_id,
            domaine=d.domaine,
            debut=d.debut,
            fin=d.fin,
            plafond=d.plafond,
            suppleance=d.suppleance,
        )
        for d in Delegation.objects.en_vigueur(le).filter(delegataire_id__in=presents)
    ]
    absents = set(Absence.objects.filter(debut__lte=le, fin__gte=le).values_list("user_id", flat=True))
    return regles.qui_signe(
        domaine,
        montant,
        le,
        executif={user_id for user_id, role in equipe if role in EXECUTIF},
        arretes=arretes,
        absents=absents,
    )


def peut_signer(user_id: int | None, domaine: str, montant: Decimal | None, le: date) -> Signataire | None:
    """The title under which this person signs, or None."""
    return next((s for s in qui_signe(domaine, montant, le) if s.user_id == user_id), None)
