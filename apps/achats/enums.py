"""Closed lists of purchasing, and the table of an order's states."""

from django.db import models


class Mode(models.TextChoices):
    """The three legal modes: who orders, who pays, what is printed."""

    GROUPEMENT = "groupement", "Groupement de commandes"
    INTERMEDIAIRE = "interm", "Centrale d’achat intermédiaire"
    GROSSISTE = "grossiste", "Centrale d’achat grossiste"


#: The mode in plain words, on the page of an article.
MODES_EN_CLAIR: dict[str, str] = {
    Mode.GROUPEMENT: "Vous commandez et payez le fournisseur, au prix obtenu par le groupement dont vous êtes membre.",
    Mode.INTERMEDIAIRE: "Vous commandez et payez le fournisseur, au prix négocié par le syndicat, sans mise en concurrence à refaire.",
    Mode.GROSSISTE: "Le syndicat achète et vous revend\u00a0: il répond du fournisseur, et c’est lui que vous payez.",
}


class EtatMarche(models.TextChoices):
    """Life of a framework agreement in the catalogue."""

    PREPARATION = "preparation", "En préparation"
    PUBLIE = "publie", "Publié"
    CLOS = "clos", "Clos"


TRANSITIONS_MARCHE: dict[str, tuple[str, ...]] = {
    EtatMarche.PREPARATION: (EtatMarche.PUBLIE,),
    EtatMarche.PUBLIE: (EtatMarche.CLOS,),
    EtatMarche.CLOS: (EtatMarche.PUBLIE,),
}


class Famille(models.TextChoices):
    """Families of articles, over the seven themes."""

    INFORMATIQUE = "informatique", "Ordinateurs et logiciels"
    RESEAU = "reseau", "Réseau et câblage"
    TELEPHONIE = "telephonie", "Téléphonie"
    CYBER = "cyber", "Cybersécurité"
    ARCHIVAGE = "archivage", "Archives et documents"
    GRC = "grc", "Relation aux habitants"
    IOT = "iot", "Capteurs"
    DATA = "data", "Données et cartes"
    VIDEO = "video", "Vidéoprotection"


ICONES_FAMILLES: dict[str, str] = {
    Famille.INFORMATIQUE: "bureau",
    Famille.RESEAU: "serveur",
    Famille.TELEPHONIE: "tel",
    Famille.CYBER: "bouclier",
    Famille.ARCHIVAGE: "archive",
    Famille.GRC: "bulle",
    Famille.IOT: "capteur",
    Famille.DATA: "donnees",
    Famille.VIDEO: "camera",
}


class Genre(models.TextChoices):
    """Goods or services: a diagnostic mission is an article too."""

    FOURNITURE = "fourniture", "Fourniture"
    PRESTATION = "prestation", "Prestation"


class EtatCommande(models.TextChoices):
    """Life of an order."""

    BROUILLON = "brouillon", "Brouillon"
    DEMANDE = "demande", "À approuver"
    VISE = "vise", "Visée"
    ENGAGE = "engage", "Engagée"
    EMIS = "emis", "Envoyée au fournisseur"
    LIVRE_PARTIEL = "partiel", "Livrée en partie"
    LIVRE = "livre", "Livrée"
    SERVICE_FAIT = "fait", "Service fait"
    REFUSE = "refuse", "Refusée"
    ANNULE = "annule", "Annulée"


E = EtatCommande  # a short name for the tables below
#: Allowed changes. A cancellation after commitment gives the ceiling back, once.
TRANSITIONS_COMMANDE: dict[str, tuple[str, ...]] = {
    E.BROUILLON: (E.DEMANDE,),
    E.DEMANDE: (E.VISE, E.REFUSE, E.ANNULE),
    E.VISE: (E.ENGAGE, E.REFUSE, E.ANNULE),
    E.ENGAGE: (E.EMIS, E.ANNULE),
    E.EMIS: (E.LIVRE_PARTIEL, E.LIVRE, E.ANNULE),
    E.LIVRE_PARTIEL: (E.LIVRE,),
    E.LIVRE: (E.SERVICE_FAIT,),
    E.SERVICE_FAIT: (),
    E.REFUSE: (),
    E.ANNULE: (),
}
NIVEAUX: dict[str, str] = {
    E.BROUILLON: "neutre",
    E.DEMANDE: "alerte",
    E.VISE: "info",
    E.ENGAGE: "info",
    E.EMIS: "info",
    E.LIVRE_PARTIEL: "info",
    E.LIVRE: "ok",
    E.SERVICE_FAIT: "ok",
    E.REFUSE: "neutre",
    E.ANNULE: "neutre",
}
#: Committed and not cancelled: what counts as ordered.
ENGAGEES = (E.ENGAGE, E.EMIS, E.LIVRE_PARTIEL, E.LIVRE, E.SERVICE_FAIT)
UNITES = ("pièce", "lot", "jour", "demi-journée", "heure", "mois", "an", "mètre", "forfait", "licence par an")
