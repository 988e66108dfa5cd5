"""Directory of members for routing: host name → collectivité, without a query once warm.

Each process keeps the answers; a generation number in the cache (Valkey), raised at every change of the
registry, is looked at once every ``FRAICHEUR`` seconds. When the cache is out, answers age by the same clock and are
read again from SQL: a change is effective everywhere within two seconds.
"""

import threading
import time
from dataclasses import dataclass, replace
from datetime import datetime

from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.utils import timezone

from syndicat.membres.enums import EtatMembre
from syndicat.membres.models import Collectivite, Domaine
from syndicat.socle import contexte
from syndicat.socle.contexte import Portee

FRAICHEUR = 1.0
_CLE = "annuaire:generation"


@dataclass
class _Memoire:
    generation: int | None = None
    vu: float = 0.0


_memoire = _Memoire()
_par_hote: dict[str, Portee | None] = {}
_par_id: dict[int, Portee] = {}
_anciens: dict[str, tuple[str, datetime]] = {}  # former host → present one, until when
_verrou = threading.Lock()


def _lire_generation() -> int | None:
    with contexte.hors_membre():
        try:
            return int(cache.get_or_set(_CLE, 1, timeout=None) or 1)
        except Exception:
            return None


def _oublier() -> None:
    _par_hote.clear()
    _par_id.clear()
    _anciens.clear()


def _rafraichir() -> None:
    maintenant = time.monotonic()
    if maintenant - _memoire.vu < FRAICHEUR:
        return
    generation = _lire_generation()
    with _verrou:
        if generation is None or generation != _memoire.generation:
            _oublier()
        _memoire.generation = generation
        _memoire.vu = maintenant


def invalider() -> None:
    """The registry changed: every process forgets within two seconds, this one after commit, at once."""

    def faire() -> None:
        with contexte.hors_membre():
            try:
                cache.add(_CLE, 1, timeout=None)
                cache.incr(_CLE)
            except Exception:  # noqa: S110 - the answers age by the clock anyway
                pass
        _memoire.vu = 0.0
        with _verrou:
            _oublier()

    transaction.on_commit(faire)


def portee_par_hote(hote: str) -> Portee | None:
    """The collectivité that answers at a host name (no port, lower case), or None."""
    _rafraichir()
    try:
        return _par_hote[hote]
    except KeyError:
        pass
    with contexte.hors_membre():
        if hote in (settings.HOTE_CONNEXION, settings.HOTE_DONNEES, settings.DOMAINE_BASE):
            trouve = Collectivite.objects.embarquees().filter(slug=settings.SLUG_SYNDICAT).first()
        else:
            trouve = _par_domaine(hote)
    embarque = trouve is not None and trouve.etat in (
        EtatMembre.ACTIVE,
        EtatMembre.SUSPENDUE,
        EtatMembre.FUSIONNEE,
    )
    portee = trouve.portee if embarque and trouve is not None else None
    if portee is not None or len(_par_hote) < 5000:  # forged hosts must not fill the memory
        _par_hote[hote] = portee
    return portee


def _par_domaine(hote: str) -> Collectivite | None:
    domaine = Domaine.objects.select_related("tenant__successeur").filter(domain=hote).first()
    if domaine is None:
        return None
    membre: Collectivite = domaine.tenant
    if domaine.redirige_jusqu_au is None:
        return membre
    if domaine.redirige_jusqu_au > timezone.now():
        present = membre.domains.filter(is_primary=True, redirige_jusqu_au=None).first()
        if present is not None:
            _anciens[hote] = (present.domain, domaine.redirige_jusqu_au)
    return None


def redirection(hote: str, chemin: str) -> str:
    """Where a former host name leads (absolute address), or "". Ask :func:`portee_par_hote` first."""
    trouve = _anciens.get(hote)
    if trouve is None or trouve[1] <= timezone.now():
        return ""
    port = f":{settings.PORT_PUBLIC}" if settings.PORT_PUBLIC else ""
    return f"{settings.SCHEMA_PUBLIC}://{trouve[0]}{port}{chemin}"


def portee_par_id(collectivite_id: int) -> Portee:
    """The collectivité of an identifier; LookupError when it has no schema."""
    _rafraichir()
    try:
        return _par_id[collectivite_id]
    except KeyError:
        pass
    with contexte.hors_membre():
        trouve = Collectivite.objects.embarquees().filter(pk=collectivite_id).first()
    if trouve is None:
        raise LookupError(f"Aucune collectivité embarquée ne porte le numéro {collectivite_id}.")
    _par_id[collectivite_id] = replace(trouve.portee)
    return _par_id[collectivite_id]


def portee_du_syndicat() -> Portee:
    """The syndicate's own tenant."""
    trouvee = portee_par_hote(settings.DOMAINE_BASE)
    if trouvee is None:
        raise LookupError("Le syndicat n’est pas encore embarqué : lancer « manage.py onboard ».")
    return trouvee


def adresse(portee: Portee, chemin: str = "/") -> str:
    """Absolute address of a path on a member's host."""
    hote = settings.DOMAINE_BASE if portee.est_syndicat else f"{portee.slug}.{settings.DOMAINE_BASE}"
    port = f":{settings.PORT_PUBLIC}" if settings.PORT_PUBLIC else ""
    return f"{settings.SCHEMA_PUBLIC}://{hote}{port}{chemin}"
