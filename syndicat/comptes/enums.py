"""Roles. They belong to an adhesion to one collectivité and never travel to another."""

from django.db import models


class Role(models.TextChoices):
    """Roles of the platform; the first group in a member, the second at the syndicate, then the citizen."""

    MAIRE = "maire", "Maire"
    PRESIDENT = "president", "Président ou présidente"
    ADJOINT = "adjoint", "Adjoint ou adjointe"
    ADMINISTRATEUR = "administrateur", "Administrateur ou administratrice"
    AGENT = "agent", "Agent"
    DPO = "dpo", "Délégué à la protection des données"
    DIRECTION = "direction", "Direction du syndicat"
    CATALOGUE = "catalogue", "Gestionnaire du catalogue"
    CONVENTIONS = "conventions", "Gestionnaire des conventions"
    FINANCES = "finances", "Finances"
    RSSI = "rssi", "Responsable de la sécurité (RSSI)"
    ARCHIVISTE = "archiviste", "Archiviste"
    TECHNICIEN = "technicien", "Technicien"
    CITOYEN = "citoyen", "Habitant"


ELUS = frozenset({Role.MAIRE, Role.PRESIDENT, Role.ADJOINT})
ROLES_SYNDICAT = frozenset(
    {
        Role.DIRECTION,
        Role.CATALOGUE,
        Role.CONVENTIONS,
        Role.FINANCES,
        Role.RSSI,
        Role.ARCHIVISTE,
        Role.TECHNICIEN,
        Role.ADMINISTRATEUR,
        Role.DPO,
    }
)
