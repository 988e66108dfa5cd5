"""Board of the syndicate over every member: five queries whatever their number, the drawing kept ten minutes."""

import csv
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from syndicat.comptes.perms import exiger
from syndicat.conventions.models import Convention, EtatConvention
from syndicat.membres import annuaire
from syndicat.membres.enums import EtatMembre, Nature
from syndicat.membres.models import Collectivite, Contour, Rattachement
from syndicat.socle import contexte
from syndicat.socle.manifest import services
from syndicat.web import francais, mesures
from syndicat.web.cockpit import fait_quelque_chose
from syndicat.web.geometrie import Emprise, Projection, chemin
from syndicat.web.mesures import Filtres, Ligne, Membre, Periode
from syndicat.web.perms import can_see_board
from syndicat.web.portail import plier

ACTE_TABLEAU = contexte.declarer_acte(
    "web.tableau", "Tableau du syndicat : services ouverts chez chaque membre, sans contenu"
)
LARGEUR, HAUTEUR, PAR_PAGE = 1000.0, 860.0, 10
FRAICHEUR = 600.0
_dessins: dict[str, Any] = {"vu": 0.0, "traits": {}, "labels": [], "exact": False}
_VALABLES = (EtatConvention.ACTIVE, EtatConvention.SUSPENDUE, EtatConvention.ECHUE, EtatConvention.RESILIEE)
NATURES = {"commune": "communes", "epci": "intercommunalités", "departement": "département"}
POPULATIONS = {
    "moins-500": "moins de 500 habitants",
    "moins-3500": "moins de 3 500 habitants",
    "plus-3500": "3 500 habitants et plus",
}


@dataclass(frozen=True, slots=True)
class Trait:
    """A commune on the map: an outline, or a dot at its centre."""

    slug: str
    trait: str
    x: float
    y: float


def _nature(nature: str) -> str:
    return "epci" if nature in Nature.epci() else nature


def membres(jour: date) -> list[Membre]:
    """Every member but the syndicate itself, with its EPCI on that day (two queries)."""
    epci = dict(
        Rattachement.objects.filter(Rattachement.au(jour), genre="epci").values_list(
            "membre_id", "groupement__nom"
        )
    )
    return [
        Membre(c.slug, c.nom, c.nom_tri, _nature(c.nature), c.population_municipale or c.population_totale, epci.get(c.pk, ""), c.etat == EtatMembre.ACTIVE)
        for c in Collectivite.objects.exclude(nature=Nature.SYNDICAT).order_by("nom_tri")
    ]  # fmt: skip


def periodes() -> list[Periode]:
    """Services of every member, dated; the reading across members is a declared act (one query)."""
    with contexte.transverse(ACTE_TABLEAU):
        rangs = list(
            Convention.objects.filter(etat__in=_VALABLES).values_list(
                "collectivite__slug", "service", "debut", "fin"
            )
        )
    return [Periode(*r) for r in rangs]


def _dessiner() -> dict[str, Any]:
    """Outlines (or dots) of the communes, kept ten minutes: they change once a year."""
    if _dessins["traits"] and time.monotonic() - _dessins["vu"] < FRAICHEUR:
        return _dessins
    contours = dict(Contour.objects.values_list("collectivite_id", "geometrie"))
    communes = list(
        Collectivite.objects.filter(
            nature=Nature.COMMUNE, longitude__isnull=False, latitude__isnull=False
        ).values_list("pk", "slug", "nom", "longitude", "latitude", "population_municipale")
    )
    if not communes:
        return _dessins
    lons, lats = [c[3] for c in communes], [c[4] for c in communes]
    projection = Projection(
        Emprise(min(lons), min(lats), max(lons), max(lats)).agrandie(0.035), LARGEUR, HAUTEUR
    )
    traits = {}
    for pk, slug, _, lon, lat, _ in communes:
        x, y = projection.point(lon, lat)
        traits[slug] = Trait(
            slug,
            chemin(contours[pk], projection, 0, pas=2.5) if pk in contours else "",
            round(x, 1),
            round(y, 1),
        )
    _dessins.update(
        vu=time.monotonic(),
        traits=traits,
        labels=_labels(communes, projection),
        exact=len(contours) > len(communes) / 2,
    )
    return _dessins


def _labels(communes: Iterable[Any], projection: Projection) -> list[tuple[str, float, float]]:
    """Names of the largest communes, far enough from one another to be read."""
    poses: list[tuple[str, float, float]] = []
    for _, _, nom, lon, lat, _ in sorted(communes, key=lambda c: -(c[5] or 0)):
        x, y = projection.point(lon, lat)
        if all(abs(x - a) > 190 or abs(y - b) > 60 for _, a, b in poses):
            poses.append((nom, round(min(max(x, 90), LARGEUR - 90), 1), round(y, 1)))
        if len(poses) == 7:
            break
    return poses


def _jour(request: HttpRequest) -> date:
    try:
        return min(date.fromisoformat(request.GET.get("au", "")), timezone.localdate())
    except ValueError:
        return timezone.localdate()


def _dates(aujourd_hui: date) -> list[date]:
    """Today and the four half-years before."""
    fins = [
        date(a, m, j)
        for a in (aujourd_hui.year, aujourd_hui.year - 1, aujourd_hui.year - 2)
        for m, j in ((12, 31), (6, 30))
    ]
    return [aujourd_hui, *[f for f in fins if f < aujourd_hui][:4]]


def _sans(request: HttpRequest, *cles: str) -> str:
    params = request.GET.copy()
    for cle in (*cles, "page"):
        params.pop(cle, None)
    return "?" + params.urlencode()


@dataclass
class Vue:
    """The board for one request: what was asked, the lines kept, all the lines."""

    request: HttpRequest

    def __post_init__(self) -> None:
        get = self.request.GET
        self.jour = _jour(self.request)
        self.services = {m.code: m.label for m in services() if fait_quelque_chose(m)}
        self.mesure = get.get("mesure", "") if get.get("mesure", "") in self.services else "services"
        self.filtres = Filtres(
            nature=get.get("nature", "") if get.get("nature") in NATURES else "",
            population=get.get("population", "") if get.get("population") in POPULATIONS else "",
            groupement=get.get("groupement", ""),
            service=get.get("service", "") if get.get("service") in self.services else "",
            mots=plier(get.get("q", "")),
        )
        self.toutes = mesures.lignes(
            membres(self.jour),
            [p for p in periodes() if p.service in self.services],
            self.jour,
            mesure=self.mesure,
        )
        self.gardees = mesures.trier(
            [li for li in self.toutes if self.filtres.garde(li)], get.get("tri", "-valeur")
        )

    @property
    def maximum(self) -> int:
        return len(self.services) if self.mesure == "services" else 1

    @property
    def titre(self) -> str:
        return (
            f"Services ouverts, sur {len(self.services)}"
            if self.mesure == "services"
            else f"{self.services[self.mesure]} : ouvert ou non"
        )

    def puces(self) -> list[dict[str, str]]:
        f = self.filtres
        dites = [
            ("nature", "Type", NATURES.get(f.nature, "")),
            ("population", "Population", POPULATIONS.get(f.population, "")),
            ("groupement", "Intercommunalité", f.groupement),
            ("service", "Avec", self.services.get(f.service, "")),
            ("q", "Nom", self.request.GET.get("q", "").strip()),
        ]
        return [
            {"nom": nom, "valeur": valeur, "retirer": _sans(self.request, cle)}
            for cle, nom, valeur in dites
            if valeur
        ]

    def compte(self) -> str:
        tous = mesures.par_nature(self.toutes)
        quoi = "commune" if self.filtres.nature == "commune" else "membre"
        detail = francais.enumere(
            [francais.pluriel(tous[n], *mots) for n, mots in _MOTS.items() if tous.get(n)]
        )
        return f"{francais.pluriel(len(self.gardees), quoi)} {francais.accorde(len(self.gardees), 'affiché', 'affichés')}, sur {francais.nombre(len(self.toutes))} ({detail})".replace(
            "communes affichés", "communes affichées"
        ).replace("commune affiché,", "commune affichée,")


_MOTS = {
    "commune": ("commune", "communes"),
    "epci": ("intercommunalité", "intercommunalités"),
    "departement": ("département", "départements"),
}


def _carte(vue: Vue) -> dict[str, Any]:
    dessin = _dessiner()
    gardes = {li.membre.slug for li in vue.gardees}
    groupes: dict[str, list[Trait]] = {}
    for li in vue.toutes:
        trait = dessin["traits"].get(li.membre.slug)
        if trait is None:
            continue
        code = mesures.classe_de(li.valeur, vue.maximum) if li.membre.slug in gardes else "hf"
        groupes.setdefault(code, []).append(trait)
    return {"groupes": sorted(groupes.items()), "labels": dessin["labels"], "exact": dessin["exact"]}


@require_safe
@exiger(can_see_board)
def tableau(request: HttpRequest) -> HttpResponse:
    """``/syndicat/tableau/``: who uses what, and where. Every figure explains itself."""
    vue = Vue(request)
    debut = (
        max(0, int(request.GET.get("page", "0")) if request.GET.get("page", "0").isdigit() else 0) * PAR_PAGE
    )
    page = vue.gardees[debut : debut + PAR_PAGE]
    numero = debut // PAR_PAGE
    aujourd_hui = timezone.localdate()
    ctx = {
        "vue": vue,
        "page": page,
        "debut": debut + 1,
        "fin": debut + len(page),
        "precedente": f"{_sans(request)}&page={numero - 1}" if numero else "",
        "suivante": f"{_sans(request)}&page={numero + 1}" if debut + PAR_PAGE < len(vue.gardees) else "",
        "carte": _carte(vue),
        "echelle": mesures.echelle(vue.gardees, vue.maximum),
        "synthese": mesures.synthese(vue.gardees),
        "dates": [(d.isoformat(), francais.date_longue(d), d == vue.jour) for d in _dates(aujourd_hui)],
        "natures": NATURES,
        "populations": POPULATIONS,
        "groupements": sorted({li.membre.groupement for li in vue.toutes if li.membre.groupement}),
        "tri_courant": request.GET.get("tri", "-valeur"),
        "effacer": "?" if vue.puces() else "",
        "csv": reverse("web:tableau_csv") + "?" + request.GET.urlencode(),
    }
    return render(request, "web/tableau_syndicat.html", ctx)


@require_safe
@exiger(can_see_board)
def tableau_csv(request: HttpRequest) -> HttpResponse:
    """The lines shown, all pages: semicolons, French headings, opens in a spreadsheet."""
    vue = Vue(request)
    reponse = HttpResponse(content_type="text/csv; charset=utf-8")
    reponse["Content-Disposition"] = (
        content_disposition_header(True, f"membres-{vue.jour.isoformat()}.csv") or ""
    )
    reponse.write("\ufeff")
    ecrivain = csv.writer(reponse, delimiter=";")
    ecrivain.writerow(
        [
            "Membre",
            "Type",
            "Intercommunalité",
            "Habitants",
            "Services ouverts",
            "Sur un an",
            *vue.services.values(),
        ]
    )
    for li in vue.gardees:
        ecrivain.writerow(_rang(li, list(vue.services)))
    return reponse


def _rang(li: Ligne, codes: list[str]) -> list[object]:
    m = li.membre
    return [
        m.nom,
        m.nature,
        m.groupement,
        m.population,
        len(li.services),
        li.ecart,
        *("oui" if c in li.services else "non" for c in codes),
    ]


@require_safe
@exiger(can_see_board)
def membre(request: HttpRequest, slug: str) -> HttpResponse:
    """A member: facts of the registry and its services; nothing of its contents."""
    collectivite = Collectivite.objects.filter(slug=slug).exclude(nature=Nature.SYNDICAT).first()
    if collectivite is None:
        raise Http404
    jour = timezone.localdate()
    noms = {m.code: m for m in services()}
    lignes = [(noms[p.service], p, p.au(jour)) for p in periodes() if p.slug == slug and p.service in noms]
    rattachement = (
        Rattachement.objects.filter(Rattachement.au(jour), membre=collectivite, genre="epci")
        .select_related("groupement")
        .first()
    )
    ctx = {
        "membre": collectivite,
        "services_ici": sorted(lignes, key=lambda t: (not t[2], t[0].ordre)),
        "groupement": rattachement.groupement if rattachement else None,
        "portail": annuaire.adresse(collectivite.portee) if collectivite.etat == EtatMembre.ACTIVE else "",
    }
    return render(request, "web/tableau_membre.html", ctx)
