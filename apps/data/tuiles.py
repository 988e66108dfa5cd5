"""The cockpit's tile, and the lines of the portal."""

from django.http import HttpRequest
from django.urls import reverse

from apps.data.commun.models import EtatJeu, JeuDeDonnees
from syndicat.comptes.acteur import Acteur
from syndicat.web.francais import accorde, pluriel
from syndicat.web.tuiles import Porte, Tuile


def tuile(acteur: Acteur) -> Tuile | None:
    """« 3 jeux en ligne », and what waits."""
    etats = list(JeuDeDonnees.objects.values_list("etat", flat=True))
    if not etats:
        return None
    en_ligne = etats.count(EtatJeu.PUBLIE)
    attend = etats.count(EtatJeu.PROPOSE) + etats.count(EtatJeu.REFUSE)
    suite = (
        f" en ligne. {pluriel(attend, 'autre')} {accorde(attend, 'attend', 'attendent')} votre accord."
        if attend
        else " en ligne, à jour."
    )
    return Tuile(
        titre="Données",
        icone="donnees",
        fort=pluriel(en_ligne, "jeu", "jeux"),
        phrase=suite,
        url=reverse("data:liste"),
        lien="Les publier" if attend else "Voir les données",
        ordre=60,
    )


def porte(request: HttpRequest) -> Porte | None:
    """A line of « Tous les services », where something is published."""
    if not JeuDeDonnees.objects.filter(etat=EtatJeu.PUBLIE).exists():
        return None
    return Porte(
        titre="Consulter les données ouvertes",
        phrase="Les chiffres et les listes que nous publions, à lire ou à télécharger",
        url=reverse("data_portail:liste"),
        icone="donnees",
        ordre=90,
        mots="open data statistiques fichier csv",
        groupe="Votre collectivité",
    )
