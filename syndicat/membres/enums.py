"""Closed lists of the registry."""

from django.db import models


class Nature(models.TextChoices):
    """Kinds of collectivité; EPCI kinds are those of BANATIC."""

    COMMUNE = "commune", "Commune"
    CC = "CC", "Communauté de communes"
    CA = "CA", "Communauté d’agglomération"
    CU = "CU", "Communauté urbaine"
    METROPOLE = "METRO", "Métropole"
    DEPARTEMENT = "departement", "Département"
    SYNDICAT = "syndicat", "Syndicat mixte"

    @classmethod
    def epci(cls) -> tuple[str, ...]:
        """The kinds of EPCI à fiscalité propre."""
        return (cls.CC, cls.CA, cls.CU, cls.METROPOLE)


class EtatMembre(models.TextChoices):
    """Life of a member on the platform."""

    REGISTRE = "registre", "Au registre, sans espace"
    ACTIVE = "active", "Active"
    SUSPENDUE = "suspendue", "Suspendue (lecture seule)"
    FUSIONNEE = "fusionnee", "Fusionnée (lecture seule, sous son successeur)"
    ARCHIVEE = "archivee", "Archivée"


#: Allowed state changes (socle.transition).
TRANSITIONS_MEMBRE: dict[str, tuple[str, ...]] = {
    EtatMembre.REGISTRE: (EtatMembre.ACTIVE,),
    EtatMembre.ACTIVE: (EtatMembre.SUSPENDUE, EtatMembre.FUSIONNEE),
    EtatMembre.SUSPENDUE: (EtatMembre.ACTIVE, EtatMembre.FUSIONNEE, EtatMembre.ARCHIVEE),
    EtatMembre.FUSIONNEE: (EtatMembre.ARCHIVEE,),
    EtatMembre.ARCHIVEE: (),
}
