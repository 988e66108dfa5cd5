"""Shapes of the API: what agents read, what anyone may send, what comes back."""

from typing import Any

from rest_framework import serializers

from apps.grc.brouillons import dans_la_commune
from apps.grc.enums import Preference
from apps.grc.jetons import adresse_de_suivi
from apps.grc.models import Categorie, Signalement
from syndicat.socle.contexte import exiger_portee


class SignalementLu(serializers.ModelSerializer[Signalement]):
    """A report as agents read it; who reported stays in the desk."""

    categorie: serializers.SlugRelatedField[Any] = serializers.SlugRelatedField(
        slug_field="code", read_only=True
    )

    class Meta:
        model = Signalement
        fields = (
            "uuid", "code", "categorie", "titre", "description", "texte_public", "moderation", "adresse", "longitude",
            "latitude", "canal", "etat", "reponse_avant", "reparation_avant", "prevu_le", "created_at", "repondu_at", "clos_at",
        )  # fmt: skip
        read_only_fields = fields


class SignalementDepose(serializers.Serializer[Any]):
    """A report sent by anyone. Position in WGS 84 degrees; contact optional, used to answer and nothing else."""

    categorie = serializers.SlugField(
        max_length=30, help_text="Code d’un sujet : eclairage, chaussee, dechets…"
    )
    longitude = serializers.FloatField(min_value=-180, max_value=180)
    latitude = serializers.FloatField(min_value=-90, max_value=90)
    description = serializers.CharField(max_length=2000, required=False, default="", allow_blank=True)
    adresse = serializers.CharField(max_length=160, required=False, default="", allow_blank=True)
    courriel = serializers.EmailField(required=False, default="", allow_blank=True)
    telephone = serializers.RegexField(r"^[0-9 +().\-/]{8,20}$", required=False, default="", allow_blank=True)

    def validate_categorie(self, code: str) -> Categorie:
        trouvee = Categorie.objects.filter(code=code, active=True).first()
        if trouvee is None:
            raise serializers.ValidationError("Ce sujet n’existe pas ici.")
        return trouvee

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if not dans_la_commune(attrs["longitude"], attrs["latitude"]):
            raise serializers.ValidationError(
                {"longitude": f"Ce lieu est en dehors de {exiger_portee().nom}."}
            )
        attrs["preference"] = (
            Preference.COURRIEL
            if attrs["courriel"]
            else Preference.TELEPHONE
            if attrs["telephone"]
            else Preference.AUCUNE
        )
        return attrs


class SignalementRecu(serializers.ModelSerializer[Signalement]):
    """What the sender keeps: number, tracking link, promised days."""

    suivi = serializers.SerializerMethodField()

    class Meta:
        model = Signalement
        fields = ("code", "suivi", "reponse_avant", "reparation_avant")
        read_only_fields = fields

    def get_suivi(self, s: Signalement) -> str:
        """Absolute address of the tracking page, without account."""
        return adresse_de_suivi(s)
