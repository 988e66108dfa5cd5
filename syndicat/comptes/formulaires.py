"""Forms of the sign-in host: django-allauth's, with our words."""

from typing import Any

from allauth.account import forms as compte
from allauth.mfa.base import forms as facteur
from allauth.mfa.totp.forms import ActivateTOTPForm
from django import forms


def _nommer(form: forms.BaseForm, **noms: str | tuple[str, str]) -> None:
    """Label (and hint) of each field; no placeholder: a label stays when one types."""
    for champ in form.fields.values():
        champ.widget.attrs.pop("placeholder", None)
        champ.widget.attrs.pop("autofocus", None)
    for cle, nom in noms.items():
        if cle in form.fields:
            libelle, aide = nom if isinstance(nom, tuple) else (nom, "")
            form.fields[cle].label = libelle
            form.fields[cle].help_text = aide


REGLE = "Douze caractères au moins. Une phrase courte se retient bien."


class Connexion(compte.LoginForm):
    """Signing in: e-mail and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _nommer(self, login="Adresse électronique", password="Mot de passe")  # noqa: S106


class Inscription(compte.SignupForm):
    """A citizen's account. Agents and elected members are invited by their collectivité."""

    prenom = forms.CharField(
        label="Prénom", max_length=80, widget=forms.TextInput({"autocomplete": "given-name"})
    )
    nom = forms.CharField(label="Nom", max_length=80, widget=forms.TextInput({"autocomplete": "family-name"}))
    field_order = ("prenom", "nom", "email", "password1")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _nommer(
            self,
            email=("Adresse électronique", "Nous y envoyons un message pour la vérifier."),
            password1=("Mot de passe", REGLE),
        )


class MotDePasseOublie(compte.ResetPasswordForm):
    """Asking for a reset link."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _nommer(self, email="Adresse électronique")


class NouveauMotDePasse(compte.ResetPasswordKeyForm):
    """Choosing a password from the link received."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _nommer(self, password1=("Nouveau mot de passe", REGLE), password2="Le même, une seconde fois")


class ChangerMotDePasse(compte.ChangePasswordForm):
    """Changing one's password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _nommer(
            self,
            oldpassword="Mot de passe actuel",
            password1=("Nouveau mot de passe", REGLE),
            password2="Le même, une seconde fois",
        )


class Confirmation(compte.ReauthenticateForm):
    """Confirming who one is before a change of security."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _nommer(self, password="Mot de passe")  # noqa: S106


_CODE = ("Code à six chiffres", "Celui qu’affiche votre application, ou un code de secours.")


def _chiffres(form: forms.BaseForm) -> None:
    form.fields["code"].widget.attrs.update({"inputmode": "numeric", "autocomplete": "one-time-code"})


class SecondFacteur(facteur.AuthenticateForm):
    """The second factor, when signing in."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _nommer(self, code=_CODE)
        _chiffres(self)


class SecondFacteurConfirmation(facteur.ReauthenticateForm):
    """The second factor, to confirm a change of security."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _nommer(self, code=_CODE)
        _chiffres(self)


class ActiverApplication(ActivateTOTPForm):
    """Recording an authenticator application."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _nommer(self, code=("Code à six chiffres", "Celui que votre application affiche pour ce compte."))
        _chiffres(self)
