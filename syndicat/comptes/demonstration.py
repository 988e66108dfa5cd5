"""Accounts of the demonstration: one for each role, a village secretary of five communes, a citizen. Never in production.

Addresses end in ``.exemple``, which no one can own; every account has the same password and the same TOTP secret.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa import app_settings
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.contrib.auth.hashers import make_password
from django.utils import timezone

from syndicat.comptes import actions
from syndicat.comptes.acteur import Acteur
from syndicat.comptes.enums import Role
from syndicat.comptes.models import Adhesion, Delegation, User
from syndicat.socle import contexte
from syndicat.socle.contexte import Portee

MOT_DE_PASSE = "la Moselle en commun"
SECRET = "MOSELLE57DEMOMOSELLE57DEMOMOSELL"  # noqa: S105 - idem, in base 32
FIN_DE_MANDAT = date(2032, 3, 31)
HETTANGE = "hettange-grande"
SECRETARIAT = ("basse-rentgen", "evrange", "hagen", "mondorff", "puttelange-les-thionville")


@dataclass(frozen=True)
class Compte:
    """An account, and where it holds which role. ``themes``: codes, or "*" for all."""

    courriel: str
    civilite: str
    prenom: str
    nom: str
    role: str
    chez: tuple[str, ...]
    themes: tuple[str, ...] = ()
    note: str = ""


COMPTES: tuple[Compte, ...] = (
    Compte("maire@hettange.exemple", "Mme", "Claire", "Muller", Role.MAIRE, (HETTANGE,)),
    Compte(
        "adjoint@hettange.exemple",
        "M.",
        "Paul",
        "Adam",
        Role.ADJOINT,
        (HETTANGE,),
        note="signe les commandes jusqu’à 4 000 €",
    ),
    Compte("administratrice@hettange.exemple", "Mme", "Anne", "Kieffer", Role.ADMINISTRATEUR, (HETTANGE,)),
    Compte(
        "agent@hettange.exemple", "M.", "Luc", "Weber", Role.AGENT, (HETTANGE,), ("*",), "tous les services"
    ),
    Compte(
        "voirie@hettange.exemple", "Mme", "Nadia", "Becker", Role.AGENT, (HETTANGE,), ("grc",), "signalements"
    ),
    Compte(
        "achats@hettange.exemple",
        "M.",
        "Hugo",
        "Schmitt",
        Role.AGENT,
        (HETTANGE,),
        ("achats",),
        "catalogue et commandes",
    ),
    Compte("dpo@hettange.exemple", "Mme", "Léa", "Hoffmann", Role.DPO, (HETTANGE,)),
    Compte(
        "secretaire@villages.exemple",
        "Mme",
        "Odile",
        "Schneider",
        Role.AGENT,
        SECRETARIAT,
        ("*",),
        "cinq communes",
    ),
    Compte("maire@rodemack.exemple", "M.", "Jean", "Klein", Role.MAIRE, ("rodemack",)),
    Compte(
        "presidente@ccce.exemple", "Mme", "Marthe", "Thill", Role.PRESIDENT, ("cc-de-cattenom-et-environs",)
    ),
    Compte("direction@syndicat.exemple", "Mme", "Sophie", "Lang", Role.DIRECTION, ("syndicat",)),
    Compte("catalogue@syndicat.exemple", "M.", "Karim", "Benali", Role.CATALOGUE, ("syndicat",)),
    Compte("conventions@syndicat.exemple", "Mme", "Julie", "Nicolas", Role.CONVENTIONS, ("syndicat",)),
    Compte("finances@syndicat.exemple", "M.", "Éric", "Simon", Role.FINANCES, ("syndicat",)),
    Compte("rssi@syndicat.exemple", "Mme", "Inès", "Robert", Role.RSSI, ("syndicat",)),
    Compte("archiviste@syndicat.exemple", "M.", "Louis", "Marchal", Role.ARCHIVISTE, ("syndicat",)),
    Compte("technicien@syndicat.exemple", "M.", "Tom", "Gérard", Role.TECHNICIEN, ("syndicat",)),
    Compte("administrateur@syndicat.exemple", "Mme", "Denise", "Faber", Role.ADMINISTRATEUR, ("syndicat",)),
    Compte(
        "habitante@courriel.exemple",
        "Mme",
        "Rose",
        "Martin",
        Role.CITOYEN,
        (HETTANGE,),
        note="sans second facteur",
    ),
)


def code_du_moment() -> str:
    """The six digits every demonstration account's application would show now."""
    return str(format_hotp_value(hotp_value(SECRET, int(time.time()) // app_settings.TOTP_PERIOD)))


def _compte(c: Compte, mot: Callable[[], str]) -> User:
    user = User.objects.filter(email=c.courriel).first()
    if user is None:
        user = User.objects.create(
            email=c.courriel, password=mot(), civilite=c.civilite, prenom=c.prenom, nom=c.nom
        )
    EmailAddress.objects.get_or_create(
        user=user, email=user.email, defaults={"verified": True, "primary": True}
    )
    if c.role != Role.CITOYEN and not Authenticator.objects.filter(user=user).exists():
        TOTP.activate(user, SECRET)
    return user


def construire(portees: dict[str, Portee], themes: tuple[str, ...]) -> list[Compte]:
    """Make the accounts whose collectivités are among ``portees`` (by slug). Idempotent; answers those made or found."""
    hache: list[str] = []

    def mot() -> str:
        if not hache:
            hache.append(make_password(MOT_DE_PASSE))
        return hache[0]

    faits = []
    for c in COMPTES:
        presents = [portees[slug] for slug in c.chez if slug in portees]
        if not presents:
            continue
        user = _compte(c, mot)
        for portee in presents:
            with contexte.dans(portee):
                _donner(user, c, tuple(t for t in themes if "*" in c.themes or t in c.themes))
        faits.append(c)
    if HETTANGE in portees:
        with contexte.dans(portees[HETTANGE]):
            _deleguer()
    return faits


def _donner(user: User, c: Compte, themes: tuple[str, ...]) -> None:
    if Adhesion.objects.filter(user=user, role=c.role, revoquee_at__isnull=True).exists():
        return
    par = Acteur.systeme("demo")
    elu = c.role in Role.elus()
    actions.give_adhesion(
        user=user, role=c.role, by=par, themes=themes, fin_de_mandat=FIN_DE_MANDAT if elu else None
    )


def _deleguer() -> None:
    if Delegation.objects.exists():
        return
    gens = {u.email.split("@")[0]: u for u in User.objects.filter(email__endswith="@hettange.exemple")}
    par, jour = Acteur.systeme("demo"), timezone.localdate()
    commun: dict[str, Any] = {"delegant": gens["maire"], "debut": jour, "fin": FIN_DE_MANDAT, "by": par}
    actions.create_delegation(
        numero="2026-041", delegataire=gens["adjoint"], domaine="commandes", plafond=Decimal(4000), **commun
    )
    actions.create_delegation(
        numero="2026-042", delegataire=gens["administratrice"], domaine="courriers", suppleance=True, **commun
    )
