"""Writes of accounts and rights, for the collectivité in scope. Each is journaled; an end closes the sessions it must."""

from collections.abc import Collection
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from allauth.account.models import EmailAddress
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone

from syndicat.comptes import perms, sessions
from syndicat.comptes.acteur import Acteur
from syndicat.comptes.courrier import inviter as envoyer_invitation
from syndicat.comptes.enums import Domaine, MotifDeFin, Role, roles_ouverts
from syndicat.comptes.journal import consigner
from syndicat.comptes.models import Absence, Adhesion, Delegation, Mandat, User
from syndicat.socle.contexte import exiger_portee
from syndicat.socle.manifest import services


def _exiger(by: Acteur, droit: perms.Droit) -> None:
    """Rights never travel: the actor must hold this one in the collectivité in scope (the platform itself excepted)."""
    portee = exiger_portee()
    if by.genre == "systeme":
        return
    if by.portee is None or by.portee.collectivite_id != portee.collectivite_id or not droit(by):
        raise PermissionDenied(droit.__name__)


def lendemain(jour: date) -> datetime:
    """First instant after a civil day, in local time."""
    return timezone.make_aware(datetime.combine(jour + timedelta(days=1), time.min))


def _verifier_role(role: str, themes: Collection[str]) -> None:
    if role not in roles_ouverts(exiger_portee().est_syndicat):
        raise ValidationError({"role": "Ce rôle n’existe pas dans cette collectivité."})
    inconnus = set(themes) - {m.code for m in services()}
    if inconnus:
        raise ValidationError({"themes": "Ce service n’existe pas : " + ", ".join(sorted(inconnus)) + "."})
    if themes and role != Role.AGENT:
        raise ValidationError({"themes": "Seul un agent se voit confier des services."})


@transaction.atomic
def give_adhesion(
    *,
    user: User,
    role: str,
    by: Acteur,
    themes: Collection[str] = (),
    debut: datetime | None = None,
    fin: datetime | None = None,
    fin_de_mandat: date | None = None,
) -> Adhesion:
    """Give a role here. An elected role asks for ``fin_de_mandat`` (last day), and ends with it.

    Raises ValidationError (unknown role, already held, dates), PermissionDenied when ``by`` may not.
    """
    _exiger(by, perms.can_give_adhesion)
    _verifier_role(role, themes)
    if not user.is_active:
        raise ValidationError("Ce compte est désactivé.")
    debut = debut or timezone.now()
    mandat = None
    if role in Role.elus():
        if fin_de_mandat is None:
            raise ValidationError({"fin": "Un rôle d’élu se donne pour un mandat : indiquez sa date de fin."})
        mandat = Mandat.objects.create(
            user=user, fonction=role, debut=timezone.localdate(debut), fin=fin_de_mandat
        )
        fin = lendemain(fin_de_mandat)
    if fin is not None and fin <= debut:
        raise ValidationError({"fin": "La fin précède le début."})
    # a past adhesion of this role leaves its place
    Adhesion.objects.filter(user=user, role=role, revoquee_at__isnull=True, fin__lte=timezone.now()).update(
        revoquee_at=timezone.now(), motif_de_fin=MotifDeFin.DATE
    )
    if Adhesion.objects.filter(user=user, role=role, revoquee_at__isnull=True).exists():
        raise ValidationError("Cette personne tient déjà ce rôle ici.")
    adhesion = Adhesion.objects.create(
        user=user,
        role=role,
        themes=sorted(themes),
        debut=debut,
        fin=fin,
        mandat=mandat,
        donnee_par_id=by.user_id,
    )
    consigner(
        "comptes.adhesion.donner",
        by=by,
        objet=("adhesion", str(adhesion.uuid)),
        droit="comptes.perms.can_give_adhesion",
        detail={"user": str(user.uuid), "role": role, "themes": sorted(themes), "fin": fin},
    )
    return adhesion


@transaction.atomic
def invite(
    *,
    email: str,
    role: str,
    by: Acteur,
    civilite: str = "",
    prenom: str = "",
    nom: str = "",
    themes: Collection[str] = (),
    fin: datetime | None = None,
    fin_de_mandat: date | None = None,
) -> Adhesion:
    """Give a role to an e-mail address: an account is made when there is none, and a message sent either way.

    Nothing tells the inviter whether the account existed. The address is proved by the link of the message.
    """
    _exiger(by, perms.can_give_adhesion)
    email = User.objects.normalize_email(email.strip()).lower()
    validate_email(email)
    user = User.objects.filter(email__iexact=email).first()
    nouveau = user is None
    if user is None:
        user = User.objects.create_user(email, civilite=civilite, prenom=prenom, nom=nom)
        EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    adhesion = give_adhesion(user=user, role=role, by=by, themes=themes, fin=fin, fin_de_mandat=fin_de_mandat)
    envoyer_invitation(adhesion, nouveau=nouveau, par=by.nom)
    return adhesion


@transaction.atomic
def change_themes(*, adhesion: Adhesion, themes: Collection[str], by: Acteur) -> Adhesion:
    """Change the services an agent treats."""
    _exiger(by, perms.can_give_adhesion)
    _verifier_role(adhesion.role, themes)
    adhesion.themes = sorted(themes)
    adhesion.save(update_fields=["themes"])
    consigner(
        "comptes.adhesion.changer",
        by=by,
        objet=("adhesion", str(adhesion.uuid)),
        droit="comptes.perms.can_give_adhesion",
        detail={"themes": adhesion.themes},
    )
    return adhesion


def _reste_quelqu_un(sauf: Adhesion) -> bool:
    autres = Adhesion.objects.en_vigueur().exclude(pk=sauf.pk)
    return autres.filter(role__in=perms.DONNEURS).exists()


def _finir(adhesion: Adhesion, *, motif: MotifDeFin, by: Acteur) -> None:
    """Common end: no date is overwritten, the sessions here close when nothing is left, one line is written."""
    consigner(
        "comptes.adhesion.finir",
        by=by,
        objet=("adhesion", str(adhesion.uuid)),
        droit="" if by.genre == "systeme" else "comptes.perms.can_give_adhesion",
        detail={"user": str(adhesion.user.uuid), "role": adhesion.role, "motif": motif.value},
    )
    if not Adhesion.objects.en_vigueur().de_travail().filter(user_id=adhesion.user_id).exists():
        sessions.fermer_chez(adhesion.user_id)


@transaction.atomic
def revoke_adhesion(*, adhesion: Adhesion, by: Acteur) -> Adhesion:
    """Withdraw a role, at once. The last person able to give rights cannot be withdrawn (ValidationError)."""
    _exiger(by, perms.can_give_adhesion)
    fraiche: Adhesion = Adhesion.objects.select_for_update().get(pk=adhesion.pk)
    if fraiche.revoquee_at is not None:
        return fraiche
    if fraiche.role in perms.DONNEURS and fraiche.est_en_vigueur and not _reste_quelqu_un(fraiche):
        raise ValidationError(
            "Plus personne ne pourrait donner de droits ici. Nommez d’abord une autre personne administratrice."
        )
    fraiche.revoquee_at = timezone.now()
    fraiche.motif_de_fin = MotifDeFin.REVOCATION
    fraiche.save(update_fields=["revoquee_at", "motif_de_fin"])
    _finir(fraiche, motif=MotifDeFin.REVOCATION, by=by)
    return fraiche


@transaction.atomic
def end_mandates(*, by: Acteur, le: date | None = None) -> int:
    """Close the mandates whose last day is before ``le`` (today), and the adhesions given for them. Answers how many."""
    _exiger(by, perms.can_give_adhesion)
    le = le or timezone.localdate()
    nombre = 0
    for mandat in Mandat.objects.select_for_update().filter(clos_at__isnull=True, fin__lt=le):
        mandat.clos_at = timezone.now()
        mandat.save(update_fields=["clos_at"])
        for adhesion in Adhesion.objects.select_for_update().filter(mandat=mandat, revoquee_at__isnull=True):
            adhesion.fin_traitee_at = timezone.now()
            adhesion.fin = min(adhesion.fin or timezone.now(), timezone.now())
            adhesion.motif_de_fin = MotifDeFin.MANDAT
            adhesion.save(update_fields=["fin", "fin_traitee_at", "motif_de_fin"])
            _finir(adhesion, motif=MotifDeFin.MANDAT, by=by)
        for delegation in Delegation.objects.filter(delegant=mandat.user, retiree_at__isnull=True):
            withdraw_delegation(delegation=delegation, by=by)
        nombre += 1
    return nombre


@transaction.atomic
def end_due_adhesions(*, by: Acteur) -> int:
    """Sweep: adhesions past their date. The right ended by itself at that date; this closes sessions and writes the line."""
    _exiger(by, perms.can_give_adhesion)
    nombre = 0
    for adhesion in Adhesion.objects.a_finir().select_for_update(skip_locked=True):
        adhesion.fin_traitee_at = timezone.now()
        adhesion.motif_de_fin = MotifDeFin.DATE
        adhesion.save(update_fields=["fin_traitee_at", "motif_de_fin"])
        _finir(adhesion, motif=MotifDeFin.DATE, by=by)
        nombre += 1
    return nombre


@transaction.atomic
def create_delegation(
    *,
    numero: str,
    delegant: User,
    delegataire: User,
    domaine: str,
    by: Acteur,
    debut: date,
    fin: date | None = None,
    plafond: Decimal | None = None,
    suppleance: bool = False,
) -> Delegation:
    """Record an order of delegation. The delegating authority must be mayor or president here, the delegate one of the team."""
    _exiger(by, perms.can_delegate)
    vigueur = Adhesion.objects.en_vigueur()
    if not vigueur.filter(user=delegant, role__in=(Role.MAIRE, Role.PRESIDENT, Role.DIRECTION)).exists():
        raise ValidationError(
            {"delegant": "Seul le maire, le président ou la direction délègue sa signature."}
        )
    if not vigueur.de_travail().filter(user=delegataire).exists():
        raise ValidationError({"delegataire": "Cette personne n’est pas de l’équipe."})
    if domaine not in Domaine.values:
        raise ValidationError({"domaine": "Ce domaine n’existe pas."})
    delegation = Delegation(
        numero=numero,
        delegant=delegant,
        delegataire=delegataire,
        domaine=domaine,
        plafond=plafond,
        suppleance=suppleance,
        debut=debut,
        fin=fin,
    )
    delegation.full_clean(exclude=["collectivite"])
    delegation.save()
    consigner(
        "comptes.delegation.creer",
        by=by,
        objet=("delegation", str(delegation.uuid)),
        droit="comptes.perms.can_delegate",
        detail={
            "domaine": domaine,
            "delegataire": str(delegataire.uuid),
            "plafond": plafond,
            "debut": debut,
            "fin": fin,
        },
    )
    return delegation


@transaction.atomic
def withdraw_delegation(*, delegation: Delegation, by: Acteur) -> Delegation:
    """Withdraw an order: it signs nothing from now on."""
    _exiger(by, perms.can_delegate)
    if delegation.retiree_at is None:
        delegation.retiree_at = timezone.now()
        delegation.save(update_fields=["retiree_at"])
        consigner(
            "comptes.delegation.retirer",
            by=by,
            objet=("delegation", str(delegation.uuid)),
            droit="" if by.genre == "systeme" else "comptes.perms.can_delegate",
        )
    return delegation


@transaction.atomic
def record_absence(*, user: User, debut: date, fin: date, by: Acteur) -> Absence:
    """Say that a signatory is away, both days included: substitutes sign."""
    _exiger(by, perms.can_delegate)
    if fin < debut:
        raise ValidationError({"fin": "La fin précède le début."})
    absence: Absence = Absence.objects.create(user=user, debut=debut, fin=fin)
    consigner(
        "comptes.absence.noter",
        by=by,
        objet=("absence", str(absence.uuid)),
        droit="comptes.perms.can_delegate",
        detail={"user": str(user.uuid), "debut": debut, "fin": fin},
    )
    return absence


@transaction.atomic
def deactivate_account(*, user: User, by: Acteur) -> None:
    """Close an account at once, everywhere: asked by its owner, or by the syndicate's RSSI after an incident.

    Runs in the scope it is asked from; nothing is deleted (erasure is another, explicit action).
    """
    soi = by.user_id == user.pk
    rssi = by.est_du_syndicat and by.a_role(Role.RSSI)
    if not (soi or rssi or by.genre == "systeme"):
        raise PermissionDenied("deactivate_account")
    User.objects.filter(pk=user.pk).update(is_active=False)
    user.is_active = False
    sessions.fermer_tout(user, motif="desactivation")
    consigner("comptes.compte.desactiver", by=by, objet=("compte", str(user.uuid)))
