"""The hand-off from the sign-in host to a member's host: signed, single use, sixty seconds, one host, one browser.

The member's host puts a secret in a cookie of its own (the browser's token) and sends its digest along; the sign-in host answers
with a code posted to that host. The code opens a session only where that cookie is.
"""

import secrets
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.core.signing import BadSignature, TimestampSigner
from django.http.request import split_domain_port
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from syndicat.comptes.models_sessions import ConnexionCentrale, Passage
from syndicat.comptes.sessions import empreinte, est_empreinte
from syndicat.membres import annuaire
from syndicat.socle import contexte
from syndicat.socle.contexte import Portee

DUREE = 60
DUREE_JETON = 3600
LONGUEUR_SUITE = 2000
_signeur = TimestampSigner(salt="syndicat.comptes.passage")
_BOUCLES = ("/connexion/", "/deconnexion/")


class PassageRefuse(Exception):
    """The hand-off is not good: expired, used, forged, for another host or another browser."""


@dataclass(frozen=True)
class Demande:
    """Where to go once signed in: a member's host, its browser's token digest, a path there."""

    hote: str
    port: str
    portee: Portee
    jeton: str
    suite: str

    @property
    def origine(self) -> str:
        """``https://hettange-grande.exemple.fr``: what the page's ``form-action`` must allow."""
        port = f":{self.port}" if self.port else ""
        return f"{settings.SCHEMA_PUBLIC}://{self.hote}{port}"


def chemin_sur(chemin: str | None) -> str:
    """The path when it stays on the same host, else an empty string. No scheme, host, backslash, control character or loop."""
    if not chemin or len(chemin) > LONGUEUR_SUITE or not chemin.startswith("/") or chemin.startswith("//"):
        return ""
    if "\\" in chemin or any(ord(c) < 33 or ord(c) == 127 for c in chemin):
        return ""
    if not url_has_allowed_host_and_scheme(chemin, allowed_hosts=None):
        return ""
    try:
        lu = urlsplit(chemin)
    except ValueError:
        return ""
    if lu.scheme or lu.netloc or lu.path.startswith(_BOUCLES):
        return ""
    return chemin


def nouveau_jeton() -> str:
    """A browser's token: 256 random bits."""
    return secrets.token_urlsafe(32)


def lire_demande(*, hote: str, jeton: str, suite: str) -> Demande:
    """Check what a member's host asked; raises :class:`PassageRefuse` for an unknown or central host."""
    nom, port = split_domain_port(hote)
    attendu = str(settings.PORT_PUBLIC or "")
    if not nom or nom in (settings.HOTE_CONNEXION, settings.HOTE_DONNEES) or port != attendu:
        raise PassageRefuse("hote")
    portee = annuaire.portee_par_hote(nom)
    if portee is None or not est_empreinte(jeton):
        raise PassageRefuse("hote" if portee is None else "jeton")
    return Demande(hote=nom, port=port, portee=portee, jeton=jeton, suite=chemin_sur(suite))


def emettre(demande: Demande, parent: ConnexionCentrale) -> str:
    """Create the code for this host and browser; only its digest is kept."""
    secret = secrets.token_urlsafe(32)
    with contexte.dans(demande.portee), contexte.ecriture_technique():
        Passage.objects.create(
            empreinte=empreinte(secret),
            parent=parent,
            hote=demande.hote,
            jeton_navigateur=demande.jeton,
            suite=demande.suite,
            expire_at=timezone.now() + timedelta(seconds=DUREE),
        )
    return _signeur.sign(secret)


def bien_forme(code: str) -> bool:
    """Signed by us less than ``DUREE`` seconds ago (says nothing of its use)."""
    try:
        _signeur.unsign(code, max_age=DUREE)
    except BadSignature:
        return False
    return True


def consommer(code: str, *, hote: str, jeton: str) -> Passage:
    """Use the code, once, atomically, on the host in scope and in the browser that asked. Raises :class:`PassageRefuse`.

    A code seen with a wrong token or host is burnt: whoever shows it may have stolen it.
    """
    portee = contexte.exiger_portee()
    try:
        secret = _signeur.unsign(code, max_age=DUREE)
    except BadSignature as exc:
        raise PassageRefuse("signature") from exc
    maintenant = timezone.now()
    with contexte.ecriture_technique():
        pris = Passage.objects.filter(
            empreinte=empreinte(secret), consomme_at__isnull=True, expire_at__gt=maintenant
        ).update(consomme_at=maintenant)
    if pris != 1:
        raise PassageRefuse("usage")
    passage: Passage = Passage.objects.select_related("parent__user").get(empreinte=empreinte(secret))
    if passage.hote != hote or passage.collectivite_id != portee.collectivite_id:
        raise PassageRefuse("hote")
    if not jeton or not secrets.compare_digest(passage.jeton_navigateur, empreinte(jeton)):
        raise PassageRefuse("navigateur")
    parent = passage.parent
    if parent.ended_at is not None or parent.expire_at <= maintenant or not parent.user.is_active:
        raise PassageRefuse("connexion")
    return passage
