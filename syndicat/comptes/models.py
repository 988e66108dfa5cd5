"""One account for the whole platform, its dated adhesions, mandates and orders of delegation."""

import uuid
from datetime import date
from typing import Any, ClassVar

from django.contrib.auth import get_backends
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone

from syndicat.comptes.enums import Domaine, MotifDeFin, Role
from syndicat.socle.partage import DeMembre, ManagerDeMembre


class UserManager(BaseUserManager["User"]):
    """Accounts are found by e-mail, whatever its case."""

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)

    def create_user(self, email: str, password: str | None = None, **champs: Any) -> "User":
        user = self.model(email=self.normalize_email(email).lower(), **champs)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """A person. Never deleted: deactivated, then erased by an explicit action. No global permission."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    email = models.EmailField("adresse électronique", unique=True)
    civilite = models.CharField(
        "civilité", max_length=5, blank=True, choices=[("Mme", "Madame"), ("M.", "Monsieur")]
    )
    prenom = models.CharField("prénom", max_length=80, blank=True)
    nom = models.CharField(max_length=80, blank=True)
    telephone = models.CharField("téléphone", max_length=20, blank=True)
    is_active = models.BooleanField(default=True)
    is_superuser = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = "compte"

    def __str__(self) -> str:
        return self.get_full_name() or "Compte"

    def get_full_name(self) -> str:
        """« Mme Claire Muller », or the e-mail's absence of name as an empty string."""
        return " ".join(m for m in (self.civilite, self.prenom, self.nom) if m)

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        """A right on one object, in the collectivité in scope. Never a global permission, superuser included."""
        if not self.is_active or obj is None:
            return False
        return any(b.has_perm(self, perm, obj) for b in get_backends() if hasattr(b, "has_perm"))

    @property
    def initiales(self) -> str:
        return (self.prenom[:1] + self.nom[:1]).upper() or self.email[:2].upper()


class Mandat(DeMembre):
    """An elected mandate: its end ends the adhesions given for it. ``fin`` is the last day, included."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="mandats")
    fonction = models.CharField(max_length=20, choices=[(r.value, r.label) for r in Role.elus()])
    debut = models.DateField("début")
    fin = models.DateField()
    clos_at = models.DateTimeField("clos le", null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = "mandat"
        base_manager_name = "objects"
        constraints = (
            models.CheckConstraint(
                condition=models.Q(fin__gte=models.F("debut")), name="mandat_finit_apres_son_debut"
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_fonction_display()} jusqu’au {self.fin:%d/%m/%Y}"


class AdhesionQuerySet(models.QuerySet["Adhesion"]):
    """Reading adhesions."""

    def en_vigueur(self) -> "AdhesionQuerySet":
        """In force now: begun, not ended, not revoked, account active."""
        maintenant = timezone.now()
        return self.filter(
            models.Q(fin__isnull=True) | models.Q(fin__gt=maintenant),
            debut__lte=maintenant,
            revoquee_at__isnull=True,
            user__is_active=True,
        )

    def de_travail(self) -> "AdhesionQuerySet":
        """Everybody who works for the collectivité: citizens left out."""
        return self.exclude(role=Role.CITOYEN)

    def a_finir(self) -> "AdhesionQuerySet":
        """Past their date and not yet swept (sessions to close, line to write)."""
        return self.filter(fin__lte=timezone.now(), fin_traitee_at__isnull=True, revoquee_at__isnull=True)


_ManagerAdhesion = ManagerDeMembre.from_queryset(AdhesionQuerySet)


class Adhesion(DeMembre):
    """user × collectivité × role × themes × dates. Given by that collectivité's administrator.

    Readable in the collectivité in scope only (row-level security), across members under a declared act.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="adhesions")
    role = models.CharField("rôle", max_length=20)
    themes = ArrayField(models.CharField(max_length=30), default=list, blank=True)
    mandat = models.ForeignKey(
        Mandat, on_delete=models.PROTECT, null=True, blank=True, related_name="adhesions"
    )
    debut = models.DateTimeField("début", default=timezone.now)
    fin = models.DateTimeField(null=True, blank=True)
    fin_traitee_at = models.DateTimeField(null=True, blank=True)
    revoquee_at = models.DateTimeField("révoquée le", null=True, blank=True)
    motif_de_fin = models.CharField(max_length=12, blank=True, choices=MotifDeFin.choices)
    donnee_par = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = _ManagerAdhesion()

    class Meta:
        verbose_name = "adhésion"
        base_manager_name = "objects"
        constraints = (
            models.UniqueConstraint(
                fields=["user", "collectivite", "role"],
                condition=models.Q(revoquee_at__isnull=True),
                name="adhesion_unique_par_role",
            ),
        )
        indexes = (
            models.Index(
                fields=["fin"],
                name="adhesion_a_finir",
                condition=models.Q(fin_traitee_at__isnull=True, revoquee_at__isnull=True, fin__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return self.libelle_role

    @property
    def libelle_role(self) -> str:
        """« Agent », or a theme's own role by its label."""
        return Role.libelle(self.role)

    @property
    def est_en_vigueur(self) -> bool:
        """Same rule as :meth:`AdhesionQuerySet.en_vigueur`, for a row already read (account aside)."""
        maintenant = timezone.now()
        return (
            self.revoquee_at is None
            and self.debut <= maintenant
            and (self.fin is None or self.fin > maintenant)
        )


class DelegationQuerySet(models.QuerySet["Delegation"]):
    """Reading orders of delegation."""

    def en_vigueur(self, le: date) -> "DelegationQuerySet":
        """In force on that civil day."""
        return self.filter(
            models.Q(fin__isnull=True) | models.Q(fin__gte=le), debut__lte=le, retiree_at__isnull=True
        )


_ManagerDelegation = ManagerDeMembre.from_queryset(DelegationQuerySet)


class Delegation(DeMembre):
    """Arrêté de délégation de signature ou de fonctions (CGCT L.2122-18, L.2122-19, L.5211-9).

    ``plafond``: euros HT, included; None is without ceiling. ``fin``: last day, included. ``suppleance``: counts only
    while the delegate of the same scope is away (``empechee``).
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    numero = models.CharField("numéro de l’arrêté", max_length=40)
    delegant = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    delegataire = models.ForeignKey(User, on_delete=models.PROTECT, related_name="delegations")
    domaine = models.CharField(max_length=12, choices=Domaine.choices)
    plafond = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    suppleance = models.BooleanField("suppléance", default=False)
    debut = models.DateField("début")
    fin = models.DateField(null=True, blank=True)
    retiree_at = models.DateTimeField("retirée le", null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = _ManagerDelegation()

    class Meta:
        verbose_name = "délégation"
        base_manager_name = "objects"
        constraints = (
            models.CheckConstraint(
                condition=models.Q(plafond__isnull=True) | models.Q(plafond__gt=0),
                name="delegation_plafond_positif",
            ),
            models.CheckConstraint(
                condition=models.Q(fin__isnull=True) | models.Q(fin__gte=models.F("debut")),
                name="delegation_finit_apres_son_debut",
            ),
            models.CheckConstraint(
                condition=~models.Q(delegant=models.F("delegataire")), name="delegation_a_un_autre"
            ),
        )

    def __str__(self) -> str:
        return f"Arrêté {self.numero}"

    def clean(self) -> None:
        if self.fin is not None and self.fin < self.debut:
            raise ValidationError({"fin": "La fin précède le début."})


class Absence(DeMembre):
    """A signatory is away from ``debut`` to ``fin`` (days, both included): suppléances count."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    debut = models.DateField("début")
    fin = models.DateField()

    class Meta:
        verbose_name = "absence"
        base_manager_name = "objects"
        constraints = (
            models.CheckConstraint(
                condition=models.Q(fin__gte=models.F("debut")), name="absence_finit_apres_son_debut"
            ),
        )

    def __str__(self) -> str:
        return f"Absence du {self.debut:%d/%m/%Y} au {self.fin:%d/%m/%Y}"


# the sign-ins' tables belong to this application too
import syndicat.comptes.models_sessions  # noqa: E402, F401
