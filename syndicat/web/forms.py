"""Forms of the shell."""

from typing import Any

from django import forms

from syndicat.web.models import Annonce


class SaisieInstant(forms.DateTimeInput):
    """The browser's own date and time picker."""

    input_type = "datetime-local"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%dT%H:%M")


class AnnonceForm(forms.Form):
    """What one writes to announce something on the portal."""

    genre = forms.ChoiceField(
        label="Que voulez-vous annoncer ?",
        choices=Annonce.Genre.choices,
        widget=forms.RadioSelect,
        initial="actualite",
    )
    titre = forms.CharField(
        label="Titre", max_length=120, help_text="L’essentiel en une phrase : quoi, où, quand"
    )
    texte = forms.CharField(
        label="Précisions", max_length=400, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    lien = forms.URLField(label="Adresse d’une page qui en dit plus", required=False, assume_scheme="https")
    debut = forms.DateTimeField(
        label="Date de l’événement",
        required=False,
        widget=SaisieInstant,
        help_text="Pour un événement seulement",
    )
    lieu = forms.CharField(label="Lieu", max_length=120, required=False)
    affichee_au = forms.DateTimeField(
        label="Afficher jusqu’au",
        required=False,
        widget=SaisieInstant,
        help_text="Sans date, l’annonce reste jusqu’à ce que vous la retiriez",
    )

    def clean(self) -> dict[str, Any]:
        donnees = super().clean() or {}
        if (
            donnees.get("genre") == Annonce.Genre.EVENEMENT
            and not donnees.get("debut")
            and "debut" not in self.errors
        ):
            self.add_error("debut", "Un événement a une date. Indiquez son jour et son heure.")
        return donnees
