"""The outbox of facts. ``publier`` writes in the act's transaction; :mod:`.livraison` delivers afterwards."""

from collections.abc import Callable
from functools import cache
from typing import Any
from uuid import uuid4

from django.utils.module_loading import import_string

from syndicat.socle.faits import FAITS, Fait
from syndicat.socle.manifest import manifests
from syndicat.suivi.models import FaitPublie, Livraison

#: A consumer: ``(fait, *, cle: str) -> None``, in the collectivité of the fact, inside one transaction with the
#: delivery's own mark. Called at least once: ``cle`` is the same at each try.
Consommateur = Callable[..., None]


class FaitInconnu(LookupError):
    """A fact that ``socle.faits`` does not list."""


@cache
def fonction_de(chemin: str) -> Consommateur:
    """The consumer at a dotted path."""
    trouvee: Consommateur = import_string(chemin)
    return trouvee


def consommateurs_de(fait: type[Fait]) -> list[str]:
    """Dotted paths of those who hear a fact, from the manifests."""
    return [chemin for m in manifests() for nom, chemin in m.faits_entendus if nom == fait.__name__]


def publier(fait: Fait) -> str:
    """Write a fact for its consumers, in the current transaction; answers its key.

    Raises FaitInconnu when the class is not registered in ``socle.faits.FAITS``.
    """
    if FAITS.get(fait.code) is not type(fait):
        raise FaitInconnu(f"Le fait {type(fait).__name__} n’est pas inscrit dans socle.faits.FAITS.")
    cle = uuid4()
    ecrit = FaitPublie.objects.create(cle=cle, code=fait.code, objet=fait.uuid, contenu=fait.en_dict())
    Livraison.objects.bulk_create(
        [
            Livraison(fait=ecrit, consommateur=chemin, objet=ecrit.objet)
            for chemin in consommateurs_de(type(fait))
        ]
    )
    return str(cle)


def relire(code: str, contenu: dict[str, Any]) -> Fait:
    """A fact from its stored content; FaitInconnu when its class has gone."""
    classe = FAITS.get(code)
    if classe is None:
        raise FaitInconnu(f"Le fait {code} n’est plus connu.")
    return classe(**contenu)
