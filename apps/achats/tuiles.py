"""The cockpit's tile."""

from django.db.models import Count, Min, Q
from django.urls import reverse

from apps.achats.commun.models import Commande
from apps.achats.enums import EtatCommande
from apps.achats.perms import can_consulter
from syndicat.comptes.acteur import Acteur
from syndicat.web.francais import accorde, jour, pluriel
from syndicat.web.tuiles import Tuile

EN_ROUTE = [EtatCommande.EMIS, EtatCommande.LIVRE_PARTIEL]


def tuile(acteur: Acteur) -> Tuile | None:
    """« 1 commande en route, attendue mardi. » One query."""
    if not can_consulter(acteur) or (acteur.portee is not None and acteur.portee.est_syndicat):
        return None
    comptes = Commande.objects.aggregate(
        en_route=Count("pk", filter=Q(etat__in=EN_ROUTE)),
        attente=Count("pk", filter=Q(etat=EtatCommande.DEMANDE)),
        prochaine=Min("livraison_prevue", filter=Q(etat__in=EN_ROUTE)),
    )
    en_route, attente = comptes["en_route"], comptes["attente"]
    if en_route:
        fort, phrase = pluriel(en_route, "commande"), " en route"
        if comptes["prochaine"]:
            phrase += f", la prochaine attendue {jour(comptes['prochaine'])}"
        phrase += "."
    else:
        fort, phrase = "Rien en route.", " Le catalogue du syndicat vous attend."
    if attente:
        phrase += f" {pluriel(attente, 'demande')} {accorde(attente, 'attend', 'attendent')} un accord."
    lien, adresse = (
        ("Suivre", "achats:commandes") if en_route or attente else ("Ouvrir le catalogue", "achats:catalogue")
    )
    return Tuile(
        titre="Achats", icone="achat", fort=fort, phrase=phrase, url=reverse(adresse), lien=lien, ordre=70
    )
