"""The tenancy context: which collectivité the current code works for.

One :class:`contextvars.ContextVar` holds it, so that threads, asyncio tasks and ``sync_to_async`` each see
their own value; the database engine (``socle.postgresql``) reads it at every cursor. Nothing else may set a
schema: ``with tenant:`` of django-tenants keeps its stack on the class and mixes threads.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


class SansCollectivite(RuntimeError):
    """A query on member data was attempted with no collectivité in scope: refused."""


@dataclass(frozen=True, slots=True)
class Portee:
    """A collectivité in scope. ``schema_name`` is its PostgreSQL schema, ``ident`` its public UUID."""

    collectivite_id: int
    schema_name: str
    slug: str
    nom: str = ""
    ident: str = ""
    lecture_seule: bool = False
    est_syndicat: bool = False
    heritiers: tuple[int, ...] = ()  # of a merged commune: the collectivités whose rights reach it


@dataclass(frozen=True, slots=True)
class Etat:
    """What the database must know: the collectivité, the code of a cross-member act (empty: none), and whether the
    platform's own rows (sessions, sign-ins) may be written although the collectivité is read-only.
    """

    portee: Portee | None = None
    transverse: str = ""
    technique: bool = False

    @property
    def lecture_seule(self) -> bool:
        """Transactions opened now must not write."""
        return self.portee is not None and self.portee.lecture_seule and not self.technique


_VIDE = Etat()
_etat: ContextVar[Etat] = ContextVar("syndicat_etat", default=_VIDE)

#: Cross-member acts by code, with the sentence shown in the journal and the RGPD register.
ACTES_TRANSVERSES: dict[str, str] = {}
_resolveur: Callable[[int], Portee] | None = None


def etat() -> Etat:
    """The current state (never None)."""
    return _etat.get()


def portee_courante() -> Portee | None:
    """The collectivité in scope, or None."""
    return _etat.get().portee


def exiger_portee() -> Portee:
    """The collectivité in scope; raises :class:`SansCollectivite` when there is none."""
    portee = _etat.get().portee
    if portee is None:
        raise SansCollectivite("Aucune collectivité en cours : lecture refusée.")
    return portee


def fixer(portee: Portee | None, *, technique: bool = False) -> Etat:
    """Set the collectivité for the rest of this context, answer the former state (for the middleware)."""
    ancien = _etat.get()
    _etat.set(Etat(portee=portee, technique=technique))
    return ancien


def retablir(ancien: Etat) -> None:
    """Put back a state answered by :func:`fixer`."""
    _etat.set(ancien)


def declarer_resolveur(fonction: Callable[[int], Portee]) -> None:
    """Said once by ``membres``: how an identifier becomes a :class:`Portee`."""
    global _resolveur
    _resolveur = fonction


def resoudre(collectivite_id: int) -> Portee:
    """The :class:`Portee` of an identifier; raises LookupError when no such active member exists."""
    if _resolveur is None:
        raise SansCollectivite("Aucun registre des membres n’est chargé.")
    return _resolveur(collectivite_id)


@contextmanager
def dans(collectivite: "Portee | int | HasPortee") -> Iterator[Portee]:
    """Work for one collectivité; the former state comes back at exit, whatever happened inside."""
    if isinstance(collectivite, Portee):
        portee = collectivite
    elif isinstance(collectivite, int):
        portee = resoudre(collectivite)
    else:
        portee = collectivite.portee
    ancien = _etat.get()
    _etat.set(Etat(portee=portee))
    try:
        yield portee
    finally:
        _etat.set(ancien)


@contextmanager
def hors_membre() -> Iterator[None]:
    """No collectivité in scope: for registry work only (commands, routing). Member data is unreachable."""
    ancien = _etat.get()
    _etat.set(_VIDE)
    try:
        yield
    finally:
        _etat.set(ancien)


def declarer_acte(code: str, libelle: str) -> str:
    """Register a cross-member act; returns its code. Call at import time of the room that owns it."""
    connu = ACTES_TRANSVERSES.setdefault(code, libelle)
    if connu != libelle:
        raise ValueError(f"L’acte transverse {code} est déjà déclaré avec un autre sens.")
    return code


@contextmanager
def transverse(code: str) -> Iterator[None]:
    """Read shared tables across members, under a declared act; keeps the collectivité in scope, if any."""
    if code not in ACTES_TRANSVERSES:
        raise LookupError(f"Acte transverse inconnu : {code}.")
    ancien = _etat.get()
    _etat.set(Etat(portee=ancien.portee, transverse=code, technique=ancien.technique))
    try:
        yield
    finally:
        _etat.set(ancien)


@contextmanager
def ecriture_technique() -> Iterator[None]:
    """Write the platform's own rows (a session, a sign-in, a line of the journal) for a read-only collectivité.

    Counts for transactions opened inside; one already open for a read-only collectivité stays so.
    """
    ancien = _etat.get()
    _etat.set(Etat(portee=ancien.portee, transverse=ancien.transverse, technique=True))
    try:
        yield
    finally:
        _etat.set(ancien)


class HasPortee:
    """Anything with a ``portee`` property (``membres.Collectivite``)."""

    portee: Portee
