"""Routes the walker does not reach, each with its reason; printed and counted at every run."""

#: (route key prefix, method or "*", reason)
EXEMPTIONS: tuple[tuple[str, str, str], ...] = (
    *(
        (
            f"urls_public {nom}",
            "*",
            "compte de la personne elle-même, sans donnée de membre : tests/syndicat/comptes",
        )
        for nom in ("account_", "mfa_", "connexions", "passage", "securite_requise", "accueil_connexion")
    ),
    (
        "urls_membre comptes_portail:retour",
        "*",
        "code à usage unique : tests/syndicat/comptes/test_passage.py",
    ),
    ("urls_membre grc_portail:suivre", "*", "lien signé : tests/grc/test_portail.py"),
    ("urls_membre grc_portail:avis", "*", "lien signé : tests/grc/test_portail.py"),
    ("urls_membre grc_portail:merci", "*", "lien signé : tests/grc/test_portail.py"),
    ("urls_membre notifications_portail:desabonner", "*", "mot signé : tests/syndicat/notifications"),
    ("urls_membre web:annonce_retirer", "*", "aucune annonce en démonstration : tests/syndicat/web"),
    ("urls_membre fichiers:transfert", "*", "en-têtes du protocole tus exigés : tests/syndicat/fichiers"),
    (
        "urls_membre comptes:retirer_delegation",
        "POST",
        "aucune délégation en démonstration : tests/syndicat/comptes",
    ),
    ("urls_membre grc:regrouper", "POST", "demande l’autre dossier dans le corps : tests/grc"),
    ("urls_membre grc_portail:moi_aussi", "POST", "demande le code dans le corps : tests/grc"),
    ("urls_membre achats:ligne", "POST", "demande une ligne du panier de la personne : tests/achats"),
    ("urls_membre fichiers:servir", "*", "variantes faites par le worker : tests/syndicat/fichiers"),
)


def raison(cle: str, methode: str) -> str:
    """Why this route × method is left out, or an empty string."""
    for prefixe, m, pourquoi in EXEMPTIONS:
        if cle.startswith(prefixe) and m in ("*", methode):
            return pourquoi
    return ""
