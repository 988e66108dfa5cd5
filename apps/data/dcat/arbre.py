"""Descriptions as small trees of nodes: what the four writers take."""

from collections.abc import Iterator
from dataclasses import dataclass, field

XSD = "http://www.w3.org/2001/XMLSchema#"
PREFIXES = {
    "adms": "http://www.w3.org/ns/adms#",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dcatap": "http://data.europa.eu/r5r/",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "gsp": "http://www.opengis.net/ont/geosparql#",
    "hydra": "http://www.w3.org/ns/hydra/core#",
    "locn": "http://www.w3.org/ns/locn#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "spdx": "http://spdx.org/rdf/terms#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "xsd": XSD,
}


def developper(nom: str) -> str:
    """``dct:title`` → its full address."""
    prefixe, _, local = nom.partition(":")
    return PREFIXES[prefixe] + local


@dataclass(frozen=True, slots=True)
class Litteral:
    """A literal: with a language, or with a datatype (prefixed name), or plain."""

    texte: str
    langue: str = ""
    type: str = ""


@dataclass(frozen=True, slots=True)
class Iri:
    """A reference to a node described elsewhere."""

    iri: str


@dataclass(slots=True)
class Noeud:
    """A node: an address (empty: blank), its types and its properties, as prefixed names."""

    iri: str
    types: tuple[str, ...]
    proprietes: list[tuple[str, "Valeur"]] = field(default_factory=list)

    def dire(self, propriete: str, valeur: "Valeur | None") -> "Noeud":
        """Add one property (None: nothing is said); answers the node."""
        if valeur is not None:
            self.proprietes.append((propriete, valeur))
        return self

    def texte(self, propriete: str, texte: str, langue: str = "fr") -> "Noeud":
        """Add a text, if not empty."""
        return self.dire(propriete, Litteral(texte, langue=langue) if texte else None)


Valeur = Litteral | Iri | Noeud


class Aplatisseur:
    """Nodes with an address leave their parent and are written once a document; blank ones stay inside.

    What is remembered is the addresses of shared vocabulary only, so memory does not grow with the index.
    """

    def __init__(self) -> None:
        self._vus: set[str] = set()

    def sommets(self, noeud: Noeud) -> Iterator[Noeud]:
        """The node, then the addressed nodes below it that this document has not described yet."""
        attente: list[Noeud] = []
        yield self._detacher(noeud, attente)
        while attente:
            suivant = attente.pop(0)
            if suivant.iri in self._vus:
                continue
            self._vus.add(suivant.iri)
            yield self._detacher(suivant, attente)

    def _detacher(self, noeud: Noeud, attente: list[Noeud]) -> Noeud:
        proprietes: list[tuple[str, Valeur]] = []
        for nom, valeur in noeud.proprietes:
            if isinstance(valeur, Noeud) and valeur.iri:
                attente.append(valeur)
                proprietes.append((nom, Iri(valeur.iri)))
            elif isinstance(valeur, Noeud):
                proprietes.append((nom, self._detacher(valeur, attente)))
            else:
                proprietes.append((nom, valeur))
        return Noeud(noeud.iri, noeud.types, proprietes)
