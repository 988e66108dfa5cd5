"""Filters of the journal, and what a member adds to its register."""

from typing import Any

from django import forms

from syndicat.comptes.models import Adhesion
from syndicat.journal.lecture import GENRES, Filtres
from syndicat.journal.libelles import actions
from syndicat.journal.models import Completion


class _Jour(forms.DateInput):
    """The browser's own date picker."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class FiltresForm(forms.Form):
    """A GET form; a field that cannot be read filters nothing and says why."""

    du = forms.DateField(label="Du", required=False, widget=_Jour)
    au = forms.DateField(label="Au", required=False, widget=_Jour)
    par = forms.ChoiceField(label="Qui", required=False)
    action = forms.ChoiceField(label="Quoi", required=False)
    objet = forms.CharField(label="Objet (identifiant)", required=False, max_length=64)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["par"].choices = [("", "Tout le monde"), *_personnes(), *GENRES.items()]  # type: ignore[attr-defined]
        self.fields["action"].choices = [("", "Toutes les actions"), *actions().items()]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        donnees = super().clean() or {}
        if donnees.get("du") and donnees.get("au") and donnees["du"] > donnees["au"]:
            self.add_error("au", "Cette date précède le début de la période.")
        return donnees

    def filtres(self) -> Filtres:
        """What is asked, without the fields in error."""
        donnees: dict[str, Any] = getattr(self, "cleaned_data", {})
        return Filtres(
            du=donnees.get("du"),
            au=donnees.get("au"),
            par=donnees.get("par") or "",
            action=donnees.get("action") or "",
            objet=donnees.get("objet") or "",
        )


def _personnes() -> list[tuple[str, str]]:
    """Those who work or worked for the collectivité in scope, by name."""
    lignes = (
        Adhesion.objects.exclude(role="citoyen").select_related("user").order_by("user__nom", "user__prenom")
    )
    return list(
        dict.fromkeys((str(a.user.uuid), a.user.get_full_name() or "Compte sans nom") for a in lignes)
    )


class CompletionForm(forms.ModelForm):  # type: ignore[type-arg]
    """What the member adds to one line of its register."""

    class Meta:
        model = Completion
        fields = ("destinataires", "mesures", "aipd_le", "remarques")
        widgets = {
            "destinataires": forms.Textarea(attrs={"rows": 3}),
            "mesures": forms.Textarea(attrs={"rows": 3}),
            "remarques": forms.Textarea(attrs={"rows": 3}),
            "aipd_le": _Jour(),
        }
