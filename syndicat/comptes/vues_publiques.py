"""The reviewed list of what answers without signing in, by URL name. Everything else asks for an account.

A view here carries ``@login_not_required`` (or is a DRF view that says who may); ``tests/syndicat/comptes`` compares this list with
the routes in both directions. A line added is a line to review.
"""

#: On a member's host (and the syndicate's).
VUES_PUBLIQUES: frozenset[str] = frozenset(
    {
        # shell
        "theme_css",
        "icone_site",
        "web:recherche_portail",
        "web:fond_de_plan",
        "web:accueil",
        "web:services",
        "web:horaires",
        "web:aide",
        "web:accessibilite",
        "web:mentions",
        "web:donnees_personnelles",
        "web:conditions",
        "web:plan_du_site",
        # files: the object's own predicate decides
        "fichiers:servir",
        "fichiers:servir_commun",
        # open data: what the collectivité publishes, for anybody
        "data_portail:liste",
        "data_portail:jeu",
        # leaving e-mails: the signed word in the link is the authority
        "notifications_portail:desabonner",
        # signalements: the citizen’s journey, tracking by signed word or code, the anonymised list
        "grc_portail:signaler",
        "grc_portail:lieu",
        "grc_portail:plan_svg",
        "grc_portail:quoi",
        "grc_portail:suggestion",
        "grc_portail:deja",
        "grc_portail:suivi_merci",
        "grc_portail:contact",
        "grc_portail:verifier",
        "grc_portail:abandonner",
        "grc_portail:merci",
        "grc_portail:suivre_code",
        "grc_portail:suivre",
        "grc_portail:avis",
        "grc_portail:liste",
        "grc_portail:fiche",
        "grc_portail:moi_aussi",
        "grc_api:signalements",  # POST only: reading asks can_lire
        # sign-in, sign-out
        "comptes_portail:connexion",
        "comptes_portail:retour",
        "comptes_portail:deconnexion",
        # description of the API
        "api_portail:schema",
    }
)

#: On the sign-in host.
VUES_PUBLIQUES_CONNEXION: frozenset[str] = frozenset(
    {
        "theme_css",
        "icone_site",
        "accueil_connexion",
        "account_login",
        "account_logout",
        "account_signup",
        "account_inactive",
        "account_email_verification_sent",
        "account_confirm_email",
        "account_reset_password",
        "account_reset_password_done",
        "account_reset_password_from_key",
        "account_reset_password_from_key_done",
        "mfa_authenticate",
        "mfa_login_webauthn",
    }
)

#: On the harvesters' host: all of it is public, read only, and shows published rows alone.
VUES_PUBLIQUES_DONNEES: frozenset[str] = frozenset(
    {
        "theme_css",
        "icone_site",
        "data_donnees:accueil",
        "data_donnees:accueil_membre",
        "data_donnees:catalogue",
        "data_donnees:catalogue_negocie",
        "data_donnees:catalogue_membre",
        "data_donnees:catalogue_membre_negocie",
        "data_donnees:jeu",
        "data_donnees:jeu_page",
        "data_donnees:jeu_negocie",
        "data_donnees:donnees",
    }
)
