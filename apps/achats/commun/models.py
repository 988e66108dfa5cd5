"""Markets and catalogue (written by the syndicate, read by all), orders (each member its own, row-level security)."""

import uuid
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, OuterRef, Q, Subquery
from stdnum.fr import siret as siret_stdnum

from apps.achats.enums import EtatCommande, EtatMarche, Famille, Genre, Mode
from syndicat.socle.partage import DeMembre

#: Code de la commande publique, L.2125-1: a framework agreement lasts four years at most (leap day included).
DUREE_MAX = timedelta(days=4 * 365 + 1)


def valider_siret(valeur: str) -> None:
    """SIRET: fourteen digits with their key (INSEE)."""
    if valeur and not siret_stdnum.is_valid(valeur):
        raise ValidationError("Ce numéro SIRET n’est pas valide.")


class Plafonne(models.Model):
    """Abstract: a maximum in euros HT and what is committed against it. The database refuses to pass it.

    The maximum is mandatory (décret 2021-1111, code de la commande publique R.2162-4).
    """

    maximum_ht = models.DecimalField(
        "maximum HT", max_digits=14, decimal_places=2, validators=[MinValueValidator(Decimal("0.01"))]
    )
    engage_ht = models.DecimalField(
        "engagé HT", max_digits=14, decimal_places=2, default=Decimal(0), editable=False
    )

    class Meta:
        abstract = True

    @property
    def reste_ht(self) -> Decimal:
        return self.maximum_ht - self.engage_ht

    @property
    def part_engagee(self) -> int:
        """Share of the maximum committed, 0–100, rounded down."""
        return int(self.engage_ht * 100 / self.maximum_ht) if self.maximum_ht else 0


def _contraintes(nom: str) -> tuple[models.CheckConstraint, ...]:
    return (
        models.CheckConstraint(
            condition=Q(engage_ht__lte=F("maximum_ht")), name=f"{nom}_maximum_jamais_depasse"
        ),
        models.CheckConstraint(condition=Q(engage_ht__gte=0), name=f"{nom}_engage_positif"),
    )


class Marche(Plafonne):
    """Accord-cadre of the syndicate. ``participants``: the closed list of a groupement (empty in the two other modes)."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    reference = models.CharField("référence", max_length=30, unique=True)
    objet = models.CharField(max_length=200)
    mode = models.CharField(max_length=10, choices=Mode.choices)
    debut = models.DateField("début")
    fin = models.DateField("fin", help_text="Quatre ans au plus après le début.")
    etat = models.CharField(max_length=12, choices=EtatMarche.choices, default=EtatMarche.PREPARATION)
    participants = models.ManyToManyField("membres.Collectivite", blank=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = "marché"
        constraints = (
            *_contraintes("marche"),
            models.CheckConstraint(condition=Q(fin__gte=F("debut")), name="marche_finit_apres_son_debut"),
            models.CheckConstraint(
                condition=Q(fin__lt=F("debut") + DUREE_MAX), name="marche_quatre_ans_au_plus"
            ),
        )

    def __str__(self) -> str:
        return f"{self.reference} — {self.objet}"


class Lot(Plafonne):
    """A lot, its supplier, its delay. ``delai_jours``: calendar days between the order and the delivery."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    marche = models.ForeignKey(Marche, on_delete=models.PROTECT, related_name="lots")
    numero = models.PositiveSmallIntegerField("numéro")
    intitule = models.CharField("intitulé", max_length=160)
    famille = models.CharField(max_length=14, choices=Famille.choices)
    fournisseur = models.CharField(max_length=120)
    fournisseur_siret = models.CharField(
        "SIRET du fournisseur", max_length=14, blank=True, validators=[valider_siret]
    )
    fournisseur_courriel = models.EmailField("adresse des commandes", blank=True)
    delai_jours = models.PositiveSmallIntegerField("délai de livraison, en jours", default=15)

    class Meta:
        verbose_name = "lot"
        constraints = (
            *_contraintes("lot"),
            models.UniqueConstraint(fields=["marche", "numero"], name="lot_numero_unique"),
        )

    def __str__(self) -> str:
        return f"Lot {self.numero} — {self.intitule}"


class ArticleQuerySet(models.QuerySet["Article"]):
    """Reading the catalogue."""

    def au_prix_du(self, jour: date) -> "ArticleQuerySet":
        """With ``prix_ht`` and ``tva`` in force on that day (None: no price yet)."""
        prix = Prix.objects.filter(article=OuterRef("pk"), effet__lte=jour).order_by("-effet")
        return self.annotate(prix_ht=Subquery(prix.values("ht")[:1]), tva=Subquery(prix.values("tva")[:1]))

    def au_catalogue(self, jour: date) -> "ArticleQuerySet":
        """Published, priced, in a published market that runs on that day."""
        return (
            self.au_prix_du(jour)
            .filter(  # type: ignore[misc]  # prix_ht comes from the annotation
                publie=True,
                prix_ht__isnull=False,
                lot__marche__etat=EtatMarche.PUBLIE,
                lot__marche__debut__lte=jour,
                lot__marche__fin__gte=jour,
            )
            .select_related("lot__marche")
        )


class Article(models.Model):
    """An article of a lot. ``recherche``: its words without accents, kept by ``actions``."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="articles")
    reference = models.CharField("référence", max_length=40)
    designation = models.CharField("désignation", max_length=160)
    description = models.TextField(blank=True)
    unite = models.CharField("unité", max_length=20, default="pièce")
    genre = models.CharField(max_length=10, choices=Genre.choices, default=Genre.FOURNITURE)
    publie = models.BooleanField("publié", default=False)
    recherche = models.TextField(editable=False, default="")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ArticleQuerySet.as_manager()

    class Meta:
        verbose_name = "article"
        constraints = (
            models.UniqueConstraint(fields=["lot", "reference"], name="article_reference_unique_par_lot"),
        )

    def __str__(self) -> str:
        return self.designation


class Prix(models.Model):
    """A dated price (bordereau des prix unitaires). The one in force is the last whose ``effet`` has come."""

    article = models.ForeignKey(Article, on_delete=models.PROTECT, related_name="prix")
    effet = models.DateField("date d’effet")
    ht = models.DecimalField("prix unitaire HT", max_digits=12, decimal_places=4)
    tva = models.DecimalField("taux de TVA", max_digits=4, decimal_places=2, default=Decimal("20.00"))
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = "prix"
        verbose_name_plural = "prix"
        constraints = (
            models.UniqueConstraint(fields=["article", "effet"], name="un_prix_par_date"),
            models.CheckConstraint(condition=Q(ht__gt=0), name="prix_positif"),
            models.CheckConstraint(condition=Q(tva__gte=0, tva__lte=100), name="tva_entre_0_et_100"),
        )

    def __str__(self) -> str:
        return f"{self.ht} HT au {self.effet}"


class Commande(DeMembre):
    """An order of a member, for one lot. Amounts are those asked, then frozen at commitment.

    ``debite_ht``: what the ceilings hold for this order (None: nothing, or already given back).
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    numero = models.CharField("numéro", max_length=12, editable=False)
    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="+")
    etat = models.CharField(max_length=10, choices=EtatCommande.choices, default=EtatCommande.BROUILLON)
    demandeur = models.ForeignKey("comptes.User", on_delete=models.PROTECT, related_name="+")
    approbateur = models.ForeignKey(
        "comptes.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    motif = models.CharField("pour quoi", max_length=200, blank=True)
    lieu = models.CharField("lieu de livraison", max_length=200, blank=True)
    total_ht = models.DecimalField(max_digits=14, decimal_places=2, default=Decimal(0))
    total_tva = models.DecimalField(max_digits=14, decimal_places=2, default=Decimal(0))
    debite_ht = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    demandee_at = models.DateTimeField("demandée le", null=True, blank=True)
    engagee_at = models.DateTimeField("engagée le", null=True, blank=True)
    livraison_prevue = models.DateField("livraison prévue", null=True, blank=True)

    class Meta:
        verbose_name = "commande"
        base_manager_name = "objects"
        default_manager_name = "objects"
        constraints = (
            models.UniqueConstraint(fields=["collectivite", "numero"], name="commande_numero_unique"),
            models.UniqueConstraint(
                fields=["collectivite", "demandeur", "lot"],
                condition=Q(etat=EtatCommande.BROUILLON),
                name="un_brouillon_par_lot_et_par_personne",
            ),
        )
        indexes = (models.Index(fields=["collectivite", "etat", "-created_at"], name="achats_commande_etat"),)

    def __str__(self) -> str:
        return f"Commande {self.numero}"

    @property
    def total_ttc(self) -> Decimal:
        return self.total_ht + self.total_tva


class LigneCommande(DeMembre):
    """A line: the price is the one shown when asked, then checked and frozen at commitment."""

    commande = models.ForeignKey(Commande, on_delete=models.CASCADE, related_name="lignes")
    article = models.ForeignKey(Article, on_delete=models.PROTECT, related_name="+")
    quantite = models.PositiveIntegerField("quantité", validators=[MinValueValidator(1)])
    reference = models.CharField(max_length=40)
    designation = models.CharField(max_length=160)
    unite = models.CharField(max_length=20)
    prix_ht = models.DecimalField(max_digits=12, decimal_places=4)
    tva = models.DecimalField(max_digits=4, decimal_places=2)

    class Meta:
        verbose_name = "ligne de commande"
        verbose_name_plural = "lignes de commande"
        base_manager_name = "objects"
        default_manager_name = "objects"
        constraints = (
            models.UniqueConstraint(fields=["commande", "article"], name="un_article_par_commande"),
            models.CheckConstraint(condition=Q(quantite__gte=1), name="quantite_positive"),
        )

    def __str__(self) -> str:
        return f"{self.quantite} × {self.designation}"


class EvenementCommande(DeMembre):
    """What happened to an order, for its timeline. The author's name is read from the account, never copied."""

    commande = models.ForeignKey(Commande, on_delete=models.CASCADE, related_name="evenements")
    etat = models.CharField(max_length=10, choices=EtatCommande.choices)
    par = models.ForeignKey("comptes.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    note = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = "évènement"
        base_manager_name = "objects"
        default_manager_name = "objects"

    def __str__(self) -> str:
        return f"{self.etat} {self.at:%d/%m/%Y}"


class ReglageAchats(DeMembre):
    """A member's rules. ``cumul``: the requester may approve their own order (small member, no second person)."""

    cumul = models.BooleanField("le demandeur peut approuver sa propre demande", default=False)

    class Meta:
        verbose_name = "réglage des achats"
        base_manager_name = "objects"
        default_manager_name = "objects"
        constraints = (models.UniqueConstraint(fields=["collectivite"], name="un_reglage_d_achats"),)

    def __str__(self) -> str:
        return "Réglage des achats"

    @classmethod
    def cumul_permis(cls) -> bool:
        """For the collectivité in scope."""
        valeur: Any = cls.objects.values_list("cumul", flat=True).first()
        return bool(valeur)
