"""Who may read a file: the theme that owns the object says it, by a predicate registered here. No predicate, no file."""

from collections.abc import Callable
from dataclasses import dataclass

from django.core import signing

from syndicat.comptes.acteur import Acteur
from syndicat.fichiers.models import Fichier
from syndicat.socle.contexte import exiger_portee
from syndicat.socle.manifest import services
from syndicat.socle.protocoles import PorteDesServices, demander

Predicat = Callable[[Acteur, str], bool]
DUREE_JETON = 24 * 3600
_SEL = "syndicat.fichiers.acces"


@dataclass(frozen=True)
class Droit:
    """Predicates of one kind of object: reading its files, depositing by resumable upload."""

    lire: Predicat
    deposer: Predicat | None = None


_droits: dict[str, Droit] = {}


def declarer(genre: str, lire: Predicat, deposer: Predicat | None = None) -> None:
    """Register the predicates of a kind (``"grc.signalement"``), in the theme's ``ready()``."""
    _droits[genre] = Droit(lire, deposer)


def jeton(fichier: Fichier) -> str:
    """A signed word that opens this one file on this member's host for a day, given to whom the page is shown."""
    return signing.dumps([exiger_portee().ident, str(fichier.uuid)], salt=_SEL)


def jeton_valide(texte: str, fichier: Fichier) -> bool:
    """Made by :func:`jeton` for this file of this member, less than a day ago."""
    if not texte:
        return False
    try:
        lu = signing.loads(texte, salt=_SEL, max_age=DUREE_JETON)
    except signing.BadSignature:
        return False
    return bool(lu == [exiger_portee().ident, str(fichier.uuid)])


def service_ouvert(genre: str) -> bool:
    """The theme that owns this kind is open or winding down here (a room of the core always is)."""
    code = genre.partition(".")[0]
    if code not in {m.code for m in services()}:
        return True
    porte = demander(PorteDesServices)  # type: ignore[type-abstract]
    return porte is not None and porte.est_lisible(code)


def peut_lire(acteur: Acteur, fichier: Fichier, *, mot: str = "") -> bool:
    """Whether this person may receive this file.

    A signed word stands for the right of whoever was shown the page. Otherwise the predicate of the object's
    kind decides, and an anonymous person also needs the file to be ``public``.
    """
    if not service_ouvert(fichier.rattache_genre):
        return False
    if jeton_valide(mot, fichier):
        return True
    droit = _droits.get(fichier.rattache_genre)
    if droit is None or (acteur.user_id is None and not fichier.public):
        return False
    return droit.lire(acteur, str(fichier.rattache_uuid))


def peut_deposer(acteur: Acteur, genre: str, identifiant: str) -> bool:
    """Whether this person may open a resumable upload for this object."""
    droit = _droits.get(genre)
    if droit is None or droit.deposer is None or not service_ouvert(genre):
        return False
    return droit.deposer(acteur, identifiant)
