"""E-mails to the citizen who reported and to those who follow: one message, the number, the link, who to call."""

from typing import Any

from apps.grc import jetons
from apps.grc.models import Contact, Evenement, Signalement
from syndicat.notifications import service as notifications


def _contexte(s: Signalement, **plus: Any) -> dict[str, Any]:
    return {"code": s.code, "titre": s.titre, "lieu": s.lieu, "etat": s.get_etat_display(), **plus}


def _envoyer(s: Signalement, modele: str, *, a: str, cle: str, contexte: dict[str, Any]) -> None:
    notifications.envoyer_courriel(
        a=a, modele=f"grc/{modele}", contexte=contexte, cle=cle, rattache=("grc.signalement", str(s.uuid))
    )


def contact_de(s: Signalement) -> Contact | None:
    """The contact, read once."""
    return Contact.objects.filter(signalement=s).first()


def accuser_reception(s: Signalement) -> bool:
    """« Merci, c’est envoyé », with number, link and promised delay. True where an e-mail was written."""
    contact = contact_de(s)
    if contact is None or not contact.par_courriel:
        return False
    contexte = _contexte(
        s,
        lien=jetons.adresse_de_suivi(s),
        reponse_avant=s.reponse_avant,
        reparation_avant=s.reparation_avant,
        equipe=s.categorie.equipe,
    )
    _envoyer(s, "recu", a=contact.courriel, cle=f"grc.recu.{s.uuid}", contexte=contexte)
    return True


def prevenir(s: Signalement, modele: str, evenement: Evenement, **plus: Any) -> int:
    """Tell the reporter and the followers by e-mail; answers how many messages were written."""
    envois = 0
    contact = contact_de(s)
    if contact is not None and contact.par_courriel:
        _envoyer(
            s,
            modele,
            a=contact.courriel,
            cle=f"grc.{modele}.{evenement.pk}.{s.uuid}",
            contexte=_contexte(s, lien=jetons.adresse_de_suivi(s), suiveur=False, **plus),
        )
        envois += 1
    public = s.public
    for suiveur in s.suiveurs.exclude(courriel=""):
        if contact is not None and suiveur.courriel.lower() == contact.courriel.lower():
            continue
        lien = jetons.adresse_publique(s) if public else ""
        _envoyer(
            s,
            modele,
            a=suiveur.courriel,
            cle=f"grc.{modele}.{evenement.pk}.{suiveur.uuid}",
            contexte=_contexte(s, lien=lien, suiveur=True, **plus),
        )
        envois += 1
    return envois
