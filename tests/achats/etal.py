"""A small catalogue for the tests."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from apps.achats.catalogue import texte_de_recherche
from apps.achats.commun.models import Article, Commande, LigneCommande, Lot, Marche, Prix
from apps.achats.enums import EtatCommande, EtatMarche, Famille, Mode


def hier() -> date:
    return timezone.localdate() - timedelta(days=1)


def marche(
    reference: str = "2026-01", mode: str = Mode.INTERMEDIAIRE, maximum: str = "100000", **champs: Any
) -> Marche:
    valeurs = {
        "objet": "Matériel informatique",
        "debut": hier(),
        "fin": hier() + timedelta(days=900),
        "etat": EtatMarche.PUBLIE,
        **champs,
    }
    return Marche.objects.create(reference=reference, mode=mode, maximum_ht=Decimal(maximum), **valeurs)


def lot(du_marche: Marche, numero: int = 1, maximum: str = "50000", **champs: Any) -> Lot:
    valeurs = {
        "intitule": "Postes de travail",
        "famille": Famille.INFORMATIQUE,
        "fournisseur": "Atelier numérique de l’Est",
        "delai_jours": 15,
        **champs,
    }
    return Lot.objects.create(marche=du_marche, numero=numero, maximum_ht=Decimal(maximum), **valeurs)


def article(
    du_lot: Lot, reference: str = "PC-14", ht: str = "799.90", tva: str = "20", **champs: Any
) -> Article:
    valeurs = {"designation": "Ordinateur portable 14 pouces", "publie": True, **champs}
    objet = Article(lot=du_lot, reference=reference, **valeurs)
    objet.recherche = texte_de_recherche(objet)
    objet.save()
    Prix.objects.create(article=objet, effet=hier(), ht=Decimal(ht), tva=Decimal(tva))
    return objet


def commande_demandee(
    du_lot: Lot, demandeur: Any, ht: str = "100", quantite: int = 1, numero: str = ""
) -> Commande:
    """An order already asked, in the collectivité in scope, its only article at price ``ht``."""
    vendu = Article.objects.filter(lot=du_lot).first() or article(du_lot, ht=ht)
    total = Decimal(ht) * quantite
    objet = Commande.objects.create(
        numero=numero or f"C-{Commande.objects.count():07d}"[:12],
        lot=du_lot,
        demandeur=demandeur,
        etat=EtatCommande.DEMANDE,
        total_ht=total,
        total_tva=total / 5,
        demandee_at=timezone.now(),
    )
    LigneCommande.objects.create(
        commande=objet,
        article=vendu,
        quantite=quantite,
        reference=vendu.reference,
        designation=vendu.designation,
        unite=vendu.unite,
        prix_ht=Decimal(ht),
        tva=Decimal(20),
    )
    return objet
