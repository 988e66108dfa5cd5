"""Which pages the product has: for each route, an address, a host and a session that answer it as HTML."""

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import islice
from typing import Any

from django.conf import settings
from django.http import HttpResponseBase
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from syndicat.membres.models import Collectivite
from syndicat.socle import contexte
from tests.architecture.marche.marcheur import LIEUX, Marcheur
from tests.architecture.marche.routes import Route
from tests.monde import MOT_DE_PASSE
from tests.parcours.connexion import SECRET

#: Routes that answer no page of their own to a GET, each with where it leads.
SANS_PAGE: dict[str, str] = {
    "urls_membre comptes_portail:connexion": "part vers l’hôte de connexion",
    "urls_membre comptes_portail:mon_espace": "part vers le bureau ou le compte",
    "urls_membre notifications:ouvrir": "part vers l’objet de la notification",
    "urls_membre fichiers:servir": "rend un fichier",
    "urls_membre fichiers:servir_commun": "rend un fichier",
    "urls_donnees data_donnees:catalogue_negocie": "part vers le format demandé",
    "urls_donnees data_donnees:catalogue_membre_negocie": "part vers le format demandé",
    "urls_donnees data_donnees:jeu_page": "part vers la page du jeu chez son membre",
    "urls_donnees data_donnees:jeu_negocie": "part vers le format demandé",
    "urls_donnees data_donnees:jeu": "rend des données",
    "urls_donnees data_donnees:donnees": "rend des données",
    "urls_membre comptes_portail:retour": "part vers la page demandée (son refus est vu à part)",
    "urls_public passage": "part de lui-même vers le membre (son refus est vu à part)",
    "urls_public mfa_login_webauthn": "rend un défi au script",
}
ESSAIS = 60
OUBLI = "mot de passe oublié"


@dataclass(frozen=True)
class PageVue:
    """One page to look at: ``qui`` names its session, ``statut`` is the answer expected."""

    cle: str
    qui: str
    hote: str
    url: str
    statut: int = 200
    cookies: tuple[tuple[str, str], ...] = ()


@dataclass
class Recensement:
    """Finds the pages; every request is undone (:meth:`Marcheur.demander`)."""

    marcheur: Marcheur
    compte: Callable[[str], Any]
    pages: list[PageVue] = field(default_factory=list)
    sans_page: dict[str, str] = field(default_factory=dict)
    introuvables: list[str] = field(default_factory=list)
    _centraux: list[tuple[str, Client]] = field(default_factory=list)

    # -- sessions ----------------------------------------------------------------------------------
    def scenes(self, route: Route) -> Iterator[tuple[str, str, Client]]:
        """(who, host, client), the least privileged first."""
        if route.urlconf == settings.URLCONF_CONNEXION:
            self._centraux = self._centraux or list(_centraux(self.compte))
            oubli = route.nom == "account_reset_password_from_key"  # anyone else sees the page of a dead link
            for qui, client in self._centraux:
                if not oubli or qui == OUBLI:
                    yield qui, settings.HOTE_CONNEXION, client
            return
        for hote, slug, role in self.marcheur._scenes(route):
            if not role:
                yield from self._brouillons(route, slug)
            client = self.marcheur.client(slug, role)
            yield f"{slug} {role or 'anonyme'}", hote or _hote(slug), client
            if route.urlconf in LIEUX:
                return

    def _brouillons(self, route: Route, slug: str) -> Iterator[tuple[str, str, Client]]:
        """A citizen in the middle of a report, for the steps that need the answers of the previous ones."""
        if route.nom.startswith("grc_portail:") and slug == self.marcheur.ici.slug and not route.params:
            yield f"{slug} déclarant", _hote(slug), _declarant(self.marcheur.ici)

    # -- values of URL parameters ------------------------------------------------------------------
    def valeurs(self, route: Route) -> Iterable[dict[str, str]]:
        prevues = _valeurs_prevues(route.nom, self.marcheur.ici, self.compte)
        if prevues:
            return prevues
        return self.marcheur.valeurs(route, self.marcheur.objets_ici, self.marcheur.ici)

    def adresse(self, route: Route, kwargs: dict[str, str]) -> str | None:
        """Patterns written as regular expressions have parameters that ``route.params`` does not list."""
        if kwargs and not route.params:
            return reverse(route.nom, kwargs=kwargs, urlconf=route.urlconf)
        return self.marcheur.url(route, kwargs)

    # -- the choice --------------------------------------------------------------------------------
    def chercher(self, route: Route) -> None:
        """The first host and role that answer a page, or why there is none."""
        if route.cle in SANS_PAGE:
            self.sans_page[route.cle] = SANS_PAGE[route.cle]
            return
        refus: set[str] = set()
        for qui, hote, client in self.scenes(route):
            for kwargs in islice(self.valeurs(route), ESSAIS):
                url = self.adresse(route, kwargs)
                if url is None:
                    continue
                reponse = self.marcheur.demander(client, "GET", url, hote)
                genre = reponse.headers.get("Content-Type", "").split(";")[0]
                if reponse.status_code == 200 and genre == "text/html":
                    self.noter(route.cle, qui, hote, url, client)
                    return
                if reponse.status_code == 405 or reponse.status_code == 200:
                    self.sans_page[route.cle] = (
                        "n’accepte que des envois" if reponse.status_code == 405 else genre
                    )
                    return
                refus.add(
                    f"{reponse.status_code} {reponse.headers.get('Location', '').split('?')[0]}".strip()
                )
                if _demande_la_connexion(reponse):
                    break
        self.introuvables.append(
            f"{route.cle} {route.motif} ({', '.join(sorted(refus)[:4]) or 'aucune adresse'})"
        )

    def noter(self, cle: str, qui: str, hote: str, url: str, client: Client, statut: int = 200) -> None:
        cookies = tuple((n, m.value) for n, m in client.cookies.items() if m.value)
        self.pages.append(PageVue(cle, qui, hote, url, statut, cookies))

    def attendre(self, quoi: str, statut: int, url: str, slug: str, role: str = "", hote: str = "") -> None:
        """A page of refusal: it must answer that status, as HTML."""
        client = self.marcheur.client(slug, role)
        reponse = self.marcheur.demander(client, "GET", url, hote or _hote(slug))
        assert reponse.status_code == statut, f"{quoi} : {url} répond {reponse.status_code}"
        self.noter(quoi, f"{slug} {role or 'anonyme'}", hote or _hote(slug), url, client, statut)


def _hote(slug: str) -> str:
    return settings.DOMAINE_BASE if slug == "syndicat" else f"{slug}.{settings.DOMAINE_BASE}"


def _demande_la_connexion(reponse: HttpResponseBase) -> bool:
    return reponse.status_code == 302 and reponse.headers["Location"].startswith("/connexion/")


def _valeurs_prevues(nom: str, membre: Collectivite, compte: Callable[[str], Any]) -> list[dict[str, str]]:
    """Parameters that no column of a member's rows holds: signed words, registry, shared catalogue."""
    from apps.achats.commun.models import Article, Lot, Marche
    from apps.grc import jetons
    from apps.grc.models import Signalement
    from syndicat.notifications import desabonnement

    with contexte.dans(membre):
        if nom in ("grc_portail:merci", "grc_portail:suivre", "grc_portail:avis"):
            return [{"jeton": jetons.jeton_de(s)} for s in Signalement.objects.all()[:3]]
        if nom == "notifications_portail:desabonner":
            return [{"mot": desabonnement.adresse(compte("maire"), "grc").rstrip("/").rsplit("/", 1)[-1]}]
        if nom in ("achats:article", "achats:ajouter"):
            return [{"uuid": str(a.uuid)} for a in Article.objects.au_catalogue(timezone.localdate())[:3]]
    if nom.startswith("achats_syndicat:"):
        modele = {"marche": Marche, "lot": Lot, "article": Article}.get(nom.split(":")[1].split("_")[0])
        if nom == "achats_syndicat:lot_nouveau":
            modele = Marche
        elif nom == "achats_syndicat:article_nouveau":
            modele = Lot
        if (
            modele is not None
            and nom != "achats_syndicat:marches"
            and nom != "achats_syndicat:marche_nouveau"
        ):
            return [{"uuid": str(o.uuid)} for o in modele._default_manager.all()[:3]]
    return {
        "web:adherer": [{"code": "grc"}],
        "web:tableau_membre": [{"slug": membre.slug}],
        "conventions_syndicat:membre": [{"ident": str(membre.ident)}],
        "conventions_syndicat:changer": [{"ident": str(membre.ident), "service": "grc"}],
        "web:annonce_retirer": [{"uuid": str(membre.ident)}],
        "achats:ligne": [{"uuid": str(membre.ident), "article": str(membre.ident)}],
        "data_donnees:catalogue": [{"extension": "ttl"}],
        "data_donnees:catalogue_membre": [{"siren": membre.siren, "extension": "ttl"}],
    }.get(nom, _valeurs_de_connexion(nom, compte))


def _valeurs_de_connexion(nom: str, compte: Callable[[str], Any]) -> list[dict[str, str]]:
    """Keys of e-mails and of security devices, on the sign-in host."""
    from allauth.account.models import EmailAddress, EmailConfirmationHMAC
    from allauth.mfa.models import Authenticator

    if nom == "account_confirm_email":
        adresse, _ = EmailAddress.objects.get_or_create(user=compte("dpo"), email=compte("dpo").email)
        return [{"key": EmailConfirmationHMAC(adresse).key}]
    if nom == "account_reset_password_from_key":
        return [{"uidb36": _cle_de_reinitialisation(compte)[0], "key": "set-password"}]
    if nom in ("mfa_remove_webauthn", "mfa_edit_webauthn"):
        return [{"pk": str(a.pk)} for a in Authenticator.objects.filter(type="webauthn")]
    return []


def _cle_de_reinitialisation(compte: Callable[[str], Any]) -> tuple[str, str]:
    from allauth.account.forms import default_token_generator
    from allauth.account.utils import user_pk_to_url_str

    user = compte("agent")
    return user_pk_to_url_str(user), default_token_generator.make_token(user)


def _declarant(membre: Collectivite) -> Client:
    """A browser whose draft stands beside an open report of the same kind: every step has something to show."""
    from apps.grc import brouillons
    from apps.grc.models import Signalement

    client = Client(headers={"host": _hote(membre.slug)})
    with contexte.dans(membre):
        voisin = Signalement.objects.publics().ouverts().select_related("categorie").first()
        assert voisin is not None, "la démonstration n’a laissé aucun signalement ouvert"
        brouillon, jeton = brouillons.ouvrir()
        brouillons.ecrire(
            brouillon,
            lon=float(voisin.longitude),
            lat=float(voisin.latitude),
            adresse="12, rue de la Gare",
            description="La lampe ne s’allume plus.",
            categorie=voisin.categorie.code,
            preference="courriel",
            courriel="rose.martin@exemple.fr",
        )
    client.cookies[brouillons.COOKIE] = jeton
    return client


def _centraux(compte: Callable[[str], Any]) -> Iterator[tuple[str, Client]]:
    """Browsers on the sign-in host: nobody, a second factor awaited then given, none yet, no password, signed in long ago."""
    anonyme = Client(headers={"host": settings.HOTE_CONNEXION})
    yield "anonyme", anonyme
    yield OUBLI, _qui_a_oublie(compte)
    arme = compte("rssi")
    _equiper(arme)
    yield "second facteur attendu", _a_mi_chemin(arme)
    yield "second facteur", _connecte(arme, mfa=True, recent=True)
    yield "sans second facteur", _connecte(compte("technicien"), mfa=False, recent=True)
    sans_mot_de_passe = compte("archiviste")
    sans_mot_de_passe.set_unusable_password()
    sans_mot_de_passe.save(update_fields=["password"])
    yield "sans mot de passe", _connecte(sans_mot_de_passe, mfa=False, recent=True)
    yield "connexion ancienne", _connecte(arme, mfa=True, recent=False)


def _equiper(user: Any) -> None:
    """A verified address, an authenticator application, rescue codes and a security key."""
    from allauth.account.models import EmailAddress
    from allauth.mfa.models import Authenticator
    from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
    from allauth.mfa.totp.internal.auth import TOTP

    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    TOTP.activate(user, SECRET)
    RecoveryCodes.activate(user)
    Authenticator.objects.create(
        user=user,
        type=Authenticator.Type.WEBAUTHN,
        data={"name": "Clé du bureau", "credential": _cle_de_securite()},
    )


def _cle_de_securite() -> dict[str, Any]:
    """What a browser answers when a security key registers, without attestation."""
    from cryptography.hazmat.primitives.asymmetric import ec
    from fido2.cose import ES256
    from fido2.utils import sha256, websafe_encode
    from fido2.webauthn import (
        AttestationObject,
        AttestedCredentialData,
        AuthenticatorData,
        CollectedClientData,
    )

    publique = ES256.from_cryptography_key(ec.generate_private_key(ec.SECP256R1()).public_key())
    cle = AttestedCredentialData.create(b"\0" * 16, b"cle-du-bureau-01", publique)
    drapeaux = AuthenticatorData.FLAG.UP | AuthenticatorData.FLAG.UV | AuthenticatorData.FLAG.AT
    donnees = AuthenticatorData.create(sha256(settings.HOTE_CONNEXION.encode()), drapeaux, 1, cle)
    client = CollectedClientData.create("webauthn.create", b"defi", f"http://{settings.HOTE_CONNEXION}")
    nom = websafe_encode(cle.credential_id)
    return {
        "id": nom,
        "rawId": nom,
        "type": "public-key",
        "clientExtensionResults": {},
        "response": {
            "clientDataJSON": websafe_encode(client),
            "attestationObject": websafe_encode(AttestationObject.create("none", donnees, {})),
        },
    }


def _connecte(user: Any, *, mfa: bool, recent: bool) -> Client:
    from allauth.account.internal.flows import login

    from syndicat.comptes import sessions
    from syndicat.comptes.models_sessions import ConnexionCentrale

    client = Client(headers={"host": settings.HOTE_CONNEXION})
    client.force_login(user, backend=sessions.BACKEND)
    parent = ConnexionCentrale.objects.create(
        user=user, mfa=mfa, appareil="Essai", expire_at=timezone.now() + timedelta(hours=12)
    )
    session = client.session
    session[sessions.ESPACE], session[sessions.PARENT] = sessions.CENTRAL, str(parent.uuid)
    session[sessions.MFA] = mfa
    session[login._AUTHENTICATION_METHODS_USER_SESSION_KEY] = str(user.pk)
    quand = time.time() - (0 if recent else 7200)
    session[login.AUTHENTICATION_METHODS_SESSION_KEY] = [{"method": "password", "at": quand}]
    session.save()
    return client


def _a_mi_chemin(user: Any) -> Client:
    """The password was right, the second factor is awaited."""
    client = Client(headers={"host": settings.HOTE_CONNEXION})
    client.post("/connexion/", {"login": user.email, "password": MOT_DE_PASSE})
    return client


def _qui_a_oublie(compte: Callable[[str], Any]) -> Client:
    """Came by the link of the e-mail « mot de passe oublié »."""
    uid, cle = _cle_de_reinitialisation(compte)
    client = Client(headers={"host": settings.HOTE_CONNEXION})
    client.get(
        reverse(
            "account_reset_password_from_key",
            kwargs={"uidb36": uid, "key": cle},
            urlconf=settings.URLCONF_CONNEXION,
        )
    )
    return client


def avec_les_refus(recensement: Recensement, voisin: Collectivite) -> None:
    """The pages of what is refused: unknown address, closed service, missing right, broken hand-off."""
    from syndicat.conventions.models import Convention, EtatConvention

    with contexte.dans(voisin):
        Convention.objects.filter(service="achats").update(etat=EtatConvention.SUSPENDUE)
        Convention.objects.filter(service="data").delete()
    ici = recensement.marcheur.ici.slug
    for quoi, statut, url, slug, role, hote in (
        ("404 du portail", 404, "/nulle-part/", ici, "", ""),
        ("404 du bureau", 404, "/bureau/nulle-part/", ici, "maire", ""),
        (
            "404 du bureau, objet inconnu",
            404,
            f"/bureau/grc/{recensement.marcheur.ici.ident}/",
            ici,
            "maire",
            "",
        ),
        ("404 au syndicat", 404, "/syndicat/nulle-part/", "syndicat", "direction", ""),
        ("404 de la connexion", 404, "/nulle-part/", "syndicat", "", settings.HOTE_CONNEXION),
        ("404 des données", 404, "/nulle-part/", "syndicat", "", settings.HOTE_DONNEES),
        ("service fermé", 404, "/bureau/data/", voisin.slug, "agent.rodemack", ""),
        ("403 d’un agent sans le droit", 403, "/bureau/achats/reglages/", ici, "agent.grc", ""),
        ("400 du retour de connexion", 400, "/connexion/retour/", ici, "", ""),
    ):
        recensement.attendre(quoi, statut, url, slug, role, hote)
    connecte = dict(recensement._centraux)["second facteur"]
    anonyme = dict(recensement._centraux)["anonyme"]
    recensement.noter(
        "lien de mot de passe éteint",
        "anonyme",
        settings.HOTE_CONNEXION,
        "/mot-de-passe/nouveau/4-abc-def/",
        anonyme,
    )
    recensement.noter(
        "400 du passage",
        "second facteur",
        settings.HOTE_CONNEXION,
        "/passage/?hote=ailleurs.example",
        connecte,
        400,
    )


def pages_de(routes: Iterable[Route], recensement: Recensement, voisin: Collectivite) -> None:
    """Fill the census with every page of these routes, then the refusals; one session's pages follow each other."""
    for route in routes:
        if "GET" in route.methodes:
            recensement.chercher(route)
    avec_les_refus(recensement, voisin)
    recensement.pages.sort(key=lambda p: (p.hote, p.qui, p.cookies))
