"""Demo data: the catalogue at the syndicate, then orders of each member in every state."""

from datetime import date, timedelta
from decimal import Decimal
from random import Random

from django.db.models import Q
from django.utils import timezone

from apps.achats import actions, gestion
from apps.achats.commun.models import Article, Commande, Marche
from apps.achats.demo_catalogue import MARCHES, Ligne
from apps.achats.enums import EtatMarche, Mode
from syndicat.comptes.acteur import Acteur, acteur_pour
from syndicat.comptes.enums import Role
from syndicat.comptes.models import Adhesion, User
from syndicat.membres.models import Collectivite
from syndicat.socle.contexte import Portee, exiger_portee

MOTIFS = (
    "Remplacer le poste de l’accueil, en panne depuis lundi",
    "Équiper la nouvelle classe de l’école",
    "Préparer le passage à la double authentification",
    "Suivre la consommation du gymnase",
    "Renouveler le matériel des services techniques",
)


def _article(lot: object, ligne: Ligne, effet: date, by: Acteur) -> None:
    reference, designation, ht, unite, genre, description = ligne
    article = gestion.enregistrer_article(
        lot=lot,  # type: ignore[arg-type]
        champs={
            "reference": reference,
            "designation": designation,
            "unite": unite,
            "genre": genre,
            "description": description,
        },
        by=by,
    )
    jour = timezone.localdate()
    gestion.poser_prix(article=article, ht=Decimal(ht), tva=Decimal("20.00"), effet=effet, jour=jour, by=by)
    gestion.publier_article(article=article, publie=True, jour=jour, by=by)


def catalogue(by: Acteur) -> None:
    """The four markets, once."""
    if Marche.objects.filter(reference=MARCHES[0][0]).exists():
        return
    debut = timezone.localdate().replace(month=1, day=1)
    for reference, objet, mode, maximum, lots in MARCHES:
        champs = {
            "reference": reference,
            "objet": objet,
            "mode": mode,
            "maximum_ht": Decimal(maximum),
            "debut": debut,
            "fin": debut.replace(year=debut.year + 4) - timedelta(days=1),
            "participants": list(Collectivite.objects.actives().filter(~Q(nature="syndicat"))[:4])
            if mode == Mode.GROUPEMENT
            else [],
        }
        marche = gestion.creer_marche(champs=champs, by=by)
        for numero, intitule, famille, plafond, fournisseur, delai, articles in lots:
            lot = gestion.creer_lot(
                marche=marche,
                champs={
                    "numero": numero,
                    "intitule": intitule,
                    "famille": famille,
                    "maximum_ht": Decimal(plafond),
                    "fournisseur": fournisseur,
                    "delai_jours": delai,
                },
                by=by,
            )
            for ligne in articles:
                _article(lot, ligne, debut, by)
        gestion.changer_etat_marche(marche=marche, vers=EtatMarche.PUBLIE, by=by)


def _equipe() -> tuple[Acteur | None, Acteur | None]:
    """(who asks, who approves) in the collectivité in scope, from the demo accounts."""
    roles: dict[str, User] = {}
    lignes = Adhesion.objects.en_vigueur().filter(collectivite_id=exiger_portee().collectivite_id)
    for adhesion in lignes.select_related("user").order_by("pk"):
        cle = adhesion.role
        if cle == Role.AGENT and "achats" not in adhesion.themes:
            continue
        roles.setdefault(cle, adhesion.user)
    demandeur = roles.get(Role.AGENT) or roles.get(Role.ADMINISTRATEUR) or roles.get(Role.ADJOINT)
    approbateur = roles.get(Role.MAIRE) or roles.get(Role.PRESIDENT)
    return (
        acteur_pour(demandeur) if demandeur else None,
        acteur_pour(approbateur) if approbateur else None,
    )


def _une_commande(articles: list[Article], rng: Random, qui: Acteur) -> Commande:
    premier = rng.choice(articles)
    memes = [a for a in articles if a.lot_id == premier.lot_id]
    for article in rng.sample(memes, k=min(len(memes), rng.randint(1, 3))):
        commande = actions.ajouter_au_panier(article=article, quantite=rng.randint(1, 6), by=qui)
    return actions.demander(commande=commande, motif=rng.choice(MOTIFS), lieu="Mairie", by=qui)


def remplir(portee: Portee, rng: Random) -> None:
    """The catalogue at the syndicate; six orders in each member: asked, sent, delivered, done, refused."""
    if portee.est_syndicat:
        catalogue(Acteur.systeme("demo"))
        return
    demandeur, approbateur = _equipe()
    if demandeur is None or approbateur is None or Commande.objects.exists():
        return
    articles = list(
        Article.objects.au_catalogue(timezone.localdate())
        .exclude(lot__marche__mode=Mode.GROUPEMENT)
        .order_by("pk")
    )
    if not articles:
        return
    for suite in ("demandee", "demandee", "emise", "livree", "faite", "refusee"):
        commande = _une_commande(articles, rng, demandeur)
        if suite == "demandee" or demandeur.user_id == approbateur.user_id:
            continue
        if suite == "refusee":
            actions.refuser(commande=commande, motif="Déjà commandé en septembre", by=approbateur)
            continue
        commande = actions.approuver(commande=commande, total_vu=commande.total_ht, by=approbateur)
        if suite in ("livree", "faite"):
            commande = actions.livrer(commande=commande, complet=True, by=demandeur)
        if suite == "faite":
            actions.attester_service_fait(commande=commande, by=demandeur)
