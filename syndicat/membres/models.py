"""Registry of collectivités: who is a tenant, where it answers, to whom it was attached and when."""

import uuid
from datetime import date

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django_tenants.models import DomainMixin, TenantMixin
from stdnum.fr import siren as siren_stdnum

from syndicat.membres.enums import EtatMembre, Nature
from syndicat.socle.contexte import Portee

valider_slug = RegexValidator(
    r"^[a-z0-9](?:[a-z0-9-]{0,60}[a-z0-9])?$", "Nom d’hôte : lettres, chiffres, tirets."
)


def valider_siren(valeur: str) -> None:
    """SIREN: nine digits with a Luhn key (INSEE)."""
    if not siren_stdnum.is_valid(valeur):
        raise ValidationError("Ce numéro SIREN n’est pas valide.")


class CollectiviteQuerySet(models.QuerySet["Collectivite"]):
    """Reading the registry."""

    def embarquees(self) -> "CollectiviteQuerySet":
        """Members that have a schema (readable at least)."""
        return self.filter(etat__in=[EtatMembre.ACTIVE, EtatMembre.SUSPENDUE, EtatMembre.FUSIONNEE])

    def actives(self) -> "CollectiviteQuerySet":
        """Members that may write."""
        return self.filter(etat=EtatMembre.ACTIVE)

    def communes(self) -> "CollectiviteQuerySet":
        return self.filter(nature=Nature.COMMUNE)

    def epci(self) -> "CollectiviteQuerySet":
        return self.filter(nature__in=Nature.epci())


class Collectivite(TenantMixin):
    """A commune, EPCI, département or the syndicate itself; one PostgreSQL schema each once onboarded.

    Populations are INSEE's *population totale* and *municipale*, with their vintage. Longitude and latitude
    are those of the centre (WGS 84); ``emprise`` is west, south, east, north in degrees.
    """

    auto_create_schema = False
    auto_drop_schema = False

    ident = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    slug = models.CharField("nom d’hôte", max_length=62, unique=True, validators=[valider_slug])
    nom = models.CharField(max_length=120)
    nom_tri = models.CharField("clé de tri française", max_length=120, db_index=True, editable=False)
    nature = models.CharField(max_length=12, choices=Nature.choices)
    etat = models.CharField(max_length=10, choices=EtatMembre.choices, default=EtatMembre.REGISTRE)
    siren = models.CharField("SIREN", max_length=9, unique=True, validators=[valider_siren])
    siret = models.CharField("SIRET du siège", max_length=14, blank=True)
    code_insee = models.CharField("code INSEE", max_length=5, null=True, blank=True, unique=True)
    population_totale = models.PositiveIntegerField(default=0)
    population_municipale = models.PositiveIntegerField(default=0)
    population_millesime = models.PositiveSmallIntegerField(default=0)
    codes_postaux = ArrayField(models.CharField(max_length=5), default=list, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    latitude = models.FloatField(null=True, blank=True)
    emprise = ArrayField(models.FloatField(), size=4, null=True, blank=True)
    date_creation = models.DateField(null=True, blank=True)
    date_fin = models.DateField(null=True, blank=True)
    successeur = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="predecesseurs"
    )
    adherent_statutaire = models.BooleanField("adhérent statutaire", default=False)
    onboarded_at = models.DateTimeField(null=True, blank=True)

    objects = CollectiviteQuerySet.as_manager()

    class Meta:
        verbose_name = "collectivité"
        constraints = (
            models.CheckConstraint(
                condition=~models.Q(slug__in=["data", "connexion", "www", "api"]), name="slug_non_reserve"
            ),
            models.CheckConstraint(
                condition=~models.Q(etat=EtatMembre.FUSIONNEE) | models.Q(successeur__isnull=False),
                name="fusionnee_a_un_successeur",
            ),
        )

    def __str__(self) -> str:
        return self.nom

    @property
    def portee(self) -> Portee:
        """This collectivité as a tenancy scope."""
        return Portee(
            collectivite_id=self.pk,
            schema_name=self.schema_name,
            slug=self.slug,
            nom=self.nom,
            ident=str(self.ident),
            lecture_seule=self.etat != EtatMembre.ACTIVE,
            est_syndicat=self.nature == Nature.SYNDICAT,
            heritiers=self.heritiers,
        )

    @property
    def heritiers(self) -> tuple[int, ...]:
        """Identifiers of the collectivités a merged one passed to, in order; empty for the others."""
        suite: list[int] = []
        courant = self
        while courant.etat == EtatMembre.FUSIONNEE and courant.successeur is not None:
            courant = courant.successeur
            if courant.pk in suite:
                break
            suite.append(courant.pk)
        return tuple(suite)

    @property
    def est_epci(self) -> bool:
        return self.nature in Nature.epci()


class Rattachement(models.Model):
    """Dated membership: a commune in its EPCI, an EPCI in the syndicate. Periods of one kind never overlap."""

    membre = models.ForeignKey(Collectivite, on_delete=models.PROTECT, related_name="rattachements")
    groupement = models.ForeignKey(Collectivite, on_delete=models.PROTECT, related_name="composantes")
    genre = models.CharField(
        max_length=10, choices=[("epci", "Commune d’un EPCI"), ("syndicat", "Membre du syndicat")]
    )
    periode = DateRangeField(help_text="Début compris, fin exclue.")

    class Meta:
        constraints = (
            ExclusionConstraint(
                name="rattachement_unique_a_une_date",
                expressions=[
                    ("membre", RangeOperators.EQUAL),
                    ("genre", RangeOperators.EQUAL),
                    ("periode", RangeOperators.OVERLAPS),
                ],
            ),
        )

    def __str__(self) -> str:
        return f"{self.membre} → {self.groupement}"

    @staticmethod
    def au(jour: date) -> models.Q:
        """Condition: in force on that day."""
        return models.Q(periode__contains=jour)


class Domaine(DomainMixin):
    """A host name that answers for a collectivité (``hettange-grande.<base>``, or its own domain).

    A former name redirects to the present one until ``redirige_jusqu_au``, then answers 404.
    """

    redirige_jusqu_au = models.DateTimeField("redirige jusqu’au", null=True, blank=True)

    class Meta:
        verbose_name = "domaine"


class Vitrine(models.Model):
    """What a collectivité shows of itself: white label, address, hours. Public by nature, so shared schema.

    ``horaires``: {"lundi": [["08:30", "12:00"], …], …}, local time. Two numbers make the colours: hue (0–360)
    and chroma (0–0.2), OKLCH.
    """

    collectivite = models.OneToOneField(Collectivite, on_delete=models.CASCADE, related_name="vitrine")
    teinte = models.PositiveSmallIntegerField(default=222)
    chroma = models.DecimalField(max_digits=4, decimal_places=3, default="0.075")
    blason = models.CharField("motif du blason", max_length=20, default="ondes")
    accueil = models.CharField("nom de l’accueil", max_length=80, blank=True)
    adresse = models.CharField(max_length=200, blank=True)
    code_postal = models.CharField(max_length=5, blank=True)
    ville = models.CharField(max_length=80, blank=True)
    telephone = models.CharField(max_length=20, blank=True)
    courriel = models.EmailField(blank=True)
    horaires = models.JSONField(default=dict, blank=True)
    dpo_nom = models.CharField("délégué à la protection des données", max_length=120, blank=True)
    dpo_courriel = models.EmailField(blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = "vitrine"

    def __str__(self) -> str:
        return f"Vitrine de {self.collectivite}"


class Contour(models.Model):
    """Boundary of a commune, imported from IGN Admin Express (Licence Ouverte); GeoJSON geometry, WGS 84."""

    collectivite = models.OneToOneField(Collectivite, on_delete=models.CASCADE, related_name="contour")
    geometrie = models.JSONField()
    source = models.CharField(max_length=120)

    class Meta:
        verbose_name = "contour"

    def __str__(self) -> str:
        return f"Contour de {self.collectivite}"


class MigrationCollectee(models.Model):
    """What one migration executed in the template, kept until every member went through it.

    ``empreinte_avant`` is the structure of the template before it (``empreinte.de_structure``).
    """

    app = models.CharField(max_length=255)
    nom = models.CharField(max_length=255)
    ordres = models.JSONField()
    atomique = models.BooleanField()
    rejouable = models.BooleanField(help_text="Faux : du Python y prend part.")
    empreinte_avant = models.CharField(max_length=64)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = "migration collectée"
        constraints = (
            models.UniqueConstraint(fields=["app", "nom"], name="migration_collectee_une_seule_fois"),
        )

    def __str__(self) -> str:
        return f"{self.app}.{self.nom}"


class Restitution(models.Model):
    """The data of a member handed back to it before its space is dropped: file, digest, signature, visa.

    The Archives départementales grant the visa (Code du patrimoine, L. 212-2 and R. 212-13); without it
    nothing is dropped. ``signature`` is Ed25519 over ``sha256`` (hexadecimal text), in base 64.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    collectivite = models.ForeignKey(Collectivite, on_delete=models.PROTECT, related_name="restitutions")
    fichier = models.CharField(max_length=300)
    sha256 = models.CharField("empreinte SHA-256", max_length=64)
    signature = models.CharField(max_length=100)
    cle_publique = models.CharField("clé publique", max_length=60)
    exportee_at = models.DateTimeField("exportée le")
    visa_reference = models.CharField("référence du visa", max_length=120, blank=True)
    visa_le = models.DateField("date du visa", null=True, blank=True)
    visa_par = models.CharField("signataire du visa", max_length=120, blank=True)
    supprimee_at = models.DateTimeField("espace supprimé le", null=True, blank=True)

    class Meta:
        verbose_name = "restitution"
        constraints = (
            models.CheckConstraint(
                condition=models.Q(supprimee_at__isnull=True)
                | (models.Q(visa_le__isnull=False) & ~models.Q(visa_reference="")),
                name="pas_de_suppression_sans_visa",
            ),
        )

    def __str__(self) -> str:
        return f"Restitution à {self.collectivite}"
