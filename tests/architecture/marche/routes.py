"""Reading the routes off the three URL configurations."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.conf import settings
from django.urls import URLPattern, URLResolver, get_resolver

METHODES = ("GET", "POST", "PUT", "PATCH", "DELETE")


@dataclass(frozen=True)
class Route:
    """One URL pattern of one URL configuration. ``params``: names and converters, in order."""

    urlconf: str
    nom: str  # namespaced, or the pattern itself where it has no name
    motif: str
    params: tuple[tuple[str, str], ...]
    vue: str
    methodes: tuple[str, ...]

    @property
    def cle(self) -> str:
        return f"{self.urlconf.rsplit('.', 1)[-1]} {self.nom}"


def _methodes(vue: object) -> tuple[str, ...]:
    """The methods a view answers, where it says so; all of them otherwise."""
    classe = getattr(vue, "view_class", None) or getattr(vue, "cls", None)
    actions = getattr(vue, "actions", None)
    if actions:
        return tuple(m for m in METHODES if m.lower() in actions)
    if classe is not None:
        return tuple(m for m in METHODES if hasattr(classe, m.lower()))
    return METHODES


def _nom_de(vue: object) -> str:
    classe = getattr(vue, "view_class", None) or getattr(vue, "cls", None) or vue
    return f"{getattr(classe, '__module__', '')}.{getattr(classe, '__qualname__', '')}"


def _parcourir(
    resolver: URLResolver, urlconf: str, prefixe: str, espace: str, params: dict[str, str]
) -> Iterator[Route]:
    for motif in resolver.url_patterns:
        texte = prefixe + str(motif.pattern)
        tous = {**params, **{n: type(c).__name__ for n, c in motif.pattern.converters.items()}}
        if isinstance(motif, URLResolver):
            sous = f"{espace}{motif.namespace}:" if motif.namespace else espace
            yield from _parcourir(motif, urlconf, texte, sous, tous)
        elif isinstance(motif, URLPattern):
            yield Route(
                urlconf=urlconf,
                nom=f"{espace}{motif.name}" if motif.name else texte,
                motif="/" + texte,
                params=tuple(tous.items()),
                vue=_nom_de(motif.callback),
                methodes=_methodes(motif.callback),
            )


def routes() -> list[Route]:
    """Every route of the members', sign-in and data hosts."""
    trouvees: list[Route] = []
    for urlconf in (settings.ROOT_URLCONF, settings.URLCONF_CONNEXION, settings.URLCONF_DONNEES):
        trouvees += _parcourir(get_resolver(urlconf), urlconf, "", "", {})
    return trouvees
