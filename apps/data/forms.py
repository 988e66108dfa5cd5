"""Forms of open data."""

from typing import Any

from django import forms

from apps.data.commun.models import JeuDeDonnees


class FormulaireNotice(forms.Form):
    """The description of a data set, in the member's words."""

    titre = forms.CharField(
        label="Titre", max_length=200, help_text="Ce que le fichier contient, en quelques mots."
    )
    description = forms.CharField(
        label="Description",
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Une phrase simple, puis d’où viennent les données et comment elles sont préparées.",
    )
    mots_cles = forms.CharField(
        label="Mots-clés",
        required=False,
        help_text="Séparés par des virgules. Ils aident à trouver le jeu de données.",
    )
    contact_nom = forms.CharField(label="Service à contacter", max_length=120)
    contact_courriel = forms.EmailField(
        label="Adresse électronique du service",
        required=False,
        help_text="Une adresse de service, pas celle d’une personne\u00a0: elle est publiée.",
    )

    @classmethod
    def pour(cls, jeu: JeuDeDonnees, donnees: Any = None) -> "FormulaireNotice":
        """Bound to ``donnees``, or filled from the data set."""
        depart = {
            "titre": jeu.titre,
            "description": jeu.description,
            "mots_cles": ", ".join(jeu.mots_cles),
            "contact_nom": jeu.contact_nom,
            "contact_courriel": jeu.contact_courriel,
        }
        return cls(donnees, initial=depart)

    def clean_mots_cles(self) -> list[str]:
        """Keywords: cut at commas, emptied of doubles, at most twenty of sixty characters."""
        mots = dict.fromkeys(m.strip() for m in self.cleaned_data["mots_cles"].split(",") if m.strip())
        if len(mots) > 20 or any(len(m) > 60 for m in mots):
            raise forms.ValidationError("Vingt mots-clés au plus, de soixante caractères au plus.")
        return list(mots)
