"""The walk itself. Requests run inside a savepoint that is always undone, so that order does not matter."""

import itertools
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db import transaction
from django.http import HttpResponseBase
from django.test import Client
from django.urls import NoReverseMatch, reverse

from syndicat.membres.models import Collectivite
from tests.architecture.marche import canaris
from tests.architecture.marche.routes import Route

ABSENTE = "405"
REFUS = (401, 403, 404, 405)
LIEUX = {settings.URLCONF_CONNEXION: settings.HOTE_CONNEXION, settings.URLCONF_DONNEES: settings.HOTE_DONNEES}
FIXES: dict[str, tuple[str, ...]] = {
    "variante": ("ecran", "vignette"),
    "extension": ("ttl", "jsonld"),
    "format_": ("csv", "geojson"),
    "format": ("csv", "ttl"),
    "service": ("grc", "achats"),
    "theme": ("grc",),
    "page": ("1",),
    "etape": ("photo", "lieu", "quoi"),
    "jour": ("2026-11-02",),
    "version": ("1",),
    "traitement": ("journal.lignes",),
}
#: Accounts walked in CI: one per set of equal permissions; MARCHE=complete walks all of tests.monde.COMPTES.
ROLES_CI = ("", "maire", "admin", "agent", "agent.achats", "dpo", "habitant")
ROLES_COMPLETS = (*ROLES_CI, "adjoint", "agent.grc")
ROLES_SYNDICAT = ("direction", "catalogue", "conventions")
ROLES_SYNDICAT_COMPLETS = (*ROLES_SYNDICAT, "finances", "rssi", "archiviste", "technicien")
COMPLETE = os.environ.get("MARCHE") == "complete"


@dataclass
class Fuite:
    """A refusal that did not come, or a foreign canary in an answer."""

    route: str
    methode: str
    role: str
    statut: int
    pourquoi: str


@dataclass
class Marcheur:
    """Walks the routes at one member (``ici``) with the rows of another (``ailleurs``)."""

    ici: Collectivite
    ailleurs: Collectivite
    visite: Callable[..., Client]
    fuites: list[Fuite] = field(default_factory=list)
    pannes: set[str] = field(default_factory=set)
    requetes: int = 0
    _clients: dict[tuple[str, str], Client] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.marque = canaris.marque(self.ailleurs)
        self.communs = canaris.objets_communs()
        self.objets_ici = canaris.objets(self.ici)
        self.objets_ailleurs = canaris.objets(self.ailleurs)
        self.etrangers = canaris.identifiants(self.ailleurs) - canaris.identifiants(self.ici)

    # -- clients -------------------------------------------------------------------------------
    def client(self, slug: str, role: str) -> Client:
        if (slug, role) not in self._clients:
            client = self.visite(slug, role)
            client.raise_request_exception = False
            self._clients[slug, role] = client
        return self._clients[slug, role]

    def roles(self) -> tuple[str, ...]:
        return ROLES_COMPLETS if COMPLETE else ROLES_CI

    def demander(self, client: Client, methode: str, url: str, hote: str = "") -> HttpResponseBase:
        self.requetes += 1
        entetes = {"host": hote} if hote else None
        biscuits = client.cookies.copy()
        try:
            with transaction.atomic():
                try:
                    reponse = client.generic(methode, url, headers=entetes)
                finally:
                    transaction.set_rollback(True)
                if reponse.status_code >= 500:
                    exc = getattr(reponse, "exc_info", None)
                    self.pannes.add(f"{methode} {url} : {exc[1] if exc else reponse.status_code}"[:300])
                return reponse
        finally:
            client.cookies = biscuits

    # -- values of URL parameters ----------------------------------------------------------------
    def etiquettes(self, route: Route) -> list[str]:
        """App labels whose objects the parameters of a route may name."""
        morceaux = route.vue.split(".")
        nom = morceaux[1] if len(morceaux) > 1 else ""
        return [nom, f"{nom}_commun", "droits"] if nom else []

    def valeurs(
        self, route: Route, objets: dict[str, list[dict[str, Any]]], membre: Collectivite
    ) -> Iterator[dict[str, str]]:
        """Candidate keyword arguments, a few per kind of object."""
        if not route.params:
            yield {}
            return
        lignes = [
            ligne
            for e in self.etiquettes(route)
            for source in (objets, self.communs)
            for ligne in source.get(e, ())
        ]
        choix: list[list[str]] = []
        for nom, convertisseur in route.params:
            if nom in FIXES:
                choix.append(list(FIXES[nom]))
            elif nom in ("siren", "slug", "ident"):
                choix.append([str(getattr(membre, nom))])
            elif nom == "code" and convertisseur == "SlugConverter":  # of a service
                choix.append(list(FIXES["service"]))
            else:
                choix.append(_candidats(nom, convertisseur, lignes))
        for combinaison in itertools.islice(itertools.product(*choix), 24):
            yield dict(zip((n for n, _ in route.params), combinaison, strict=True))

    def url(self, route: Route, kwargs: dict[str, str]) -> str | None:
        if not route.params:
            return route.motif.replace("<", "").replace("$", "").replace("^", "")
        try:
            return reverse(route.nom, kwargs=kwargs, urlconf=route.urlconf)
        except NoReverseMatch:
            return None

    # -- the three checks ------------------------------------------------------------------------
    def atteindre(self, route: Route, methode: str) -> str:
        """Positive control: a role that this route × method answers, as « host role status »; :data:`ABSENTE` where
        the view itself has no such method; "" where nobody is answered.
        """
        for hote, slug, role in self._scenes(route):
            for kwargs in self.valeurs(route, self.objets_ici, self.ici):
                url = self.url(route, kwargs)
                if url is None:
                    continue
                reponse = self.demander(self.client(slug, role), methode, url, hote)
                if reponse.status_code == 405:
                    return ABSENTE
                if _vers_connexion(reponse):
                    break  # the same answer for every object
                if _atteint(reponse):
                    return f"{slug} {role or 'anonyme'} {reponse.status_code}"
        return ""

    def _scenes(self, route: Route) -> list[tuple[str, str, str]]:
        if route.urlconf in LIEUX:
            return [(LIEUX[route.urlconf], "syndicat", r) for r in ("", "direction")]
        ici = [("", self.ici.slug, r) for r in self.roles()]
        return ici + [("", "syndicat", r) for r in (ROLES_SYNDICAT_COMPLETS if COMPLETE else ROLES_SYNDICAT)]

    def objet_etranger(self, route: Route, methode: str) -> None:
        """Every role here, asking for the other member's objects: refused, and nothing of theirs said."""
        if not route.params or route.urlconf in LIEUX:
            return
        for kwargs in itertools.islice(self.valeurs(route, self.objets_ailleurs, self.ailleurs), 3):
            if not set(kwargs.values()) & self.etrangers:
                continue
            url = self.url(route, kwargs)
            for role in self.roles() if url else ():
                reponse = self.demander(self.client(self.ici.slug, role), methode, str(url))
                if reponse.status_code not in REFUS and not _vers_connexion(reponse):
                    self._noter(route, methode, role, reponse, f"objet étranger servi : {url}")
                self._sans_canari(route, methode, role, reponse, sauf=set(kwargs.values()))

    def page_ici(self, route: Route) -> None:
        """Every role's page here: without any of the other member's canaries."""
        if route.params or route.urlconf in LIEUX or "GET" not in route.methodes:
            return
        for role in self.roles():
            reponse = self.demander(self.client(self.ici.slug, role), "GET", str(self.url(route, {})))
            self._sans_canari(route, "GET", role, reponse)

    def session_etrangere(self, route: Route, methode: str, role: str, *, publique: bool) -> None:
        """A session of the other member, presented here: worth no session at all."""
        if route.urlconf in LIEUX:
            return
        for kwargs in itertools.islice(self.valeurs(route, self.objets_ici, self.ici), 1):
            url = self.url(route, kwargs)
            if url is None:
                continue
            reponse = self.demander(
                self.client(self.ailleurs.slug, role), methode, url, f"{self.ici.slug}.localhost"
            )
            if publique:
                continue
            if reponse.status_code not in REFUS and not _vers_connexion(reponse):
                self._noter(
                    route, methode, f"{role}@{self.ailleurs.slug}", reponse, "session étrangère acceptée"
                )

    def _sans_canari(
        self, route: Route, methode: str, role: str, reponse: HttpResponseBase, sauf: set[str] | None = None
    ) -> None:
        corps = _texte(reponse)
        if self.marque in corps:
            self._noter(route, methode, role, reponse, f"canari {self.marque} dans la réponse")
        vus = [i for i in self.etrangers - (sauf or set()) if i in corps]
        if vus:
            self._noter(route, methode, role, reponse, f"identifiant étranger {vus[0]} dans la réponse")

    def _noter(self, route: Route, methode: str, role: str, reponse: HttpResponseBase, pourquoi: str) -> None:
        self.fuites.append(Fuite(route.cle, methode, role or "anonyme", reponse.status_code, pourquoi))


def _candidats(nom: str, convertisseur: str, lignes: list[dict[str, Any]]) -> list[str]:
    uuids = convertisseur == "UUIDConverter" or nom == "uuid" or nom.endswith("_uuid")
    trouves: list[str] = []
    for ligne in lignes:
        for champ, valeur in ligne.items():
            texte = str(valeur)
            est_uuid = len(texte) == 36 and texte.count("-") == 4
            if valeur and (est_uuid if uuids else champ == nom) and texte not in trouves:
                trouves.append(texte)
    return trouves


def _vers_connexion(reponse: HttpResponseBase) -> bool:
    return reponse.status_code in (301, 302, 303) and "connexion" in reponse.headers.get("Location", "")


def _atteint(reponse: HttpResponseBase) -> bool:
    """2xx, 3xx elsewhere than to sign-in, or a refusal by the view itself (400, 409, 422, 429)."""
    return (reponse.status_code < 400 and not _vers_connexion(reponse)) or reponse.status_code in (
        400,
        409,
        410,
        415,
        422,
    )


def _texte(reponse: HttpResponseBase) -> str:
    if getattr(reponse, "streaming", False):
        return ""
    return bytes(getattr(reponse, "content", b"")).decode("utf-8", "replace")
