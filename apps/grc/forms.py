"""Forms of the citizen's journey and of the desk: one question a page, words that say what to do."""

from typing import Any

from django import forms
from django.utils import timezone

from apps.grc import regles
from apps.grc.enums import Canal, Etat, Preference
from apps.grc.equipe import Agent
from apps.grc.models import Categorie
from syndicat.web.formulaires import SaisieDate

_TEL = r"^[0-9 +().\-/]{8,20}$"


class LieuForm(forms.Form):
    """Where is it? Address, position or map, on equal terms: one of them suffices."""

    adresse = forms.CharField(
        label="Adresse ou lieu connu",
        max_length=160,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "street-address"}),
    )
    longitude = forms.FloatField(required=False, min_value=-180, max_value=180, widget=forms.HiddenInput)
    latitude = forms.FloatField(required=False, min_value=-90, max_value=90, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        donnees = super().clean() or {}
        place = donnees.get("longitude") is not None and donnees.get("latitude") is not None
        if not place and not (donnees.get("adresse") or "").strip():
            self.add_error(
                "adresse", "Indiquez une adresse ou un lieu connu, ou posez le repère sur le plan."
            )
        return donnees


class QuoiForm(forms.Form):
    """What is it? The words suggest, the person decides."""

    description = forms.CharField(
        label="Décrivez en quelques mots",
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "autocomplete": "off"}),
    )
    categorie = forms.ChoiceField(label="Cela ressemble à…", required=False, widget=forms.RadioSelect)

    def __init__(self, *args: Any, categories: list[Categorie], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.codes = {c.code for c in categories}
        champ = self.fields["categorie"]
        assert isinstance(champ, forms.ChoiceField)
        champ.choices = [(c.code, c.libelle) for c in categories]

    def clean(self) -> dict[str, Any]:
        donnees = super().clean() or {}
        if not donnees.get("categorie"):
            propose = regles.suggerer(donnees.get("description") or "")
            if propose is not None and propose.categorie in self.codes:
                donnees["categorie"] = propose.categorie
            elif "categorie" not in self.errors:
                self.add_error("categorie", "Choisissez ce qui ressemble le plus, ou « Autre chose ».")
        if donnees.get("categorie") == "autre" and not (donnees.get("description") or "").strip():
            self.add_error("description", "Dites-nous en quelques mots de quoi il s’agit.")
        return donnees


class ContactForm(forms.Form):
    """News? Optional, and it says why."""

    preference = forms.ChoiceField(
        label="Comment vous prévenir",
        choices=[
            (Preference.COURRIEL, "Par e-mail"),
            (Preference.TELEPHONE, "Par téléphone"),
            (Preference.AUCUNE, "Sans nouvelles"),
        ],
        widget=forms.RadioSelect,
        initial=Preference.COURRIEL,
    )
    courriel = forms.EmailField(
        label="Adresse e-mail",
        required=False,
        help_text="Trois messages au plus",
        widget=forms.EmailInput(attrs={"autocomplete": "email", "inputmode": "email"}),
    )
    telephone = forms.RegexField(
        _TEL,
        label="Numéro de téléphone",
        required=False,
        help_text="Un agent vous appelle s’il lui manque une précision",
        error_messages={"invalid": "Écrivez le numéro avec ses chiffres, par exemple 06 39 98 00 57."},
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel", "inputmode": "tel"}),
    )

    def clean(self) -> dict[str, Any]:
        donnees = super().clean() or {}
        choix = donnees.get("preference")
        if choix == Preference.COURRIEL and not donnees.get("courriel") and "courriel" not in self.errors:
            self.add_error("courriel", "Écrivez votre adresse, ou choisissez « Sans nouvelles ».")
        if choix == Preference.TELEPHONE and not donnees.get("telephone") and "telephone" not in self.errors:
            self.add_error("telephone", "Écrivez votre numéro, ou choisissez « Sans nouvelles ».")
        # Only what serves is kept.
        if choix != Preference.COURRIEL:
            donnees["courriel"] = ""
        if choix != Preference.TELEPHONE:
            donnees["telephone"] = ""
        return donnees


class MoiAussiForm(forms.Form):
    """Follow a report already made nearby."""

    code = forms.CharField(max_length=9, widget=forms.HiddenInput)
    courriel = forms.EmailField(
        label="Votre e-mail",
        required=False,
        help_text="Pour être prévenu de la réparation, rien d’autre",
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )


class CodeForm(forms.Form):
    """« Suivre ma demande »."""

    code = forms.CharField(
        label="Numéro de votre signalement",
        max_length=20,
        help_text="Par exemple HG57-K3M9",
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )

    def clean_code(self) -> str:
        code = regles.normaliser_code(self.cleaned_data["code"])
        if not code:
            raise forms.ValidationError(
                "Ce numéro n’a pas la bonne forme : quatre caractères, un tiret, quatre caractères."
            )
        return code


class AvisForm(forms.Form):
    """Is it really solved?"""

    regle = forms.TypedChoiceField(
        choices=[("oui", "Oui"), ("non", "Pas encore")], coerce=lambda v: v == "oui"
    )
    commentaire = forms.CharField(
        label="Un mot de plus", max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )


# --- Desk ------------------------------------------------------------------------------------------


class TexteForm(forms.Form):
    """An answer or a note."""

    texte = forms.CharField(max_length=4000, widget=forms.Textarea(attrs={"rows": 3}))


class ProgrammerForm(forms.Form):
    """The day of the intervention."""

    le = forms.DateField(label="Jour de l’intervention", widget=SaisieDate)

    def clean_le(self) -> Any:
        le = self.cleaned_data["le"]
        if le < timezone.localdate():
            raise forms.ValidationError("Cette date est passée ; choisissez un jour à venir.")
        return le


class CloreForm(forms.Form):
    """Close, and say why."""

    issue = forms.ChoiceField(
        label="Issue",
        choices=[(Etat.RESOLU, "Résolu"), (Etat.SANS_SUITE, "Sans suite")],
        initial=Etat.RESOLU,
        widget=forms.RadioSelect,
    )
    texte = forms.CharField(
        label="Ce que vous dites à l’habitant",
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Dites à l’habitant ce qui a été fait, ou pourquoi rien ne le sera."},
    )


class ConfierForm(forms.Form):
    """Hand over to one of the team."""

    agent = forms.ChoiceField(label="Confier à")

    def __init__(self, *args: Any, agents: list[Agent], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.agents = {a.uuid: a for a in agents}
        champ = self.fields["agent"]
        assert isinstance(champ, forms.ChoiceField)
        champ.choices = [(a.uuid, f"{a.nom} ({a.role.lower()})") for a in agents]

    def clean_agent(self) -> Agent:
        return self.agents[self.cleaned_data["agent"]]


class RelireForm(forms.Form):
    """What everyone may read."""

    titre = forms.CharField(label="Titre public", max_length=80)
    texte_public = forms.CharField(
        label="Texte public", max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    photos = forms.BooleanField(label="Montrer la photo à tous", required=False)
    publier = forms.BooleanField(
        label="Montrer ce signalement sur le plan de la commune", required=False, initial=True
    )


class SaisieForm(LieuForm):
    """A report told at the counter, by telephone or by letter: five fields, by keyboard."""

    canal = forms.ChoiceField(
        label="Reçu", choices=[c for c in Canal.choices if c[0] != Canal.WEB], initial=Canal.GUICHET
    )
    categorie = forms.ModelChoiceField(
        label="De quoi s’agit-il ?", queryset=Categorie.objects.none(), to_field_name="code", empty_label=None
    )
    description = forms.CharField(
        label="Ce que dit la personne",
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    nom = forms.CharField(label="Nom", max_length=80, required=False)
    joindre = forms.CharField(
        label="E-mail ou téléphone", max_length=120, required=False, help_text="Pour lui donner des nouvelles"
    )
    cle = forms.UUIDField(widget=forms.HiddenInput)
    field_order = ("canal", "categorie", "adresse", "description", "nom", "joindre")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        champ = self.fields["categorie"]
        assert isinstance(champ, forms.ModelChoiceField)
        champ.queryset = Categorie.objects.filter(active=True)

    def clean_joindre(self) -> str:
        valeur = str(self.cleaned_data["joindre"]).strip()
        if not valeur:
            return ""
        champ: forms.Field = forms.EmailField() if "@" in valeur else forms.RegexField(_TEL)
        try:
            return str(champ.clean(valeur))
        except forms.ValidationError:
            raise forms.ValidationError("Écrivez une adresse e-mail ou un numéro de téléphone.") from None

    @property
    def contact(self) -> dict[str, Any]:
        """Keyword arguments of ``actions.signaler`` for the person."""
        valeur = self.cleaned_data.get("joindre") or ""
        if "@" in valeur:
            joint = {"courriel": valeur, "preference": Preference.COURRIEL.value}
        elif valeur:
            joint = {"telephone": valeur, "preference": Preference.TELEPHONE.value}
        else:
            joint = {}
        return {"nom": self.cleaned_data.get("nom") or "", **joint}
