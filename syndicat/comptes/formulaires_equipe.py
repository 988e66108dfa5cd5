"""Forms of the desk: inviting, changing services, delegating, saying that someone is away."""

from typing import Any

from django import forms
from django.utils import timezone

from syndicat.comptes.enums import Domaine, Role, roles_ouverts
from syndicat.comptes.models import Adhesion, User
from syndicat.socle.contexte import exiger_portee
from syndicat.socle.manifest import services
from syndicat.socle.protocoles import PorteDesServices, demander


class _Jour(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


def choix_de_services() -> list[tuple[str, str]]:
    """The themes an agent may be put in charge of: those this collectivité has (all, at the syndicate)."""
    porte = demander(PorteDesServices)  # type: ignore[type-abstract]
    tous = exiger_portee().est_syndicat or porte is None
    return [
        (m.code, m.label) for m in services() if tous or (porte is not None and porte.est_lisible(m.code))
    ]


def membres_de_l_equipe() -> list[tuple[str, str]]:
    """People who work here: (uuid, name)."""
    lignes = (
        Adhesion.objects.en_vigueur()
        .de_travail()
        .select_related("user")
        .order_by("user__nom", "user__prenom")
    )
    return list({str(a.user.uuid): a.user.get_full_name() or a.user.email for a in lignes}.items())


class Invitation(forms.Form):
    """Someone's e-mail, and what they will be here."""

    email = forms.EmailField(
        label="Adresse électronique", help_text="Cette personne y reçoit son invitation."
    )
    civilite = forms.ChoiceField(
        label="Civilité", choices=[("", "—"), ("Mme", "Madame"), ("M.", "Monsieur")], required=False
    )
    prenom = forms.CharField(label="Prénom", max_length=80, required=False)
    nom = forms.CharField(label="Nom", max_length=80, required=False)
    role = forms.ChoiceField(label="Rôle")
    themes = forms.MultipleChoiceField(
        label="Services confiés",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Pour un agent seulement.",
    )
    fin = forms.DateField(
        label="Dernier jour",
        required=False,
        widget=_Jour,
        help_text="Obligatoire pour un élu : la fin de son mandat. Vide, l’accès dure jusqu’à ce que vous le retiriez.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        roles = roles_ouverts(exiger_portee().est_syndicat)
        roles.pop(Role.CITOYEN, None)
        self.fields["role"].choices = [("", "Choisir un rôle"), *roles.items()]  # type: ignore[attr-defined]
        self.fields["themes"].choices = choix_de_services()  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        donnees: dict[str, Any] = super().clean() or {}
        role, fin = donnees.get("role"), donnees.get("fin")
        if fin is not None and fin < timezone.localdate():
            self.add_error("fin", "Cette date est passée.")
        if role in Role.elus() and fin is None and "fin" not in self.errors:
            self.add_error("fin", "Indiquez la fin du mandat.")
        if role and role != Role.AGENT and donnees.get("themes"):
            self.add_error("themes", "Seul un agent se voit confier des services.")
        return donnees


class Services(forms.Form):
    """The services of an agent."""

    themes = forms.MultipleChoiceField(
        label="Services confiés", required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["themes"].choices = choix_de_services()  # type: ignore[attr-defined]


class _ChoixDePersonne(forms.ChoiceField):
    def clean(self, value: Any) -> User | None:
        uuid = super().clean(value)
        return User.objects.filter(uuid=uuid).first() if uuid else None


class NouvelleDelegation(forms.Form):
    """An order of delegation."""

    numero = forms.CharField(label="Numéro de l’arrêté", max_length=40)
    delegant = _ChoixDePersonne(label="Qui délègue")
    delegataire = _ChoixDePersonne(label="À qui")
    domaine = forms.ChoiceField(label="Pour quels actes", choices=Domaine.choices)
    plafond = forms.DecimalField(
        label="Jusqu’à quel montant HT",
        required=False,
        min_value=0.01,
        max_digits=12,
        decimal_places=2,
        help_text="En euros, compris. Vide : sans plafond.",
    )
    debut = forms.DateField(label="Premier jour", widget=_Jour)
    fin = forms.DateField(label="Dernier jour", widget=_Jour, required=False)
    suppleance = forms.BooleanField(
        label="Suppléance : seulement quand les délégataires titulaires sont absents", required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        executif = Adhesion.objects.en_vigueur().filter(role__in=(Role.MAIRE, Role.PRESIDENT, Role.DIRECTION))
        self.fields["delegant"].choices = [  # type: ignore[attr-defined]
            (str(a.user.uuid), a.user.get_full_name()) for a in executif.select_related("user")
        ]
        self.fields["delegataire"].choices = [("", "Choisir une personne"), *membres_de_l_equipe()]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        donnees: dict[str, Any] = super().clean() or {}
        debut, fin = donnees.get("debut"), donnees.get("fin")
        if debut and fin and fin < debut:
            self.add_error("fin", "La fin précède le début.")
        if donnees.get("delegant") and donnees.get("delegant") == donnees.get("delegataire"):
            self.add_error("delegataire", "On ne délègue pas à soi-même.")
        return donnees


class NouvelleAbsence(forms.Form):
    """Someone is away."""

    personne = _ChoixDePersonne(label="Qui est absent")
    debut = forms.DateField(label="Premier jour", widget=_Jour)
    fin = forms.DateField(label="Dernier jour", widget=_Jour)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["personne"].choices = [("", "Choisir une personne"), *membres_de_l_equipe()]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        donnees: dict[str, Any] = super().clean() or {}
        if donnees.get("debut") and donnees.get("fin") and donnees["fin"] < donnees["debut"]:
            self.add_error("fin", "La fin précède le début.")
        return donnees
