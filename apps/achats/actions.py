"""Writes of a member: basket, request, approval, delivery, cancellation. The ceiling never gives way."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F, Model
from django.utils import timezone

from apps.achats import catalogue, regles
from apps.achats import suivi as lignes_suivi
from apps.achats.commun.models import (
    Article,
    Commande,
    EvenementCommande,
    LigneCommande,
    Lot,
    Marche,
    ReglageAchats,
)
from apps.achats.enums import TRANSITIONS_COMMANDE, EtatCommande
from apps.achats.suivi import SERVICE
from syndicat.comptes.acteur import Acteur
from syndicat.journal import consigner
from syndicat.notifications import service as notifications
from syndicat.socle.contexte import exiger_portee
from syndicat.socle.faits import CommandePassee
from syndicat.socle.transition import transition
from syndicat.suivi import service as suivi
from syndicat.suivi.faits import publier

ESSAIS = 5


class PlafondDepasse(ValidationError):
    """The order would pass the maximum of the lot or of the market: nothing was committed."""


class PrixChange(ValidationError):
    """The price is not the one the approver saw: the lines now hold the new one, to be read again."""


# -- Basket --------------------------------------------------------------------------------------------
def _creer(fabriquer: Callable[[str], Commande]) -> Commande:
    """A new order with a free readable number (they are drawn at random)."""
    for _ in range(ESSAIS):
        try:
            with transaction.atomic():
                return fabriquer(regles.numero_lisible())
        except IntegrityError as collision:
            if "commande_numero_unique" not in str(collision):
                raise
    raise RuntimeError("Aucun numéro de commande libre.")


def verifier_ouverture(lot: Lot) -> None:
    """ValidationError where the collectivité in scope cannot order in this lot today."""
    marche = lot.marche
    refus = regles.empechement(
        etat=marche.etat,
        debut=marche.debut,
        fin=marche.fin,
        mode=marche.mode,
        participe=marche.participants.filter(pk=exiger_portee().collectivite_id).exists(),
        jour=timezone.localdate(),
    )
    if refus:
        raise ValidationError(refus, code="marche")


def _article(uuid: UUID) -> Any:
    trouve = Article.objects.au_catalogue(timezone.localdate()).filter(uuid=uuid).first()
    if trouve is None:
        raise ValidationError("Cet article n’est plus au catalogue.", code="article")
    return trouve


@transaction.atomic
def ajouter_au_panier(*, article: Article, quantite: int, by: Acteur) -> Commande:
    """Put an article in the person's draft for its lot; the same article again adds up."""
    if not 1 <= quantite <= 9999:
        raise ValidationError("La quantité va de 1 à 9\u202f999.", code="quantite")
    vendu = _article(article.uuid)
    verifier_ouverture(vendu.lot)
    commande = (
        Commande.objects.select_for_update()
        .filter(demandeur_id=by.user_id, lot=vendu.lot, etat=EtatCommande.BROUILLON)
        .first()
    )
    if commande is None:
        commande = _creer(
            lambda numero: Commande.objects.create(numero=numero, lot=vendu.lot, demandeur_id=by.user_id)
        )
    ligne, nouvelle = LigneCommande.objects.get_or_create(
        commande=commande, article=vendu, defaults={"quantite": quantite, **_photo(vendu)}
    )
    if not nouvelle:
        ligne.quantite = min(9999, ligne.quantite + quantite)
        ligne.save(update_fields=["quantite"])
    _totaliser(commande)
    return commande


def _photo(article: Any) -> dict[str, object]:
    """What a line keeps of its article (``au_prix_du``)."""
    return {
        "reference": article.reference,
        "designation": article.designation,
        "unite": article.unite,
        "prix_ht": article.prix_ht,
        "tva": article.tva,
    }


def _totaliser(commande: Commande) -> None:
    t = regles.totaux(commande.lignes.values_list("quantite", "prix_ht", "tva"))
    commande.total_ht, commande.total_tva = t.ht, t.tva
    commande.save(update_fields=["total_ht", "total_tva"])


@transaction.atomic
def changer_quantite(*, ligne: LigneCommande, quantite: int, by: Acteur) -> None:
    """Change a line of one's own draft; 0 takes it out, and the draft with its last line."""
    commande = Commande.objects.select_for_update().get(pk=ligne.commande_id)
    if commande.etat != EtatCommande.BROUILLON or commande.demandeur_id != by.user_id:
        raise ValidationError("Cette demande est déjà partie\u00a0: elle ne se modifie plus.", code="etat")
    if quantite <= 0:
        ligne.delete()
    else:
        LigneCommande.objects.filter(pk=ligne.pk).update(quantite=min(quantite, 9999))
    if commande.lignes.exists():
        _totaliser(commande)
    else:
        commande.delete()


# -- Request -------------------------------------------------------------------------------------------
def _actualiser_prix(commande: Commande) -> bool:
    """Put today's prices on the lines; True where one changed. ValidationError for an article withdrawn."""
    change = False
    jour = timezone.localdate()
    articles: dict[int, Any] = {
        a.pk: a
        for a in Article.objects.au_catalogue(jour).filter(
            pk__in=commande.lignes.values_list("article_id", flat=True)
        )
    }
    for ligne in commande.lignes.all():
        article = articles.get(ligne.article_id)
        if article is None:
            raise ValidationError(
                f"«\u00a0{ligne.designation}\u00a0» n’est plus au catalogue\u00a0: retirez cette ligne.",
                code="article",
            )
        if (article.prix_ht, article.tva) != (ligne.prix_ht, ligne.tva):
            change = True
            LigneCommande.objects.filter(pk=ligne.pk).update(**_photo(article))
    if change:
        _totaliser(commande)
    return change


def _tracer(commande: Commande, by: Acteur, note: str = "") -> None:
    EvenementCommande.objects.create(
        commande=commande, etat=commande.etat, par_id=by.user_id, note=note[:300]
    )


def _journal(verbe: str, commande: Commande, by: Acteur, droit: str, **detail: object) -> None:
    consigner(
        f"achats.commande.{verbe}",
        by=by,
        objet=("commande", str(commande.uuid)),
        droit=f"apps.achats.perms.{droit}",
        detail={"lot": commande.lot.uuid, "total_ht": commande.total_ht, **detail},
    )


@transaction.atomic
def demander(*, commande: Commande, motif: str, lieu: str, by: Acteur) -> Commande:
    """Ask for approval, at today's prices."""
    verifier_ouverture(commande.lot)
    if commande.demandeur_id != by.user_id:
        raise ValidationError("Chacun envoie sa propre demande.", code="demandeur")
    frais = transition(commande, vers=EtatCommande.DEMANDE, table=TRANSITIONS_COMMANDE)
    if not frais.lignes.exists():
        raise ValidationError("La demande est vide.", code="vide")
    _actualiser_prix(frais)
    frais.motif, frais.lieu, frais.demandee_at = motif[:200], lieu[:200], timezone.now()
    frais.save(update_fields=["motif", "lieu", "demandee_at"])
    _tracer(frais, by)
    _journal("demandee", frais, by, "can_demander")
    for ligne in lignes_suivi.a_approuver(frais):
        suivi.poser_ligne(ligne)
    return frais


# -- Commitment ----------------------------------------------------------------------------------------
def _debiter(modele: type[Model], pk: int, montant: Decimal) -> bool:
    """One conditional UPDATE: the row lock queues concurrent orders, the condition stops the one too many."""
    return bool(
        modele._default_manager.filter(pk=pk, engage_ht__lte=F("maximum_ht") - montant).update(
            engage_ht=F("engage_ht") + montant
        )
    )


def _engager_plafonds(commande: Commande) -> None:
    """Debit the lot then the market (always in this order: no deadlock)."""
    lot = commande.lot
    for modele, pk, nom in ((Lot, lot.pk, "du lot"), (Marche, lot.marche_id, "du marché")):
        if not _debiter(modele, pk, commande.total_ht):
            raise PlafondDepasse(
                f"Le maximum {nom} ne permet plus cette commande\u00a0: le syndicat en est averti. "
                "Réduisez les quantités ou voyez avec le gestionnaire du catalogue.",
                code="plafond",
            )


@transaction.atomic
def _relire_les_prix(commande: Commande) -> bool:
    return _actualiser_prix(Commande.objects.select_for_update().get(pk=commande.pk))


def approuver(*, commande: Commande, total_vu: Decimal, by: Acteur) -> Commande:
    """Approve, commit and send: visa, debit of the ceilings, order to the supplier, in one transaction.

    ``total_vu``: the total HT the approver read. Raises PrixChange (the new prices are then kept, to be read again),
    PlafondDepasse, ValidationError (requester, market closed), TransitionRefusee.
    """
    if commande.etat == EtatCommande.DEMANDE and _relire_les_prix(commande):
        raise PrixChange(
            "Un prix du catalogue a changé depuis la demande. Voici le nouveau total\u00a0: relisez-le avant d’approuver.",
            code="prix",
        )
    return _approuver(commande=commande, total_vu=total_vu, by=by)


@transaction.atomic
def _approuver(*, commande: Commande, total_vu: Decimal, by: Acteur) -> Commande:
    frais = transition(commande, vers=EtatCommande.VISE, table=TRANSITIONS_COMMANDE)
    if regles.cumul_interdit(
        demandeur_id=frais.demandeur_id,
        approbateur_id=by.user_id,
        cumul_permis=ReglageAchats.cumul_permis(),
    ):
        raise ValidationError(
            "Vous avez fait cette demande\u00a0: une autre personne l’approuve. "
            "Une petite commune peut lever cette règle dans les réglages des achats.",
            code="cumul",
        )
    verifier_ouverture(frais.lot)
    if frais.total_ht != total_vu or _actualiser_prix(frais):
        raise PrixChange(
            "Le total n’est plus celui que vous avez lu. Relisez-le avant d’approuver.", code="prix"
        )
    _tracer(frais, by)
    frais = transition(frais, vers=EtatCommande.ENGAGE, table=TRANSITIONS_COMMANDE)
    _engager_plafonds(frais)
    frais.debite_ht, frais.approbateur_id, frais.engagee_at = frais.total_ht, by.user_id, timezone.now()
    frais.livraison_prevue = timezone.localdate() + timedelta(days=frais.lot.delai_jours)
    frais.save(update_fields=["debite_ht", "approbateur", "engagee_at", "livraison_prevue"])
    _tracer(frais, by)
    frais = transition(frais, vers=EtatCommande.EMIS, table=TRANSITIONS_COMMANDE)
    _tracer(frais, by)
    _journal("engagee", frais, by, "can_approuver", numero=frais.numero)
    suivi.clore_a_traiter(SERVICE, frais.uuid, by=by)
    attendue = lignes_suivi.livraison(frais)
    if attendue is not None:
        suivi.poser_ligne(attendue)
    suivi.ajouter_indicateur(SERVICE, "engage_ht", frais.total_ht)
    publier(CommandePassee(uuid=str(frais.uuid)))
    _recompter(frais)
    _dire_au_demandeur(frais, by, f"Commande {frais.numero} approuvée et envoyée au fournisseur")
    return frais


def _recompter(commande: Commande) -> None:
    ids = list(commande.lignes.values_list("article_id", flat=True))
    transaction.on_commit(lambda: catalogue.oublier(ids))


def _dire_au_demandeur(commande: Commande, by: Acteur, titre: str) -> None:
    if commande.demandeur_id == by.user_id:
        return
    notifications.notifier(
        commande.demandeur_id,
        titre=titre,
        url=lignes_suivi.adresse(commande),
        service=SERVICE,
        cle=f"achats:{commande.uuid}:{commande.etat}",
    )


@transaction.atomic
def refuser(*, commande: Commande, motif: str, by: Acteur) -> Commande:
    """Refuse a request, with a reason the requester reads."""
    if not motif.strip():
        raise ValidationError("Dites pourquoi\u00a0: la personne qui a demandé lira ce motif.", code="motif")
    frais = transition(commande, vers=EtatCommande.REFUSE, table=TRANSITIONS_COMMANDE)
    _tracer(frais, by, motif.strip())
    _journal("refusee", frais, by, "can_approuver")
    suivi.clore_a_traiter(SERVICE, frais.uuid, by=by)
    _dire_au_demandeur(frais, by, f"Commande {frais.numero} refusée")
    return frais


@transaction.atomic
def annuler(*, commande: Commande, motif: str, by: Acteur) -> Commande:
    """Cancel; what the ceilings held for it is given back, exactly once (the row is locked, the amount then forgotten)."""
    if not motif.strip():
        raise ValidationError("Dites pourquoi cette commande est annulée.", code="motif")
    frais = transition(commande, vers=EtatCommande.ANNULE, table=TRANSITIONS_COMMANDE)
    rendu = frais.debite_ht
    if rendu is not None:
        Lot.objects.filter(pk=frais.lot_id).update(engage_ht=F("engage_ht") - rendu)
        Marche.objects.filter(pk=frais.lot.marche_id).update(engage_ht=F("engage_ht") - rendu)
        frais.debite_ht = None
        frais.save(update_fields=["debite_ht"])
        suivi.ajouter_indicateur(SERVICE, "engage_ht", -rendu)
        _recompter(frais)
    _tracer(frais, by, motif.strip())
    _journal("annulee", frais, by, "can_annuler", rendu_ht=rendu)
    suivi.clore_a_traiter(SERVICE, frais.uuid, by=by)
    suivi.clore_echeance(SERVICE, frais.uuid)
    _dire_au_demandeur(frais, by, f"Commande {frais.numero} annulée")
    return frais


# -- Delivery ------------------------------------------------------------------------------------------
@transaction.atomic
def livrer(*, commande: Commande, complet: bool, by: Acteur) -> Commande:
    """Goods arrived, in part or in full."""
    vers = EtatCommande.LIVRE if complet else EtatCommande.LIVRE_PARTIEL
    frais = transition(commande, vers=vers, table=TRANSITIONS_COMMANDE)
    _tracer(frais, by)
    _journal("livree", frais, by, "can_demander", complet=complet)
    if complet:
        suivi.clore_echeance(SERVICE, frais.uuid)
    return frais


@transaction.atomic
def attester_service_fait(*, commande: Commande, by: Acteur) -> Commande:
    """Attest the service done (règle du service fait): the invoice may be paid. The requester may do it."""
    frais = transition(commande, vers=EtatCommande.SERVICE_FAIT, table=TRANSITIONS_COMMANDE)
    _tracer(frais, by)
    _journal("service_fait", frais, by, "can_demander")
    return frais


@transaction.atomic
def regler_cumul(*, permis: bool, by: Acteur) -> None:
    """Allow, or forbid again, that the requester approves their own order."""
    ReglageAchats.objects.update_or_create(
        collectivite_id=exiger_portee().collectivite_id, defaults={"cumul": permis}
    )
    consigner("achats.reglage.cumul", by=by, droit="apps.achats.perms.can_regler", detail={"permis": permis})
