"""Demo data: the feeds of a member, projected for real and approved, one left to the mayor's decision."""

from random import Random

from apps.data import actions, balayage
from apps.data.commun.models import EtatJeu, JeuDeDonnees
from syndicat.comptes.acteur import Acteur
from syndicat.socle.contexte import Portee


def remplir(portee: Portee, rng: Random) -> None:
    """Publish every open feed of the member in scope. Runs after the other themes' demo (order of the manifest)."""
    by = Acteur.systeme("demo")
    for code in balayage.flux_ouverts(portee):
        balayage.publier(code)
        jeu = JeuDeDonnees.objects.get(flux=code)
        if jeu.etat == EtatJeu.PROPOSE:
            actions.ouvrir_jeu(jeu=jeu, by=by)
