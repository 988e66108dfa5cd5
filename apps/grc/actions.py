"""The only writes with consequences: each atomic, by someone, with a journal line, the projections, the e-mails."""

import secrets
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from apps.grc import courriels, regles, suivi
from apps.grc.enums import (
    OUVERTS,
    TRANSITIONS,
    Canal,
    Etat,
    GenreEvenement,
    GenreMessage,
    Moderation,
    Preference,
)
from apps.grc.equipe import Agent
from apps.grc.models import (
    Avis,
    Brouillon,
    Categorie,
    Contact,
    Evenement,
    Message,
    Photo,
    Signalement,
    Suiveur,
)
from syndicat.comptes.acteur import Acteur
from syndicat.conventions.porte import Ouverture, ouverture
from syndicat.fichiers import service as fichiers
from syndicat.journal import consigner
from syndicat.notifications import service as notifications
from syndicat.socle.contexte import exiger_portee
from syndicat.socle.faits import SignalementClos
from syndicat.socle.transition import TransitionRefusee, transition
from syndicat.suivi.faits import publier

SERVICE = "grc"
_GENRE = "grc.signalement"


class NouveauxFermes(ValidationError):
    """The convention is winding down: no new report, tracking goes on."""


def _journal(verbe: str, s: Signalement, by: Acteur, droit: str = "", **detail: Any) -> None:
    consigner(
        f"grc.signalement.{verbe}", by=by, objet=(_GENRE, str(s.uuid)), droit=droit, detail=detail or None
    )


def _evenement(s: Signalement, genre: str, by: Acteur | None = None, **champs: Any) -> Evenement:
    auteur = by.user_id if by is not None and by.genre == "agent" else None
    return Evenement.objects.create(signalement=s, genre=genre, auteur_id=auteur, **champs)


def _verrou(s: Signalement) -> Signalement:
    """The row, locked until the end of the transaction, with its category."""
    return Signalement.objects.select_for_update(of=("self",)).select_related("categorie").get(pk=s.pk)


def _passer(s: Signalement, vers: str) -> None:
    """Change the state by the table, and keep ``echeance`` what it means."""
    transition(s, vers=vers, table=TRANSITIONS)
    _dater(s)


def _dater(s: Signalement) -> None:
    """``echeance``: the next promise to keep, null once closed."""
    s.echeance = None
    if s.etat in OUVERTS:
        s.echeance = s.reponse_avant if s.repondu_at is None else s.prevu_le or s.reparation_avant
    s.save(update_fields=["echeance"])


def _exiger_ouvert(s: Signalement) -> None:
    if s.etat not in OUVERTS:
        raise ValidationError("Ce signalement est clos : rouvrez-le d’abord.", code="clos")


def _nouveau_code() -> str:
    nom = exiger_portee().nom
    for _ in range(20):
        code = regles.composer_code(nom, secrets.choice)
        if not Signalement.objects.filter(code=code).exists():
            return code
    raise RuntimeError("Aucun code libre après vingt essais.")  # 28⁶ codes: not a case to design for


@transaction.atomic
def signaler(
    *,
    by: Acteur,
    cle: str,
    categorie: Categorie,
    longitude: float,
    latitude: float,
    description: str = "",
    adresse: str = "",
    canal: str = Canal.WEB,
    nom: str = "",
    courriel: str = "",
    telephone: str = "",
    preference: str = Preference.AUCUNE,
    photo: Photo | None = None,
) -> Signalement:
    """A citizen (or an agent for them) reports. ``cle`` makes it happen once, however often it is sent.

    Raises :class:`NouveauxFermes` when the convention is winding down, ValidationError on an inactive category.
    """
    deja = Signalement.objects.filter(cle=cle).select_related("categorie").first()
    if deja is not None:
        return deja
    if ouverture(SERVICE) is not Ouverture.OUVERT:
        raise NouveauxFermes("Les nouveaux signalements ne sont plus reçus ici.", code="extinction")
    if not categorie.active:
        raise ValidationError("Ce choix n’est plus proposé.", code="categorie")
    maintenant = timezone.now()
    reponse = regles.promesse(maintenant, categorie.delai_reponse_jours)
    s = Signalement.objects.create(
        code=_nouveau_code(),
        cle=cle,
        categorie=categorie,
        titre=regles.titre_pour(categorie.code, categorie.titre, description),
        description=description.strip(),
        texte_public=regles.masquer(description.strip()),
        adresse=adresse.strip(),
        longitude=round(longitude, 6),
        latitude=round(latitude, 6),
        canal=canal,
        saisi_par_id=by.user_id if by.genre == "agent" and canal != Canal.WEB else None,
        reponse_avant=reponse,
        reparation_avant=regles.promesse(maintenant, categorie.delai_reparation_jours),
        echeance=reponse,
        created_at=maintenant,
    )
    if courriel or telephone or nom:
        Contact.objects.create(
            signalement=s, nom=nom.strip(), courriel=courriel.strip().lower(), telephone=telephone.strip(),
            preference=preference, user_id=by.user_id if by.genre == "citoyen" else None,
        )  # fmt: skip
    if photo is not None:
        Photo.objects.filter(pk=photo.pk, signalement__isnull=True).update(signalement=s)
    _evenement(s, GenreEvenement.RECU, by)
    if courriels.accuser_reception(s):
        _evenement(s, GenreEvenement.PREVENU, precision="accusé de réception et lien de suivi, par e-mail")
    droit = "grc.perms.can_saisir" if canal != Canal.WEB else ""
    _journal("recu", s, by, droit, code=s.code, categorie=categorie.code, canal=canal)
    suivi.projeter(s, by=by)
    return s


@transaction.atomic
def envoyer_brouillon(*, brouillon: Brouillon, categorie: Categorie, by: Acteur) -> Signalement:
    """Turn a draft into a report, once: two tabs or two taps give the same report."""
    verrou = (
        Brouillon.objects.select_for_update(of=("self",))
        .select_related("photo")
        .filter(pk=brouillon.pk)
        .first()
    )
    if verrou is None:
        return Signalement.objects.select_related("categorie").get(cle=brouillon.uuid.hex)
    d = verrou.donnees
    s = signaler(
        by=by,
        cle=verrou.uuid.hex,
        categorie=categorie,
        longitude=d["lon"],
        latitude=d["lat"],
        description=d.get("description", ""),
        adresse=d.get("adresse", ""),
        courriel=d.get("courriel", ""),
        telephone=d.get("telephone", ""),
        preference=d.get("preference", Preference.AUCUNE),
        photo=verrou.photo,
    )
    verrou.delete()
    return s


@transaction.atomic
def attribuer(*, signalement: Signalement, agent: Agent, by: Acteur) -> Signalement:
    """Hand the report to one agent; a new report becomes « lu par l’équipe »."""
    s = _verrou(signalement)
    _exiger_ouvert(s)
    if s.assigne_a_id == agent.user_id:
        return s
    s.assigne_a_id = agent.user_id
    s.save(update_fields=["assigne_a"])
    _evenement(s, GenreEvenement.ATTRIBUE, by, cible_id=agent.user_id)
    if s.etat == Etat.RECU:
        _passer(s, Etat.LU)
        _evenement(s, GenreEvenement.LU, by)
    if agent.user_id != by.user_id:
        notifications.notifier(
            agent.user_id,
            titre=f"{suivi.titre_sans_nom(s)} vous est confié",
            url=suivi.adresse_dossier(s),
            service=SERVICE,
            cle=f"grc.attribue.{s.uuid}.{s.evenements.count()}",
        )
    _journal("attribue", s, by, "grc.perms.can_attribuer", agent=agent.uuid)
    suivi.projeter(s, by=by)
    return s


@transaction.atomic
def prendre(*, signalement: Signalement, by: Acteur, agent: Agent) -> Signalement:
    """An agent takes the report: same as being handed it by oneself."""
    return attribuer(signalement=signalement, agent=agent, by=by)


@transaction.atomic
def lire(*, signalement: Signalement, by: Acteur) -> Signalement:
    """Mark as read by the team (the citizen sees it)."""
    s = _verrou(signalement)
    if s.etat != Etat.RECU:
        return s
    _passer(s, Etat.LU)
    _evenement(s, GenreEvenement.LU, by)
    _journal("lu", s, by, "grc.perms.can_traiter")
    suivi.projeter(s, by=by)
    return s


def _marquer_repondu(s: Signalement) -> None:
    if s.repondu_at is None:
        s.repondu_at = timezone.now()
        s.save(update_fields=["repondu_at"])


def _prevenir(s: Signalement, modele: str, evenement: Evenement, **plus: Any) -> int:
    envois = courriels.prevenir(s, modele, evenement, **plus)
    if envois:
        _evenement(
            s, GenreEvenement.PREVENU, precision=f"par e-mail, {envois} message{'s' if envois > 1 else ''}"
        )
    return envois


@transaction.atomic
def repondre(*, signalement: Signalement, texte: str, by: Acteur) -> Message:
    """A public answer: on the tracking page at once, by e-mail to whoever asked for news."""
    s = _verrou(signalement)
    texte = texte.strip()
    if not texte:
        raise ValidationError("Écrivez votre réponse.", code="vide")
    if s.etat == Etat.REGROUPE:
        raise ValidationError("Ce signalement est regroupé : répondez sur l’autre.", code="regroupe")
    message = Message.objects.create(
        signalement=s, genre=GenreMessage.REPONSE, texte=texte, auteur_id=by.user_id
    )
    _marquer_repondu(s)
    evenement = _evenement(s, GenreEvenement.REPONDU, by, message=message)
    if s.etat == Etat.RECU:
        _passer(s, Etat.LU)
    else:
        _dater(s)
    _prevenir(s, "reponse", evenement, texte=texte)
    _journal("repondu", s, by, "grc.perms.can_traiter", message=message.uuid)
    suivi.projeter(s, by=by)
    return message


@transaction.atomic
def noter(*, signalement: Signalement, texte: str, by: Acteur) -> Message:
    """An internal note: never visible to the citizen, never sent."""
    s = _verrou(signalement)
    texte = texte.strip()
    if not texte:
        raise ValidationError("Écrivez votre note.", code="vide")
    message = Message.objects.create(
        signalement=s, genre=GenreMessage.NOTE, texte=texte, auteur_id=by.user_id
    )
    _evenement(s, GenreEvenement.NOTE, by, message=message)
    _journal("note", s, by, "grc.perms.can_traiter", message=message.uuid)
    return message


@transaction.atomic
def programmer(*, signalement: Signalement, le: date, by: Acteur) -> Signalement:
    """Announce the day of the intervention to the citizen."""
    s = _verrou(signalement)
    if le < timezone.localdate():
        raise ValidationError("Cette date est passée ; choisissez un jour à venir.", code="passee")
    s.prevu_le = le
    s.save(update_fields=["prevu_le"])
    _marquer_repondu(s)
    _passer(s, Etat.PREVU)
    evenement = _evenement(s, GenreEvenement.PREVU, by, le=le)
    _prevenir(s, "prevu", evenement, le=le)
    _journal("prevu", s, by, "grc.perms.can_traiter", le=le)
    suivi.projeter(s, by=by)
    return s


@transaction.atomic
def clore(*, signalement: Signalement, resolu: bool, texte: str, by: Acteur) -> Signalement:
    """Close: solved, or without further action; the citizen is always told why (``texte`` is required)."""
    s = _verrou(signalement)
    _exiger_ouvert(s)
    texte = texte.strip()
    if not texte:
        raise ValidationError(
            "Dites à l’habitant ce qui a été fait, ou pourquoi rien ne le sera.", code="vide"
        )
    message = Message.objects.create(
        signalement=s, genre=GenreMessage.REPONSE, texte=texte, auteur_id=by.user_id
    )
    s.clos_at = timezone.now()
    s.save(update_fields=["clos_at"])
    _marquer_repondu(s)
    vers = Etat.RESOLU if resolu else Etat.SANS_SUITE
    _passer(s, vers)
    genre = GenreEvenement.RESOLU if resolu else GenreEvenement.SANS_SUITE
    evenement = _evenement(s, genre, by, message=message)
    _prevenir(s, "clos", evenement, texte=texte, resolu=resolu)
    _journal("clos", s, by, "grc.perms.can_traiter", etat=vers)
    suivi.projeter(s, by=by)
    publier(SignalementClos(uuid=str(s.uuid)))
    return s


@transaction.atomic
def rouvrir(*, signalement: Signalement, by: Acteur, droit: str = "grc.perms.can_traiter") -> Signalement:
    """Open again a closed report: same number, same link, a new delay from today."""
    s = _verrou(signalement)
    if s.etat in OUVERTS:
        raise TransitionRefusee("Ce signalement est déjà ouvert.", code="transition")
    _passer(s, Etat.LU)
    s.clos_at, s.prevu_le = None, None
    s.reparation_avant = regles.promesse(timezone.now(), s.categorie.delai_reparation_jours)
    s.save(update_fields=["clos_at", "prevu_le", "reparation_avant"])
    _dater(s)
    _evenement(s, GenreEvenement.ROUVERT, by)
    _journal("rouvert", s, by, droit)
    suivi.projeter(s, by=by)
    return s


@transaction.atomic
def regrouper(*, signalement: Signalement, dans: Signalement, by: Acteur) -> Signalement:
    """Merge a duplicate into another: its reporter follows the other and keeps their own link."""
    if signalement.pk == dans.pk:
        raise ValidationError("Un signalement ne se regroupe pas avec lui-même.", code="meme")
    premier, second = sorted((signalement, dans), key=lambda x: x.pk)  # one order of locks: no deadlock
    verrous = {premier.pk: _verrou(premier), second.pk: _verrou(second)}
    s, cible = verrous[signalement.pk], verrous[dans.pk]
    if cible.etat == Etat.REGROUPE:
        raise ValidationError("L’autre signalement est lui-même regroupé.", code="regroupe")
    s.regroupe_dans, s.clos_at = cible, timezone.now()
    s.save(update_fields=["regroupe_dans", "clos_at"])
    _passer(s, Etat.REGROUPE)
    contact = courriels.contact_de(s)
    _suivre(cible, cle=s.cle, courriel=contact.courriel if contact and contact.par_courriel else "")
    for suiveur in s.suiveurs.all():
        _suivre(cible, cle=suiveur.cle, courriel=suiveur.courriel)
    evenement = _evenement(s, GenreEvenement.REGROUPE, by, precision=cible.code)
    _prevenir(s, "regroupe", evenement, autre=cible.code)
    _evenement(cible, GenreEvenement.SUIVI, by, precision=s.code)
    _journal("regroupe", s, by, "grc.perms.can_traiter", dans=cible.uuid)
    suivi.projeter(s, by=by)
    return s


def _suivre(s: Signalement, *, cle: str, courriel: str) -> bool:
    """Add a follower once, by key and by address. True where one was added."""
    deja = s.suiveurs.filter(cle=cle).first()
    if deja is not None:
        if courriel and not deja.courriel and not s.suiveurs.filter(courriel=courriel).exists():
            deja.courriel = courriel
            deja.save(update_fields=["courriel"])
        return False
    if courriel and s.suiveurs.filter(courriel=courriel).exists():
        return False
    Suiveur.objects.create(signalement=s, cle=cle, courriel=courriel)
    return True


@transaction.atomic
def suivre(*, signalement: Signalement, cle: str, by: Acteur, courriel: str = "") -> bool:
    """« Moi aussi »: follow a public open report. True where the count grew."""
    s = _verrou(signalement)
    if not s.public or s.etat not in OUVERTS:
        raise ValidationError("Ce signalement ne peut plus être suivi.", code="clos")
    ajoute = _suivre(s, cle=cle, courriel=courriel.strip().lower())
    if ajoute:
        _evenement(s, GenreEvenement.SUIVI)
        _journal("suivi", s, by)
    return ajoute


@transaction.atomic
def donner_avis(*, signalement: Signalement, regle: bool, by: Acteur, commentaire: str = "") -> Avis:
    """The citizen's last word once closed; « pas encore » reopens a report said solved."""
    s = _verrou(signalement)
    if s.etat not in (Etat.RESOLU, Etat.SANS_SUITE):
        raise ValidationError("Ce signalement n’est pas clos.", code="ouvert")
    avis, _ = Avis.objects.update_or_create(
        signalement=s,
        defaults={"regle": regle, "commentaire": commentaire.strip(), "created_at": timezone.now()},
    )
    _evenement(s, GenreEvenement.AVIS, precision="réglé" if regle else "pas encore réglé")
    if commentaire.strip():
        Message.objects.create(signalement=s, genre=GenreMessage.HABITANT, texte=commentaire.strip())
    _journal("avis", s, by, regle=regle)
    if not regle and s.etat == Etat.RESOLU:
        rouvrir(signalement=s, by=by, droit="")
    return avis


@transaction.atomic
def moderer(
    *, signalement: Signalement, publier_: bool, texte_public: str, titre: str, photos: bool, by: Acteur
) -> Signalement:
    """Decide what everyone may read: title, words, photo. ``publier_`` False hides the report from the portal."""
    s = _verrou(signalement)
    s.moderation = Moderation.PUBLIEE if publier_ else Moderation.MASQUEE
    s.texte_public = texte_public.strip()
    s.titre = titre.strip() or s.titre
    s.save(update_fields=["moderation", "texte_public", "titre"])
    for photo in s.photos.select_related("fichier"):
        photo.moderation = Moderation.PUBLIEE if photos and publier_ else Moderation.MASQUEE
        photo.save(update_fields=["moderation"])
        fichiers.rendre_public(photo.fichier, public=photo.moderation == Moderation.PUBLIEE, by=by)
    _evenement(s, GenreEvenement.MODERE, by, precision="publié" if publier_ else "masqué")
    _journal("modere", s, by, "grc.perms.can_traiter", moderation=s.moderation, photos=photos)
    suivi.projeter(s, by=by)
    return s
