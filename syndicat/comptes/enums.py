"""Roles. They belong to an adhesion to one collectivité and never travel to another."""

from django.db import models

from syndicat.socle.manifest import manifests


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

    @classmethod
    def elus(cls) -> tuple["Role", ...]:
        """The elected roles, which end with the mandate."""
        return (cls.MAIRE, cls.PRESIDENT, cls.ADJOINT)

    @classmethod
    def libelle(cls, code: str) -> str:
        """Label of a role of the platform or of a theme (``Manifest.roles``); the code where nobody declares it."""
        if code in cls.values:
            return str(cls(code).label)
        return next((r.libelle for m in manifests() for r in m.roles if r.code == code), code)


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


_DES_MEMBRES = (
    Role.MAIRE,
    Role.PRESIDENT,
    Role.ADJOINT,
    Role.ADMINISTRATEUR,
    Role.AGENT,
    Role.DPO,
    Role.CITOYEN,
)


def roles_ouverts(au_syndicat: bool) -> dict[str, str]:
    """Roles one may hold here, code → label: those of a member or of the syndicate, and the themes' own."""
    communs = [
        r
        for r in Role
        if (r in ROLES_SYNDICAT or r in (Role.PRESIDENT, Role.AGENT) if au_syndicat else r in _DES_MEMBRES)
    ]
    roles = {r.value: str(r.label) for r in communs}
    for m in manifests():
        for r in m.roles:
            if r.hote == "tous" or (r.hote == "syndicat") == au_syndicat:
                roles[r.code] = r.libelle
    return roles


class Domaine(models.TextChoices):
    """What a signature is delegated for. ``TOUT`` covers the others."""

    TOUT = "tout", "Tous les actes"
    COMMANDES = "commandes", "Commandes et achats"
    CONVENTIONS = "conventions", "Conventions et adhésions"
    FINANCES = "finances", "Mandats et titres de recettes"
    ARRETES = "arretes", "Arrêtés"
    COURRIERS = "courriers", "Courriers et réponses"
    URBANISME = "urbanisme", "Urbanisme"
    ETAT_CIVIL = "etat_civil", "État civil"


class MotifDeFin(models.TextChoices):
    """Why an adhesion ended."""

    REVOCATION = "revocation", "Retirée"
    DATE = "date", "Arrivée à son terme"
    MANDAT = "mandat", "Fin du mandat"


class MotifDeSortie(models.TextChoices):
    """Why a sign-in ended."""

    SORTIE = "sortie", "Déconnexion"
    APPAREILS = "appareils", "Déconnexion de tous les appareils"
    REVOCATION = "revocation", "Droits retirés"
    DESACTIVATION = "desactivation", "Compte désactivé"
    SECURITE = "securite", "Mot de passe ou second facteur changé"
    EXPIRATION = "expiration", "Durée dépassée"
