"""From a row of the index to its DCAT-AP 3.0.1 description."""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from apps.data.commun.models import Distribution, JeuDeDonnees
from apps.data.dcat import vocabulaires
from apps.data.dcat.arbre import Iri, Litteral, Noeud
from syndicat.membres.models import Collectivite


@dataclass(frozen=True, slots=True)
class Adresses:
    """Addresses on the harvesters' host; ``base`` has no final slash."""

    base: str

    def jeu(self, uuid: UUID) -> str:
        return f"{self.base}/dataset/{uuid}"

    def donnees(self, uuid: UUID, format_: str) -> str:
        return f"{self.base}/dataset/{uuid}/donnees.{format_}"

    def catalogue(self, siren: str = "") -> str:
        return f"{self.base}/{siren}/catalog" if siren else f"{self.base}/catalog"

    def accueil(self, siren: str = "") -> str:
        return f"{self.base}/{siren}/" if siren else f"{self.base}/"

    def producteur(self, siren: str) -> str:
        return f"{self.base}/{siren}/#producteur"


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a paged catalogue, by the addresses around it (empty: none)."""

    ici: str
    premiere: str
    derniere: str
    precedente: str = ""
    suivante: str = ""
    total: int = 0


def _instant(quand: datetime) -> Litteral:
    texte = quand.astimezone(UTC).replace(microsecond=0).isoformat().replace("+00:00", "Z")
    return Litteral(texte, type="xsd:dateTime")


def producteur(collectivite: Collectivite, adresses: Adresses) -> Noeud:
    """The member as publisher."""
    return (
        Noeud(adresses.producteur(collectivite.siren), ("foaf:Agent", "foaf:Organization"))
        .texte("foaf:name", collectivite.nom)
        .dire("dct:identifier", Litteral(collectivite.siren))
        .dire("foaf:homepage", _page(adresses.accueil(collectivite.siren)))
    )


def _page(iri: str) -> Noeud:
    return Noeud(iri, ("foaf:Document",))


def _contact(jeu: JeuDeDonnees) -> Noeud:
    nom = jeu.contact_nom or jeu.collectivite.nom
    noeud = Noeud("", ("vcard:Kind", "vcard:Organization")).texte("vcard:fn", nom)
    if jeu.contact_courriel:
        noeud.dire("vcard:hasEmail", Iri(f"mailto:{jeu.contact_courriel}"))
    return noeud


def _couverture(jeu: JeuDeDonnees) -> Noeud | None:
    membre = jeu.collectivite
    emprise = jeu.emprise
    if not emprise and not membre.code_insee:
        return None
    iri = f"http://id.insee.fr/geo/commune/{membre.code_insee}" if membre.code_insee else ""
    noeud = Noeud(iri, ("dct:Location",))
    if emprise:
        o, s, e, n = emprise
        # One form only: the two sets of shapes of 3.0.1 contradict each other on locn:geometry (literal or node).
        wkt = f"POLYGON(({o} {s},{e} {s},{e} {n},{o} {n},{o} {s}))"
        noeud.dire("dcat:bbox", Litteral(wkt, type="gsp:wktLiteral"))
    return noeud


def distribution(objet: Distribution, jeu: JeuDeDonnees, adresses: Adresses) -> Noeud:
    """One downloadable form, with the size and digest of the bytes served."""
    url = adresses.donnees(jeu.uuid, objet.format)
    somme = (
        Noeud("", ("spdx:Checksum",))
        .dire(
            "spdx:algorithm",
            Noeud("http://spdx.org/rdf/terms#checksumAlgorithm_sha256", ("spdx:ChecksumAlgorithm",)),
        )
        .dire("spdx:checksumValue", Litteral(objet.sha256, type="xsd:hexBinary"))
    )
    return (
        Noeud(f"{adresses.jeu(jeu.uuid)}#{objet.format}", ("dcat:Distribution",))
        .texte("dct:title", f"{jeu.titre} ({objet.get_format_display()})")
        .dire("dcat:accessURL", Iri(url))
        .dire("dcat:downloadURL", Iri(url))
        .dire("dcat:mediaType", vocabulaires.type_media(objet.format))
        .dire("dct:format", vocabulaires.type_fichier(objet.format))
        .dire("dcat:byteSize", Litteral(str(objet.octets), type="xsd:nonNegativeInteger"))
        .dire("spdx:checksum", somme)
        .dire("dct:license", vocabulaires.licence(jeu.licence))
        .dire("dcatap:availability", vocabulaires.disponibilite_stable())
        .dire("dct:modified", _instant(objet.modified_at))
    )


def jeu_de_donnees(jeu: JeuDeDonnees, adresses: Adresses) -> Noeud:
    """A data set and its distributions (``JeuQuerySet.complets``: no query here)."""
    noeud = (
        Noeud(adresses.jeu(jeu.uuid), ("dcat:Dataset",))
        .dire("dct:identifier", Litteral(jeu.identifiant))
        .texte("dct:title", jeu.titre)
        .texte("dct:description", jeu.description)
        .dire("dct:publisher", producteur(jeu.collectivite, adresses))
        .dire("dcat:contactPoint", _contact(jeu))
        .dire("dcat:theme", vocabulaires.theme(jeu.theme))
        .dire("dct:accrualPeriodicity", vocabulaires.frequence(jeu.frequence))
        .dire("dct:accessRights", vocabulaires.acces_public())
        .dire("dct:language", vocabulaires.langue_francaise())
        .dire("dct:spatial", _couverture(jeu))
        .dire("dcat:landingPage", _page(adresses.jeu(jeu.uuid) + ".html"))
        .dire("dcat:version", Litteral(str(jeu.version)))
        .dire("dct:modified", _instant(jeu.modified_at))
    )
    if jeu.publie_at:
        noeud.dire("dct:issued", _instant(jeu.publie_at))
    for mot in jeu.mots_cles:
        noeud.texte("dcat:keyword", mot)
    for objet in jeu.distributions.all():
        noeud.dire("dcat:distribution", distribution(objet, jeu, adresses))
    return noeud


def catalogue(
    *,
    editeur: Collectivite,
    siren: str,
    page: Page,
    modifie: datetime | None,
    jeux: list[UUID],
    adresses: Adresses,
) -> list[Noeud]:
    """The catalogue (of the syndicate, or of one member) and its page, naming the data sets that follow."""
    tete = (
        Noeud(adresses.catalogue(siren), ("dcat:Catalog", "hydra:Collection"))
        .texte(
            "dct:title",
            f"Données ouvertes — {editeur.nom}"
            if siren
            else "Données ouvertes des collectivités de la Moselle",
        )
        .texte(
            "dct:description",
            f"Jeux de données publiés par {editeur.nom}."
            if siren
            else "Jeux de données publiés par les collectivités membres du syndicat, sous la responsabilité de chacune.",
        )
        .dire("dct:publisher", producteur(editeur, adresses))
        .dire("foaf:homepage", _page(adresses.accueil(siren)))
        .dire("dct:language", vocabulaires.langue_francaise())
        .dire("dct:license", vocabulaires.licence("lov2"))
        .dire("dcat:themeTaxonomy", vocabulaires.schema("data-theme"))
        .dire("hydra:totalItems", Litteral(str(page.total), type="xsd:integer"))
        .dire("hydra:view", Iri(page.ici))
    )
    if modifie:
        tete.dire("dct:modified", _instant(modifie))
    for uuid in jeux:
        tete.dire("dcat:dataset", Iri(adresses.jeu(uuid)))
    vue = Noeud(page.ici, ("hydra:PartialCollectionView", "hydra:PagedCollection"))
    for nom, adresse in (
        ("hydra:first", page.premiere),
        ("hydra:previous", page.precedente),
        ("hydra:next", page.suivante),
        ("hydra:last", page.derniere),
    ):
        if adresse:
            vue.dire(nom, Iri(adresse))
    return [tete, vue]
