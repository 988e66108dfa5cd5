"""How every form of the product is drawn: label, hint, error, input, in this order (``{{ form.champ.as_field_group }}``)."""

from typing import Any

from django import forms
from django.forms.renderers import TemplatesSetting
from django.http import HttpRequest
from django.utils.safestring import SafeString, mark_safe

_WIDGETS = "django/forms/widgets/"
_SAISIES = frozenset(
    f"{_WIDGETS}{nom}.html"
    for nom in (
        "text",
        "number",
        "email",
        "url",
        "password",
        "date",
        "datetime",
        "time",
        "textarea",
        "select",
        "input",
    )
)


class Rendu(TemplatesSetting):
    """FORM_RENDERER of the product: our field template, our class on every input."""

    form_template_name = "web/formulaires/formulaire.html"
    field_template_name = "web/formulaires/champ.html"

    def render(
        self, template_name: str, context: dict[str, Any], request: HttpRequest | None = None
    ) -> SafeString:
        widget = context.get("widget")
        if widget is not None and template_name in _SAISIES:
            attrs = dict(widget.get("attrs") or {})
            attrs["class"] = f"saisie {attrs.get('class', '')}".strip()
            context = {**context, "widget": {**widget, "attrs": attrs}}
        return mark_safe(super().render(template_name, context, request))  # noqa: S308


class SaisieDate(forms.DateInput):
    """The browser's own date picker, keyboard and screen reader included."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class SaisieHeure(forms.TimeInput):
    """The browser's own time picker."""

    input_type = "time"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%H:%M")


class SaisieMontant(forms.NumberInput):
    """An amount typed as one writes it (« 1 250,50 »): digits on the phone, comma or point."""

    input_type = "text"
    unite = "€"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"inputmode": "decimal", "autocomplete": "off", **(attrs or {})})

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        lu = super().value_from_datadict(data, files, name)
        if not isinstance(lu, str):
            return lu
        for blanc in ("\u00a0", "\u202f", " ", "€"):
            lu = lu.replace(blanc, "")
        return lu.replace(",", ".")

    def format_value(self, value: Any) -> str | None:
        return None if value in (None, "") else str(value).replace(".", ",")
