"""One account for the whole platform, and its dated adhesions to collectivités."""

import uuid
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import _user_has_perm as user_has_perm
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone

from syndicat.comptes.enums import Role


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
    REQUIRED_FIELDS: list[str] = []

    class Meta:
        verbose_name = "compte"

    def __str__(self) -> str:
        return self.get_full_name() or "Compte"

    def get_full_name(self) -> str:
        """« Mme Claire Muller », or the e-mail's absence of name as an empty string."""
        return " ".join(m for m in (self.civilite, self.prenom, self.nom) if m)

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        """A right on one object, in the collectivité in scope. Never a global permission, superuser included."""
        return bool(self.is_active and obj is not None and user_has_perm(self, perm, obj))

    @property
    def initiales(self) -> str:
        return (self.prenom[:1] + self.nom[:1]).upper() or self.email[:2].upper()


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


class Adhesion(models.Model):
    """user × collectivité × role × themes × dates. Given by that collectivité's administrator."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="adhesions")
    collectivite = models.ForeignKey(
        "membres.Collectivite", on_delete=models.PROTECT, related_name="adhesions"
    )
    role = models.CharField("rôle", max_length=20, choices=Role.choices)
    themes = ArrayField(models.CharField(max_length=30), default=list, blank=True)
    debut = models.DateTimeField("début", default=timezone.now)
    fin = models.DateTimeField(null=True, blank=True)
    revoquee_at = models.DateTimeField("révoquée le", null=True, blank=True)
    donnee_par = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = AdhesionQuerySet.as_manager()

    class Meta:
        verbose_name = "adhésion"
        constraints = (
            models.UniqueConstraint(
                fields=["user", "collectivite", "role"],
                condition=models.Q(revoquee_at__isnull=True),
                name="adhesion_unique_par_role",
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_role_display()} — {self.collectivite}"
