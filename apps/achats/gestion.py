"""Writes of the syndicate's catalogue manager: markets, lots, articles, prices, publication."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from apps.achats.catalogue import texte_de_recherche
from apps.achats.commun.models import Article, Lot, Marche, Prix
from apps.achats.enums import TRANSITIONS_MARCHE, EtatMarche, Mode
from syndicat.comptes.acteur import Acteur
from syndicat.journal import consigner
from syndicat.socle.transition import transition

_DROIT = "apps.achats.perms.can_gerer_catalogue"


def _journal(action: str, by: Acteur, objet: tuple[str, str], **detail: object) -> None:
    consigner(f"achats.{action}", by=by, objet=objet, droit=_DROIT, detail=detail)


@transaction.atomic
def creer_marche(*, champs: Mapping[str, Any], by: Acteur) -> Marche:
    """A framework agreement, « en préparation ». ValidationError where the law is not met (maximum, four years)."""
    participants = list(champs.get("participants") or [])
    marche = Marche(**{n: v for n, v in champs.items() if n != "participants"})
    marche.full_clean()
    marche.save()
    if marche.mode == Mode.GROUPEMENT:
        marche.participants.set(participants)
    _journal("marche.cree", by, ("marche", str(marche.uuid)))
    return marche


@transaction.atomic
def creer_lot(*, marche: Marche, champs: Mapping[str, Any], by: Acteur) -> Lot:
    """A lot of a market."""
    lot = Lot(marche=marche, **champs)
    lot.full_clean()
    lot.save()
    _journal("lot.cree", by, ("lot", str(lot.uuid)), marche=marche.uuid, maximum_ht=lot.maximum_ht)
    return lot


@transaction.atomic
def changer_maximum(*, objet: Lot | Marche, maximum_ht: Decimal, by: Acteur) -> None:
    """Amend a maximum; it never goes below what is committed (code de la commande publique, R.2194-1 s. for a rise)."""
    frais = type(objet)._default_manager.select_for_update().get(pk=objet.pk)
    if maximum_ht < frais.engage_ht:
        raise ValidationError("Le maximum ne descend pas sous ce qui est déjà engagé.", code="maximum")
    avant, frais.maximum_ht = frais.maximum_ht, maximum_ht
    frais.full_clean()
    frais.save(update_fields=["maximum_ht"])
    genre = "lot" if isinstance(frais, Lot) else "marche"
    _journal(f"{genre}.maximum", by, (genre, str(frais.uuid)), avant=avant, apres=maximum_ht)


@transaction.atomic
def changer_etat_marche(*, marche: Marche, vers: str, by: Acteur) -> Marche:
    """Publish, close or reopen a market. One without any lot is not published."""
    if vers == EtatMarche.PUBLIE and not marche.lots.exists():
        raise ValidationError("Ajoutez au moins un lot avant de publier ce marché.", code="lot")
    frais = transition(marche, vers=vers, table=TRANSITIONS_MARCHE)
    _journal("marche.etat", by, ("marche", str(frais.uuid)), etat=vers)
    return frais


@transaction.atomic
def enregistrer_article(
    *, lot: Lot, champs: Mapping[str, Any], by: Acteur, article: Article | None = None
) -> Article:
    """Create or change an article (its price apart)."""
    objet = article or Article(lot=lot)
    for nom, valeur in champs.items():
        setattr(objet, nom, valeur)
    objet.recherche = texte_de_recherche(objet)
    objet.full_clean()
    objet.save()
    verbe = "article.modifie" if article else "article.cree"
    _journal(verbe, by, ("article", str(objet.uuid)), lot=lot.uuid)
    return objet


@transaction.atomic
def poser_prix(*, article: Article, ht: Decimal, tva: Decimal, effet: date, jour: date, by: Acteur) -> Prix:
    """A new dated price. Never retroactive: once an article is published, a price takes effect today or later."""
    if article.publie and effet < jour:
        raise ValidationError(
            {
                "effet": "Un prix ne change jamais rétroactivement\u00a0: choisissez aujourd’hui ou une date à venir."
            }
        )
    prix = Prix.objects.filter(article=article, effet=effet).first() or Prix(article=article, effet=effet)
    prix.ht, prix.tva = ht, tva
    prix.full_clean()
    prix.save()
    _journal("article.prix", by, ("article", str(article.uuid)), ht=ht, tva=tva, effet=effet)
    return prix


@transaction.atomic
def publier_article(*, article: Article, publie: bool, jour: date, by: Acteur) -> Article:
    """Show an article in the catalogue, or take it out. Without a price in force it is not shown."""
    if publie and not article.prix.filter(effet__lte=jour).exists():
        raise ValidationError("Donnez d’abord un prix en vigueur à cet article.", code="prix")
    article.publie = publie
    article.recherche = texte_de_recherche(article)
    article.save(update_fields=["publie", "recherche"])
    _journal("article.publie" if publie else "article.retire", by, ("article", str(article.uuid)))
    return article
