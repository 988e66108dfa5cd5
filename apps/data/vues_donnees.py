"""The harvesters' host: catalogues, descriptions, distributions. Reads the index only, never a member's schema."""

import hashlib
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, time
from math import ceil
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from asgiref.sync import sync_to_async
from django.db.models import Max
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseRedirect,
    StreamingHttpResponse,
)
from django.http.response import HttpResponseBase
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.text import slugify

from apps.data.commun.models import Distribution, EtatJeu, JeuDeDonnees, Ligne
from apps.data.dcat.arbre import Noeud
from apps.data.dcat.ecritures import ECRITURES
from apps.data.dcat.profil import Adresses, Page, catalogue, jeu_de_donnees
from apps.data.formats import ECRIVAINS, TYPES_MIME
from apps.data.surface import dater, inchange, surface_machine
from syndicat.membres import annuaire
from syndicat.membres.models import Collectivite
from syndicat.socle import contexte

PAR_PAGE = 100
LOT = 2000
#: Changes with the way descriptions are written, so that no cache keeps an old form.
PROFIL = "dcat-ap-3.0.1/1"


def _adresses(request: HttpRequest) -> Adresses:
    return Adresses(request.build_absolute_uri("/").rstrip("/"))


def _editeur(siren: str) -> Collectivite:
    """The collectivité whose catalogue is asked; the syndicate for the whole one."""
    if not siren:
        syndicat: Collectivite = Collectivite.objects.get(pk=contexte.exiger_portee().collectivite_id)
        return syndicat
    membre = Collectivite.objects.embarquees().filter(siren=siren).first()
    if membre is None:
        raise Http404
    return membre


def _depuis(request: HttpRequest) -> datetime | None:
    """``modified_since`` (ISO 8601 date or date-time), or None; ValueError when unreadable."""
    texte = request.GET.get("modified_since", "").replace(" ", "+")
    if not texte:
        return None
    quand = parse_datetime(texte)
    if quand is None:
        jour = parse_date(texte)
        if jour is None:
            raise ValueError(texte)
        quand = datetime.combine(jour, time())
    return quand if quand.tzinfo else quand.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class _Demande:
    """A reading of the catalogue: whose, since when, which page."""

    siren: str
    depuis: datetime | None
    page: int

    @classmethod
    def lire(cls, request: HttpRequest, siren: str) -> "_Demande":
        page = int(request.GET.get("page", "1"))
        if not 1 <= page <= 100_000:
            raise ValueError("page")
        return cls(siren, _depuis(request), page)

    def filtrer(self, jeux: Any) -> Any:
        if self.siren:
            jeux = jeux.filter(collectivite__siren=self.siren)
        return jeux.filter(modified_at__gte=self.depuis) if self.depuis else jeux

    def page_hydra(self, adresse: str, request: HttpRequest, total: int) -> Page:
        dernier = max(1, ceil(total / PAR_PAGE))
        autres = {k: v for k, v in request.GET.items() if k == "modified_since"}

        def vers(numero: int) -> str:
            return f"{adresse}?{urlencode({**autres, 'page': numero})}"

        return Page(
            ici=vers(self.page),
            premiere=vers(1),
            derniere=vers(dernier),
            precedente=vers(self.page - 1) if self.page > 1 else "",
            suivante=vers(self.page + 1) if self.page < dernier else "",
            total=total,
        )


def _etag(*parties: object) -> str:
    return f'"{hashlib.sha256("|".join(map(str, (PROFIL, *parties))).encode()).hexdigest()[:32]}"'


async def _ecrire(extension: str, noeuds: Iterable[Noeud]) -> AsyncIterator[bytes]:
    """The document, one description at a time; no query here: a page of the index is already read."""
    ecriture = ECRITURES[extension][0]()
    yield ecriture.debut().encode()
    for noeud in noeuds:
        yield ecriture.noeud(noeud).encode()
    yield ecriture.fin().encode()


def _document(request: HttpRequest, extension: str, noeuds: Iterable[Noeud]) -> HttpResponseBase:
    type_mime = ECRITURES[extension][1]
    if request.method == "HEAD":
        return HttpResponse(content_type=type_mime)
    return StreamingHttpResponse(_ecrire(extension, noeuds), content_type=type_mime)


def _mauvaise_demande() -> HttpResponse:
    return HttpResponse(
        "Demande illisible\u00a0: « page » est un entier à partir de 1, « modified_since » une date ISO 8601.\n",
        status=400,
        content_type="text/plain; charset=utf-8",
    )


@surface_machine
def vue_catalogue(request: HttpRequest, extension: str, siren: str = "") -> HttpResponseBase:
    """``/catalog.<ext>`` and ``/<siren>/catalog.<ext>``: hydra pages of 100 data sets, in the order of creation."""
    try:
        demande = _Demande.lire(request, siren)
    except ValueError:
        return _mauvaise_demande()
    editeur = _editeur(siren)
    adresses = _adresses(request)
    jeux = demande.filtrer(JeuDeDonnees.index.publies())
    # Tombstones count in the date: a withdrawal changes the catalogue too.
    connus = JeuDeDonnees.index.filter(collectivite__siren=siren) if siren else JeuDeDonnees.index.all()
    modifie = connus.aggregate(m=Max("modified_at"))["m"]
    total = jeux.count()
    base = request.build_absolute_uri("/").rstrip("/")
    etag = _etag(base, extension, siren, demande.page, demande.depuis, total, modifie)
    deja = inchange(request, etag=etag, modifie=modifie)
    if deja is not None:
        return deja
    debut = (demande.page - 1) * PAR_PAGE
    if debut and debut >= total:
        raise Http404
    page = list(jeux.complets().order_by("id")[debut : debut + PAR_PAGE])
    hydra = demande.page_hydra(request.build_absolute_uri(request.path), request, total)
    tete = catalogue(
        editeur=editeur,
        siren=siren,
        page=hydra,
        modifie=modifie,
        jeux=[j.uuid for j in page],
        adresses=adresses,
    )
    noeuds = (n for groupe in (tete, (jeu_de_donnees(j, adresses) for j in page)) for n in groupe)
    return dater(_document(request, extension, noeuds), etag=etag, modifie=modifie)


def _trouver(uuid: UUID) -> JeuDeDonnees:
    """A published data set, or a withdrawn one (its notice only); 404 otherwise."""
    jeu: JeuDeDonnees | None = JeuDeDonnees.index.complets().filter(uuid=uuid).first()
    if jeu is None:
        raise Http404
    return jeu


def _retire() -> HttpResponse:
    return HttpResponse(
        "Ce jeu de données a été retiré par son producteur.\n",
        status=410,
        content_type="text/plain; charset=utf-8",
    )


@surface_machine
def vue_jeu(request: HttpRequest, uuid: UUID, extension: str) -> HttpResponseBase:
    """``/dataset/<uuid>.<ext>``: one description."""
    jeu = _trouver(uuid)
    if jeu.etat != EtatJeu.PUBLIE:
        return _retire()
    adresses = _adresses(request)
    etag = _etag(adresses.base, extension, uuid, jeu.version, jeu.modified_at)
    deja = inchange(request, etag=etag, modifie=jeu.modified_at)
    if deja is not None:
        return deja
    return dater(
        _document(request, extension, [jeu_de_donnees(jeu, adresses)]), etag=etag, modifie=jeu.modified_at
    )


_PREFERENCES = {
    "text/turtle": "ttl",
    "application/ld+json": "jsonld",
    "application/rdf+xml": "rdf",
    "application/n-triples": "nt",
    "text/html": "html",
}


def _preferee(request: HttpRequest) -> str:
    media = request.get_preferred_type(list(_PREFERENCES))
    return _PREFERENCES.get(media or "", "ttl")


@surface_machine
def vue_jeu_negociee(request: HttpRequest, uuid: UUID) -> HttpResponseBase:
    """The address of the data set itself: 303 to the form asked by ``Accept``."""
    _trouver(uuid)
    reponse = HttpResponse(status=303, headers={"Location": f"/dataset/{uuid}.{_preferee(request)}"})
    reponse["Vary"] = "Accept"
    return reponse


@surface_machine
def vue_catalogue_negociee(request: HttpRequest, siren: str = "") -> HttpResponseBase:
    """The address of a catalogue itself: 303 to the form asked by ``Accept``."""
    extension = _preferee(request)
    debut = f"/{siren}/" if siren else "/"
    suite = "" if extension == "html" else f"catalog.{extension}"
    return HttpResponse(status=303, headers={"Location": debut + suite, "Vary": "Accept"})


@surface_machine
def vue_page(request: HttpRequest, uuid: UUID) -> HttpResponseBase:
    """``/dataset/<uuid>.html``: the page for people, on the portal of the member that publishes."""
    jeu = _trouver(uuid)
    if jeu.etat != EtatJeu.PUBLIE:
        return _retire()
    return HttpResponseRedirect(annuaire.adresse(jeu.collectivite.portee, f"/donnees/{uuid}/"))


def _lot(portee: contexte.Portee, jeu_id: int, version: int, apres: int) -> list[tuple[int, list[Any]]]:
    """Rows after a rank, read in the thread of the request with its own scope: the middleware has left by then."""
    with contexte.dans(portee):
        return list(
            Ligne.index.filter(jeu_id=jeu_id, version=version, rang__gt=apres)
            .order_by("rang")
            .values_list("rang", "valeurs")[:LOT]
        )


async def _corps(portee: contexte.Portee, jeu: JeuDeDonnees, format_: str) -> AsyncIterator[bytes]:
    ecrivain = ECRIVAINS[format_](jeu.colonnes, jeu.geo)
    yield ecrivain.debut()
    apres = -1
    while lot := await sync_to_async(_lot)(portee, jeu.pk, jeu.version, apres):
        yield ecrivain.lignes([valeurs for _, valeurs in lot], premieres=apres < 0)
        apres = lot[-1][0]
        if len(lot) < LOT:
            break
    yield ecrivain.fin()


@surface_machine
def vue_donnees(request: HttpRequest, uuid: UUID, format_: str) -> HttpResponseBase:
    """``/dataset/<uuid>/donnees.<csv|geojson>``: the rows of the current version, streamed batch by batch."""
    jeu = _trouver(uuid)
    if jeu.etat != EtatJeu.PUBLIE:
        return _retire()
    forme: Distribution | None = next((d for d in jeu.distributions.all() if d.format == format_), None)
    if forme is None:
        raise Http404
    etag = f'"{forme.sha256[:32]}"'
    deja = inchange(request, etag=etag, modifie=forme.modified_at)
    if deja is not None:
        return deja
    reponse: HttpResponseBase
    if request.method == "HEAD":
        reponse = HttpResponse(content_type=TYPES_MIME[format_])
    else:
        reponse = StreamingHttpResponse(
            _corps(contexte.exiger_portee(), jeu, format_), content_type=TYPES_MIME[format_]
        )
    reponse["Content-Length"] = str(forme.octets)
    nom = slugify(f"{jeu.titre}-{jeu.collectivite.nom}")[:80] or "donnees"
    reponse["Content-Disposition"] = f'attachment; filename="{nom}.{format_}"'
    return dater(reponse, etag=etag, modifie=forme.modified_at)
