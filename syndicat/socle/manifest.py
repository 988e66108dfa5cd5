"""What a theme tells the shell: one frozen declaration of plain strings, checked at start (``controles``)."""

from dataclasses import dataclass, field
from typing import Any, ClassVar

from django.apps import AppConfig, apps


@dataclass(frozen=True, kw_only=True)
class EntreeMenu:
    """A line of the desk's menu. ``url`` is a URL name, ``permission`` a dotted ``can_*(acteur) -> bool``."""

    libelle: str
    url: str
    icone: str
    permission: str
    groupe: str = "services"  # "collectivite", "services", "gestion", "syndicat"
    hote: str = "membre"  # "membre", "syndicat" or "tous"
    compteur: str = ""  # dotted function (acteur) -> int, what waits
    ordre: int = 50


@dataclass(frozen=True, kw_only=True)
class RoleTheme:
    """A role a theme adds to the platform's (its code is unique over the platform)."""

    code: str
    libelle: str
    hote: str = "membre"


@dataclass(frozen=True, kw_only=True)
class Tache:
    """A periodic sweep. ``toutes_les`` in seconds, or ``cron`` as "minute hour"; ``tache`` a Celery task path."""

    code: str
    tache: str
    toutes_les: int = 0
    cron: str = ""


@dataclass(frozen=True, kw_only=True)
class Traitement:
    """A processing of personal data: a line of the register (RGPD art. 30) with its retention and purge.

    ``conservation_jours``: kept that many days after ``depart`` (French, shown). ``purge``: dotted function
    ``(portee) -> int`` (lines erased) called by the daily purge in each member.
    """

    code: str
    finalite: str
    base_legale: str
    categories: tuple[str, ...]
    personnes: tuple[str, ...]
    destinataires: tuple[str, ...]
    conservation_jours: int
    depart: str
    purge: str
    aipd: bool = False


@dataclass(frozen=True, kw_only=True)
class Flux:
    """An open-data feed: ``lignes`` is a dotted generator ``(portee) -> Iterator[dict]`` of anonymised rows.

    ``theme`` is a code of the EU data-theme list, ``frequence`` an EU frequency in lower case, ``hote`` says who
    has the feed ("membre", "syndicat" or "tous"), ``libelles`` explains columns: (name, French sentence).
    """

    code: str
    titre: str
    description: str
    lignes: str
    colonnes: tuple[tuple[str, str], ...]  # (name, Table Schema type)
    mots_cles: tuple[str, ...] = ()
    frequence: str = "daily"
    geo: tuple[str, str] | None = None  # (longitude column, latitude column)
    theme: str = "GOVE"
    hote: str = "membre"
    libelles: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, kw_only=True)
class Consommateur:
    """A websocket: ``chemin`` below ``/ws/``, ``consommateur`` a dotted channels consumer class."""

    chemin: str
    consommateur: str


@dataclass(frozen=True, kw_only=True)
class Processus:
    """A long-running process of the platform, from which supervisor, systemd units and health derive.

    ``commande`` is split as a shell would; ``{port}`` is replaced. ``role_base``: "app" or "proprietaire".
    """

    code: str
    commande: str
    pret: str = ""  # http path answering 200 when ready, or "" (alive is ready)
    signal_arret: str = "TERM"
    memoire_max_mo: int = 512
    role_base: str = "app"


@dataclass(frozen=True, kw_only=True)
class TypeArchivable:
    """A record type a theme hands to the archives: code, label, DUA in years, final sort."""

    code: str
    libelle: str
    dua_annees: int
    sort_final: str


@dataclass(frozen=True, kw_only=True)
class Compteur:
    """A usage meter for billing: unit in words, dotted function ``(portee, debut, fin) -> Decimal``."""

    code: str
    libelle: str
    unite: str
    mesure: str


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """The whole declaration of a theme (or of a room of the core). Dotted paths are checked at start.

    ``urls`` is mounted at ``/bureau/<code>/`` (desk, namespace ``<code>``), ``urls_syndicat`` at ``/syndicat/<code>/`` on the
    syndicate’s host only (namespace ``<code>_syndicat``), ``public_urls`` at the root of the portal (``<code>_portail``), ``api_urls`` at
    ``/api/v1/<code>/`` (``<code>_api``),
    ``donnees_urls`` at the root of the data host (``<code>_donnees``). ``tuiles``, ``couches`` (layers of the cockpit's map) and ``blocs_portail``: dotted functions, see web.
    """

    code: str
    label: str
    resume: str = ""
    icone: str = "grid"
    service: bool = True  # False: a room of the core, not something a member subscribes to
    ordre: int = 50
    urls: str = ""
    urls_syndicat: str = ""
    public_urls: str = ""
    api_urls: str = ""
    donnees_urls: str = ""
    menu: tuple[EntreeMenu, ...] = ()
    tuiles: tuple[str, ...] = ()
    couches: tuple[str, ...] = ()
    gestes: tuple[str, ...] = ()  # dotted (acteur, lignes) -> acts on cockpit rows (web.tuiles.Geste)
    blocs_portail: tuple[str, ...] = ()
    roles: tuple[RoleTheme, ...] = ()
    compteurs: tuple[Compteur, ...] = ()
    taches: tuple[Tache, ...] = ()
    consommateurs: tuple[Consommateur, ...] = ()
    traitements: tuple[Traitement, ...] = ()
    flux: tuple[Flux, ...] = ()
    types_archivables: tuple[TypeArchivable, ...] = ()
    processus: tuple[Processus, ...] = ()
    faits_entendus: tuple[tuple[str, str], ...] = ()  # (fact class name of socle.faits, dotted consumer)
    faits_publies: tuple[str, ...] = ()
    demo: str = ""  # dotted function (portee, rng) -> None building this theme's demo data in a member
    suivi: str = ""  # dotted function (portee) -> Iterator of suivi lines, for rebuild_suivi
    contacts: dict[str, str] = field(default_factory=dict)


class ConfigAvecManifest(AppConfig):
    """An AppConfig that carries a manifest; the core's rooms use it directly."""

    default = False
    manifest: ClassVar[Manifest | None] = None

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        # Django counts this imported base as a second AppConfig of the module and would then quietly use a
        # plain one: the theme would vanish. So the base is never the default and each subclass is.
        cls.default = cls.__module__ != __name__


class ServiceConfig(ConfigAvecManifest):
    """AppConfig of a theme: ``schema`` says where its tables live, ``manifest`` what it offers."""

    default = False
    schema: ClassVar[str] = "membre"


def manifests() -> list[Manifest]:
    """Every declared manifest, the core's rooms first, then the themes by order and code."""
    trouves = [
        (isinstance(config, ServiceConfig), config.manifest)
        for config in apps.get_app_configs()
        if isinstance(config, ConfigAvecManifest) and config.manifest is not None
    ]
    return [m for _, m in sorted(trouves, key=lambda t: (t[0], t[1].ordre, t[1].code))]


def services() -> list[Manifest]:
    """The themes: what a member can subscribe to."""
    return [m for m in manifests() if m.service]


def service(code: str) -> Manifest:
    """The manifest of one theme; raises LookupError."""
    for m in services():
        if m.code == code:
            return m
    raise LookupError(f"Service inconnu : {code}.")
