"""Signalements of one collectivité. Member schema: no collectivité column; keys to accounts are ``CleCommune``."""

import uuid
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Count, F, Q
from django.utils import timezone

from apps.grc import regles
from apps.grc.enums import (
    ASPECT,
    CLOS,
    OUVERTS,
    PUBLICS,
    Canal,
    Etat,
    GenreEvenement,
    GenreMessage,
    Moderation,
    Preference,
)
from syndicat.comptes.acteur import Acteur
from syndicat.socle.champs import CleCommune


class Categorie(models.Model):
    """What a report is about. ``code`` is its public identifier; sensitive ones are never public."""

    code = models.SlugField(max_length=30, unique=True)
    libelle = models.CharField("libellé", max_length=60)
    titre = models.CharField("titre public par défaut", max_length=60)
    icone = models.CharField("icône", max_length=30, default="autre")
    ordre = models.PositiveSmallIntegerField(default=50)
    active = models.BooleanField(default=True)
    sensible = models.BooleanField("jamais publique", default=False)
    equipe = models.CharField("équipe", max_length=60, default="l’équipe municipale")
    delai_reponse_jours = models.PositiveSmallIntegerField("réponse sous (jours)", default=2)
    delai_reparation_jours = models.PositiveSmallIntegerField("réparation sous (jours)", default=14)
    questions = models.JSONField(default=list, blank=True)

    class Meta:
        verbose_name = "catégorie"
        ordering = ("ordre", "code")

    def __str__(self) -> str:
        return self.libelle


class ReponseType(models.Model):
    """A canned answer; ``{titre}``, ``{code}`` and ``{date}`` are replaced when inserted."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    intitule = models.CharField("intitulé", max_length=80)
    texte = models.TextField(max_length=2000)
    ordre = models.PositiveSmallIntegerField(default=50)

    class Meta:
        verbose_name = "réponse type"
        ordering = ("ordre", "pk")

    def __str__(self) -> str:
        return self.intitule


class SignalementQuerySet(models.QuerySet["Signalement"]):
    """Reading reports."""

    def visible_to(self, acteur: Acteur) -> "SignalementQuerySet":
        """Agents in charge see all; everybody else the public ones."""
        return self if acteur.traite("grc") else self.publics()

    def publics(self) -> "SignalementQuerySet":
        """What the map and the list of the portal may show."""
        return (
            self.filter(categorie__sensible=False)
            .exclude(moderation=Moderation.MASQUEE)
            .exclude(etat=Etat.REGROUPE)
        )

    def ouverts(self) -> "SignalementQuerySet":
        return self.filter(etat__in=OUVERTS)

    def a_moi(self, acteur: Acteur) -> "SignalementQuerySet":
        return self.ouverts().filter(assigne_a_id=acteur.user_id)

    def en_retard(self, au: date) -> "SignalementQuerySet":
        """Promise broken: not answered after the answer's day, or not closed after the repair's."""
        return self.ouverts().filter(
            Q(repondu_at__isnull=True, reponse_avant__lt=au) | Q(reparation_avant__lt=au)
        )

    def pres_de(self, lon: float, lat: float, metres: float) -> "SignalementQuerySet":
        """In the box around the circle; the exact distance is then ``regles.distance_m``."""
        ouest, sud, est, nord = regles.boite(lon, lat, metres)
        return self.filter(longitude__range=(ouest, est), latitude__range=(sud, nord))

    def avec_suivis(self) -> "SignalementQuerySet":
        return self.annotate(nb_suivis=Count("suiveurs", distinct=True))

    def par_urgence(self) -> "SignalementQuerySet":
        """Nearest promise first."""
        return self.order_by(F("echeance").asc(nulls_last=True), "-pk")


class Signalement(models.Model):
    """A problem seen by a citizen, with a place. Nothing personal here but the raw words: see :class:`Contact`.

    ``longitude``/``latitude`` WGS 84 degrees. ``reponse_avant``/``reparation_avant``: civil days promised;
    ``echeance`` is the next of them still to keep (null once closed).
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    code = models.CharField(max_length=9, unique=True, editable=False)
    cle = models.CharField("clé d’idempotence", max_length=64, unique=True, editable=False)
    categorie = models.ForeignKey(
        Categorie, on_delete=models.PROTECT, related_name="signalements", verbose_name="catégorie"
    )
    titre = models.CharField(max_length=80)
    description = models.TextField(max_length=2000, blank=True)
    texte_public = models.TextField(max_length=2000, blank=True)
    moderation = models.CharField(
        "relecture", max_length=10, choices=Moderation.choices, default=Moderation.A_RELIRE
    )
    adresse = models.CharField(max_length=160, blank=True)
    longitude = models.FloatField()
    latitude = models.FloatField()
    canal = models.CharField(max_length=10, choices=Canal.choices, default=Canal.WEB)
    etat = models.CharField("état", max_length=10, choices=Etat.choices, default=Etat.RECU)
    assigne_a = CleCommune(settings.AUTH_USER_MODEL, null=True, blank=True, verbose_name="confié à")
    saisi_par = CleCommune(settings.AUTH_USER_MODEL, null=True, blank=True, verbose_name="saisi par")
    regroupe_dans = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="regroupes"
    )
    reponse_avant = models.DateField("réponse avant")
    reparation_avant = models.DateField("réparation avant")
    echeance = models.DateField("échéance", null=True, blank=True)
    prevu_le = models.DateField("intervention prévue le", null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    repondu_at = models.DateTimeField(null=True, blank=True)
    clos_at = models.DateTimeField(null=True, blank=True)
    efface_at = models.DateTimeField("texte et coordonnées effacés le", null=True, blank=True)

    objects = SignalementQuerySet.as_manager()

    class Meta:
        verbose_name = "signalement"
        indexes = (
            models.Index(
                fields=["echeance", "-id"],
                condition=Q(echeance__isnull=False),
                name="grc_signalement_a_traiter",
            ),
            models.Index(
                fields=["assigne_a", "echeance"],
                condition=Q(echeance__isnull=False),
                name="grc_signalement_a_moi",
            ),
            models.Index(fields=["longitude", "latitude"], name="grc_signalement_place"),
            models.Index(fields=["created_at"], name="grc_signalement_recus"),
            models.Index(fields=["clos_at"], condition=Q(clos_at__isnull=False), name="grc_signalement_clos"),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(longitude__range=(-180, 180), latitude__range=(-90, 90)),
                name="grc_position_sur_terre",
            ),
            # One way only: ``transition()`` writes the state alone, dates are set just before or cleared just after.
            models.CheckConstraint(
                condition=Q(etat__in=OUVERTS) | Q(clos_at__isnull=False), name="grc_clos_a_une_date"
            ),
            models.CheckConstraint(
                condition=~Q(etat=Etat.REGROUPE) | Q(regroupe_dans__isnull=False),
                name="grc_regroupe_dans_un_autre",
            ),
        )

    def __str__(self) -> str:
        return f"{self.code} — {self.titre}"

    @property
    def ouvert(self) -> bool:
        return self.etat in OUVERTS

    @property
    def clos(self) -> bool:
        return self.etat in CLOS

    @property
    def public(self) -> bool:
        """May be shown on the portal's list and map (anonymised)."""
        return not self.categorie.sensible and self.moderation != Moderation.MASQUEE

    @property
    def niveau(self) -> str:
        return ASPECT[self.etat][0]

    @property
    def icone_etat(self) -> str:
        return ASPECT[self.etat][1]

    @property
    def lieu(self) -> str:
        """Street without number, masked: what strangers and shared tables may read."""
        return regles.lieu_public(self.adresse)

    @property
    def intitule(self) -> str:
        """« Lampadaire en panne, 12 rue de la Gare », for agents."""
        return f"{self.titre}, {self.adresse}" if self.adresse else self.titre

    @property
    def intitule_public(self) -> str:
        """The same for strangers: the street only."""
        return f"{self.titre}, {self.lieu[:1].lower() + self.lieu[1:]}" if self.lieu else self.titre

    @property
    def reste(self) -> str:
        """What is left of the delay, in words; empty once closed."""
        return regles.reste_en_mots(self.echeance, timezone.localdate()) if self.echeance else ""

    @property
    def part(self) -> int:
        """Share of the running delay already spent, 0 to 100."""
        return regles.part_ecoulee(self.created_at, self.echeance, timezone.now()) if self.echeance else 0


class Contact(models.Model):
    """Who reported, if they said so: a table of its own, erased one year after closing."""

    signalement = models.OneToOneField(Signalement, on_delete=models.CASCADE, related_name="contact")
    nom = models.CharField(max_length=80, blank=True)
    courriel = models.EmailField("adresse électronique", blank=True)
    telephone = models.CharField("téléphone", max_length=20, blank=True)
    preference = models.CharField(
        "préférence", max_length=10, choices=Preference.choices, default=Preference.AUCUNE
    )
    user = CleCommune(settings.AUTH_USER_MODEL, null=True, blank=True)

    class Meta:
        verbose_name = "coordonnées"

    def __str__(self) -> str:
        return "Coordonnées"

    @property
    def joignable(self) -> bool:
        return bool(self.courriel or self.telephone)

    @property
    def par_courriel(self) -> bool:
        return bool(self.courriel) and self.preference != Preference.AUCUNE

    @property
    def qui(self) -> str:
        """How agents name the person."""
        return self.nom or ("Un habitant" if self.joignable else "Anonyme")


class Photo(models.Model):
    """A photo of a report, through ``fichiers``; belongs to a draft first. Public only once moderated."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    signalement = models.ForeignKey(Signalement, on_delete=models.CASCADE, null=True, related_name="photos")
    fichier = models.ForeignKey("fichiers.Fichier", on_delete=models.PROTECT, related_name="+")
    moderation = models.CharField(
        "relecture", max_length=10, choices=Moderation.choices, default=Moderation.A_RELIRE
    )
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = "photo"

    def __str__(self) -> str:
        return f"Photo {self.uuid}"


class Message(models.Model):
    """A public answer, an internal note or a citizen's word."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    signalement = models.ForeignKey(Signalement, on_delete=models.CASCADE, related_name="messages")
    genre = models.CharField(max_length=10, choices=GenreMessage.choices)
    texte = models.TextField(max_length=4000)
    auteur = CleCommune(settings.AUTH_USER_MODEL, null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = "message"
        ordering = ("created_at", "pk")

    def __str__(self) -> str:
        return f"{self.get_genre_display()} du {self.created_at:%d/%m/%Y}"


class EvenementQuerySet(models.QuerySet["Evenement"]):
    """Reading the timeline."""

    def publics(self) -> "EvenementQuerySet":
        return self.filter(genre__in=PUBLICS)


class Evenement(models.Model):
    """A line of the timeline; ``precision`` holds no personal data (a date, a code)."""

    signalement = models.ForeignKey(Signalement, on_delete=models.CASCADE, related_name="evenements")
    genre = models.CharField(max_length=10, choices=GenreEvenement.choices)
    at = models.DateTimeField(default=timezone.now)
    auteur = CleCommune(settings.AUTH_USER_MODEL, null=True, blank=True)
    cible = CleCommune(settings.AUTH_USER_MODEL, null=True, blank=True)
    message = models.ForeignKey(Message, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    le = models.DateField(null=True, blank=True)
    precision = models.CharField("précision", max_length=120, blank=True)

    objects = EvenementQuerySet.as_manager()

    class Meta:
        verbose_name = "évènement"
        ordering = ("at", "pk")

    def __str__(self) -> str:
        return f"{self.get_genre_display()} — {self.at:%d/%m/%Y}"


class Suiveur(models.Model):
    """« Moi aussi »: a person who follows a report, with or without an address; erased with the contact."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    signalement = models.ForeignKey(Signalement, on_delete=models.CASCADE, related_name="suiveurs")
    cle = models.CharField("clé d’idempotence", max_length=64)
    courriel = models.EmailField("adresse électronique", blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = "suiveur"
        constraints = (
            models.UniqueConstraint(fields=["signalement", "cle"], name="grc_suivi_une_fois_par_cle"),
            models.UniqueConstraint(
                fields=["signalement", "courriel"],
                condition=~Q(courriel=""),
                name="grc_suivi_une_fois_par_courriel",
            ),
        )

    def __str__(self) -> str:
        return "Suiveur"


class Avis(models.Model):
    """Satisfaction of the citizen once closed; one a report, the last word counts."""

    signalement = models.OneToOneField(Signalement, on_delete=models.CASCADE, related_name="avis")
    regle = models.BooleanField("vraiment réglé")
    commentaire = models.TextField(max_length=1000, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = "avis"

    def __str__(self) -> str:
        return "Réglé" if self.regle else "Pas encore réglé"


class Brouillon(models.Model):
    """A report being written on the portal: one row a browser, found by the digest of a random token.

    ``donnees``: lon, lat, adresse, description, categorie, preference, courriel, telephone, source of the place.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    empreinte = models.CharField(max_length=64, unique=True)
    donnees: Any = models.JSONField(default=dict)
    photo = models.OneToOneField(
        Photo, on_delete=models.SET_NULL, null=True, blank=True, related_name="brouillon"
    )
    created_at = models.DateTimeField(default=timezone.now)
    expire_at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = "brouillon"

    def __str__(self) -> str:
        return f"Brouillon du {self.created_at:%d/%m/%Y}"

    def vivant(self, maintenant: datetime) -> bool:
        return self.expire_at > maintenant
