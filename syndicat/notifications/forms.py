"""Choosing a rhythm, for all services and for each."""

from typing import Any

from django import forms

from syndicat.notifications.enums import Rythme
from syndicat.notifications.models import TOUS, Preference
from syndicat.socle.manifest import services

_GENERAL = "tous"


class PreferencesForm(forms.Form):
    """One select a service; « comme ci-dessus » by default."""

    def __init__(self, *args: Any, user_id: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        actuels = dict(Preference.objects.filter(user_id=user_id).values_list("service", "rythme"))
        self.fields[_GENERAL] = forms.ChoiceField(
            label="En général", choices=Rythme.choices, initial=actuels.get(TOUS, Rythme.QUOTIDIEN)
        )
        for m in services():
            self.fields[m.code] = forms.ChoiceField(
                label=m.label,
                choices=[("", "Comme en général"), *Rythme.choices],
                required=False,
                initial=actuels.get(m.code, ""),
            )

    def rythmes(self) -> dict[str, str]:
        """{service or ``TOUS``: rhythm or ""}."""
        return {TOUS if nom == _GENERAL else nom: valeur for nom, valeur in self.cleaned_data.items()}
