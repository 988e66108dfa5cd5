"""URLs of the sign-in host: django-allauth's views under French addresses, and the hand-off."""

from allauth.account import views as compte
from allauth.mfa.base import views as facteur
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as application
from allauth.mfa.webauthn import views as cles
from django.urls import path, re_path

from syndicat.comptes import vues_connexion as vues

urlpatterns = [
    path("", vues.accueil, name="accueil_connexion"),
    path("passage/", vues.passage, name="passage"),
    path("securite-requise/", vues.securite_requise, name="securite_requise"),
    path("connexions/", vues.connexions, name="connexions"),
    path("connexions/fermer/", vues.fermer, name="connexions_fermer"),
    # account
    path("connexion/", compte.login, name="account_login"),
    path("deconnexion/", compte.logout, name="account_logout"),
    path("inscription/", compte.signup, name="account_signup"),
    path("compte-desactive/", compte.account_inactive, name="account_inactive"),
    path("confirmer-identite/", compte.reauthenticate, name="account_reauthenticate"),
    path("adresse/", compte.email, name="account_email"),
    path("adresse/a-verifier/", compte.email_verification_sent, name="account_email_verification_sent"),
    re_path(r"^adresse/verifier/(?P<key>[-:\w]+)/$", compte.confirm_email, name="account_confirm_email"),
    path("mot-de-passe/", compte.password_change, name="account_change_password"),
    path("mot-de-passe/choisir/", compte.password_set, name="account_set_password"),
    path("mot-de-passe/oublie/", compte.password_reset, name="account_reset_password"),
    path("mot-de-passe/oublie/envoye/", compte.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^mot-de-passe/nouveau/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        compte.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "mot-de-passe/change/",
        compte.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    # second factor
    path("securite/", facteur.index, name="mfa_index"),
    path("second-facteur/", facteur.authenticate, name="mfa_authenticate"),
    path("second-facteur/confirmer/", facteur.reauthenticate, name="mfa_reauthenticate"),
    path("securite/application/activer/", application.activate_totp, name="mfa_activate_totp"),
    path("securite/application/retirer/", application.deactivate_totp, name="mfa_deactivate_totp"),
    path("securite/codes/", codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("securite/codes/nouveaux/", codes.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("securite/codes/telecharger/", codes.download_recovery_codes, name="mfa_download_recovery_codes"),
    path("securite/cles/", cles.list_webauthn, name="mfa_list_webauthn"),
    path("securite/cles/ajouter/", cles.add_webauthn, name="mfa_add_webauthn"),
    path("securite/cles/confirmer/", cles.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"),
    path("securite/cles/<int:pk>/retirer/", cles.remove_webauthn, name="mfa_remove_webauthn"),
    path("securite/cles/<int:pk>/", cles.edit_webauthn, name="mfa_edit_webauthn"),
    path("connexion/cle/", cles.login_webauthn, name="mfa_login_webauthn"),
]
