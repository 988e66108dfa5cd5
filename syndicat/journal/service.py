"""Writing one line of the journal. Numbering and chaining happen in the database, at COMMIT."""

import json
import os
import re
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any
from uuid import UUID

from syndicat.comptes.acteur import Acteur
from syndicat.journal.models import Ligne, Personnel
from syndicat.socle.contexte import etat, exiger_portee

_CODE = re.compile(r"^[\w.:/+\-]{0,120}$", re.ASCII)
_ACTION = re.compile(r"^[a-z0-9_]+(\.[a-z0-9_]+)+$")


def canonique(objet: Mapping[str, Any]) -> str:
    """The one JSON text of a mapping: sorted keys, no blank, accents kept."""
    return json.dumps(objet, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def empreinte_personnelle(sel: bytes, contenu: str) -> str:
    """Salted digest of a personal detail: once the salt is erased, nothing can be tried against it."""
    return sha256(sel + contenu.encode()).hexdigest()


def _opaque(valeur: Any) -> Any:
    """A JSON value that says nothing personal: numbers, codes, identifiers, dates. ValueError otherwise."""
    if valeur is None or isinstance(valeur, bool | int):
        return valeur
    if isinstance(valeur, date | datetime):
        return valeur.isoformat()
    if isinstance(valeur, UUID | Decimal | str):
        texte = str(valeur)
        if not _CODE.match(texte):
            raise ValueError(
                "Le détail d’une ligne du journal ne porte que des codes et des identifiants ; "
                "ce qui nomme une personne ou s’écrit librement va dans « personnel »."
            )
        return texte
    if isinstance(valeur, Mapping):
        return {str(_opaque(cle)): _opaque(v) for cle, v in valeur.items()}
    if isinstance(valeur, list | tuple | set | frozenset):
        elements = [_opaque(v) for v in valeur]
        return sorted(elements, key=str) if isinstance(valeur, set | frozenset) else elements
    raise ValueError(f"Le journal ne sait pas écrire une valeur de type {type(valeur).__name__}.")


def _auteur(by: Acteur) -> dict[str, Any]:
    auteur: dict[str, Any] = {"genre": by.genre, "uuid": by.user_uuid, "motif": by.motif}
    portee = exiger_portee()
    if by.portee is not None and by.portee.collectivite_id != portee.collectivite_id:
        auteur["chez"] = by.portee.ident
    return {cle: valeur for cle, valeur in auteur.items() if valeur}


def consigner(
    action: str,
    *,
    by: Acteur,
    objet: tuple[str, str] | None = None,
    droit: str = "",
    detail: Mapping[str, Any] | None = None,
    personnel: Mapping[str, Any] | None = None,
) -> None:
    """Write one line for the collectivité in scope, in the current transaction.

    ``action`` is ``room.object.verb`` (sentence in :mod:`syndicat.journal.libelles`); ``objet`` (kind, uuid);
    ``droit`` the predicate that allowed it; ``detail`` codes and identifiers only (ValueError otherwise);
    ``personnel`` what names someone: kept apart, erasable. Raises SansCollectivite with no scope.
    """
    exiger_portee()
    if not _ACTION.match(action):
        raise ValueError(f"Action « {action} » : attendu « salle.objet.verbe » en minuscules.")
    contenu: dict[str, Any] = {"v": 1, "action": action, "acteur": _auteur(by)}
    if objet is not None:
        contenu["objet"] = [_opaque(objet[0]), _opaque(str(objet[1]))]
    if droit:
        contenu["droit"] = _opaque(droit)
    if etat().transverse:
        contenu["acte"] = etat().transverse
    if detail:
        contenu["detail"] = _opaque(detail)
    if not personnel:
        Ligne.objects.create(contenu=canonique(contenu))
        return
    sel = os.urandom(16)
    efface = json.dumps(personnel, ensure_ascii=False, sort_keys=True, default=str)
    contenu["personnel"] = empreinte_personnelle(sel, efface)
    ligne = Ligne.objects.create(contenu=canonique(contenu))
    Personnel.objects.create(ligne_id=ligne.pk, sel=sel, contenu=efface)
