"""Forms of purchasing."""

from decimal import Decimal
from typing import Any

from django import forms

from apps.achats.commun.models import Article, Lot, Marche
from apps.achats.enums import UNITES, Famille, Genre, Mode
from syndicat.web.formulaires import SaisieDate, SaisieMontant

TAUX = (("20.00", "20\u00a0%"), ("10.00", "10\u00a0%"), ("5.50", "5,5\u00a0%"), ("0.00", "0\u00a0%"))


class FiltreCatalogue(forms.Form):
    """Search and filters of the catalogue (GET)."""

    q = forms.CharField(label="Chercher un article ou un service", required=False, max_length=100)
    famille = forms.ChoiceField(label="Famille", required=False, choices=[("", "Toutes"), *Famille.choices])
    mode = forms.ChoiceField(label="Mode d’achat", required=False, choices=[("", "Tous"), *Mode.choices])
    genre = forms.ChoiceField(label="Nature", required=False, choices=[("", "Toutes"), *Genre.choices])


class FormulaireQuantite(forms.Form):
    """How many."""

    quantite = forms.IntegerField(
        label="Quantité",
        min_value=1,
        max_value=9999,
        initial=1,
        widget=forms.NumberInput(attrs={"inputmode": "numeric", "class": "saisie-courte"}),
    )


class FormulaireDemande(forms.Form):
    """What the approver needs to know."""

    motif = forms.CharField(
        label="Pour quoi ?",
        max_length=200,
        help_text="Une phrase pour la personne qui approuve\u00a0: le besoin, le service, l’urgence.",
    )
    lieu = forms.CharField(label="Lieu de livraison", max_length=200, initial="Mairie")


class FormulaireMotif(forms.Form):
    """Why it is refused or cancelled."""

    motif = forms.CharField(label="Motif", max_length=300, help_text="La personne qui a demandé le lira.")


class FormulaireMarche(forms.ModelForm):  # type: ignore[type-arg]
    """A framework agreement."""

    class Meta:
        model = Marche
        fields = ("reference", "objet", "mode", "debut", "fin", "maximum_ht", "participants")
        widgets = {
            "debut": SaisieDate(),
            "fin": SaisieDate(),
            "maximum_ht": SaisieMontant(),
            "mode": forms.Select(),
        }
        help_texts = {
            "maximum_ht": "Obligatoire\u00a0: aucune commande ne le dépasse, tous membres confondus.",
            "participants": "Pour un groupement de commandes seulement\u00a0: sa liste est fermée à la publication de la consultation.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        participants = self.fields["participants"]
        participants.label = "Membres du groupement"
        participants.widget.attrs["size"] = 6
        participants.queryset = participants.queryset.order_by("nature", "nom_tri")  # type: ignore[attr-defined]


class FormulaireLot(forms.ModelForm):  # type: ignore[type-arg]
    """A lot."""

    class Meta:
        model = Lot
        fields = (
            "numero",
            "intitule",
            "famille",
            "maximum_ht",
            "fournisseur",
            "fournisseur_siret",
            "fournisseur_courriel",
            "delai_jours",
        )
        widgets = {"maximum_ht": SaisieMontant(), "famille": forms.Select()}


class FormulaireArticle(forms.ModelForm):  # type: ignore[type-arg]
    """An article, its price apart."""

    unite = forms.ChoiceField(label="Unité", choices=[(u, u) for u in UNITES])
    genre = forms.ChoiceField(label="Nature", choices=Genre.choices, widget=forms.Select())

    class Meta:
        model = Article
        fields = ("reference", "designation", "description", "unite", "genre")
        widgets = {"description": forms.Textarea(attrs={"rows": 4})}
        help_texts = {
            "designation": "Les mots que la mairie emploie, avant la référence du fabricant.",
            "description": "Ce qui est compris, et ce qui ne l’est pas.",
        }


class FormulairePrix(forms.Form):
    """A dated price."""

    ht = forms.DecimalField(
        label="Prix unitaire HT",
        min_value=Decimal("0.0001"),
        max_digits=12,
        decimal_places=4,
        widget=SaisieMontant(),
    )
    tva = forms.TypedChoiceField(label="TVA", choices=TAUX, coerce=Decimal, widget=forms.Select())
    effet = forms.DateField(
        label="Date d’effet",
        widget=SaisieDate(),
        help_text="Aujourd’hui ou plus tard\u00a0: un prix ne change jamais rétroactivement.",
    )


class FormulaireMaximum(forms.Form):
    """An amended maximum."""

    maximum_ht = forms.DecimalField(
        label="Nouveau maximum HT",
        min_value=Decimal("0.01"),
        max_digits=14,
        decimal_places=2,
        widget=SaisieMontant(),
    )
