"""Turtle, N-Triples, JSON-LD and RDF/XML, node by node: each writer yields text and keeps no graph."""

import json
from collections.abc import Callable
from itertools import count, groupby
from typing import Any, Protocol
from xml.sax.saxutils import escape, quoteattr

from apps.data.dcat.arbre import PREFIXES, Aplatisseur, Iri, Litteral, Noeud, Valeur, developper

_INTERDITS_IRI = {c: f"%{ord(c):02X}" for c in '<>"{}|^`\\ \n\r\t'}


def iri_sure(iri: str) -> str:
    """An address that cannot close the brackets around it."""
    return "".join(_INTERDITS_IRI.get(c, c) if c >= " " else f"%{ord(c):02X}" for c in iri)


def chaine(texte: str) -> str:
    """A quoted string for Turtle and N-Triples."""
    morceaux = []
    for c in texte:
        if c in '"\\':
            morceaux.append("\\" + c)
        elif c == "\n":
            morceaux.append("\\n")
        elif c == "\r":
            morceaux.append("\\r")
        elif c == "\t":
            morceaux.append("\\t")
        elif c < " " or c == "\x7f":
            morceaux.append(f"\\u{ord(c):04X}")
        else:
            morceaux.append(c)
    return '"' + "".join(morceaux) + '"'


class Ecriture(Protocol):
    """A writer: what opens the document, one description, what closes it."""

    def debut(self) -> str: ...
    def noeud(self, noeud: Noeud) -> str: ...
    def fin(self) -> str: ...


class Turtle:
    """RDF 1.1 Turtle."""

    def __init__(self) -> None:
        self._plat = Aplatisseur()

    def debut(self) -> str:
        return "".join(f"@prefix {p}: <{iri}> .\n" for p, iri in PREFIXES.items()) + "\n"

    def noeud(self, noeud: Noeud) -> str:
        return "".join(f"{self._sujet(n)} .\n\n" for n in self._plat.sommets(noeud))

    def fin(self) -> str:
        return ""

    def _sujet(self, noeud: Noeud) -> str:
        tete = f"<{iri_sure(noeud.iri)}>" if noeud.iri else "[]"
        return f"{tete} {self._corps(noeud)}"

    def _corps(self, noeud: Noeud) -> str:
        parties = ["a " + ", ".join(noeud.types)] if noeud.types else []
        ordonnees = sorted(noeud.proprietes, key=lambda p: p[0])
        for nom, groupe in groupby(ordonnees, key=lambda p: p[0]):
            parties.append(f"{nom} " + ", ".join(self._valeur(v) for _, v in groupe))
        return " ;\n    ".join(parties)

    def _valeur(self, valeur: Valeur) -> str:
        if isinstance(valeur, Iri):
            return f"<{iri_sure(valeur.iri)}>"
        if isinstance(valeur, Noeud):
            return f"[ {self._corps(valeur)} ]"
        if valeur.langue:
            return f"{chaine(valeur.texte)}@{valeur.langue}"
        return chaine(valeur.texte) + (f"^^{valeur.type}" if valeur.type else "")


class NTriples:
    """RDF 1.1 N-Triples, one line a triple."""

    def __init__(self) -> None:
        self._plat = Aplatisseur()
        self._numeros = count(1)

    def debut(self) -> str:
        return ""

    def noeud(self, noeud: Noeud) -> str:
        lignes: list[str] = []
        for sommet in self._plat.sommets(noeud):
            self._lignes(sommet, lignes)
        return "".join(lignes)

    def fin(self) -> str:
        return ""

    def _lignes(self, noeud: Noeud, lignes: list[str]) -> str:
        sujet = f"<{iri_sure(noeud.iri)}>" if noeud.iri else f"_:b{next(self._numeros)}"
        for t in noeud.types:
            lignes.append(f"{sujet} <{PREFIXES['rdf']}type> <{developper(t)}> .\n")
        for nom, valeur in noeud.proprietes:
            objet = self._lignes(valeur, lignes) if isinstance(valeur, Noeud) else self._valeur(valeur)
            lignes.append(f"{sujet} <{developper(nom)}> {objet} .\n")
        return sujet

    def _valeur(self, valeur: Iri | Litteral) -> str:
        if isinstance(valeur, Iri):
            return f"<{iri_sure(valeur.iri)}>"
        if valeur.langue:
            return f"{chaine(valeur.texte)}@{valeur.langue}"
        return chaine(valeur.texte) + (f"^^<{developper(valeur.type)}>" if valeur.type else "")


class JsonLd:
    """JSON-LD 1.1 with an inline context (a remote one would make the reader fetch what it should not)."""

    def __init__(self) -> None:
        self._plat = Aplatisseur()
        self._premier = True

    def debut(self) -> str:
        return '{"@context":' + json.dumps(PREFIXES, separators=(",", ":")) + ',"@graph":['

    def noeud(self, noeud: Noeud) -> str:
        morceaux = []
        for sommet in self._plat.sommets(noeud):
            texte = json.dumps(self._objet(sommet), ensure_ascii=False, separators=(",", ":"))
            morceaux.append(("" if self._premier else ",\n") + texte)
            self._premier = False
        return "".join(morceaux)

    def fin(self) -> str:
        return "]}\n"

    def _objet(self, noeud: Noeud) -> dict[str, Any]:
        objet: dict[str, Any] = {"@id": iri_sure(noeud.iri)} if noeud.iri else {}
        if noeud.types:
            objet["@type"] = list(noeud.types)
        for nom, valeur in noeud.proprietes:
            objet.setdefault(nom, []).append(self._valeur(valeur))
        return objet

    def _valeur(self, valeur: Valeur) -> dict[str, Any]:
        if isinstance(valeur, Iri):
            return {"@id": iri_sure(valeur.iri)}
        if isinstance(valeur, Noeud):
            return self._objet(valeur)
        if valeur.langue:
            return {"@value": valeur.texte, "@language": valeur.langue}
        return {"@value": valeur.texte, "@type": valeur.type} if valeur.type else {"@value": valeur.texte}


class RdfXml:
    """RDF 1.1 XML, nodes inside their parent's property where blank."""

    def __init__(self) -> None:
        self._plat = Aplatisseur()

    def debut(self) -> str:
        espaces = "".join(f'\n  xmlns:{p}="{iri}"' for p, iri in PREFIXES.items())
        return f'<?xml version="1.0" encoding="UTF-8"?>\n<rdf:RDF{espaces}>\n'

    def noeud(self, noeud: Noeud) -> str:
        return "".join(self._element(n) + "\n" for n in self._plat.sommets(noeud))

    def fin(self) -> str:
        return "</rdf:RDF>\n"

    def _element(self, noeud: Noeud) -> str:
        balise, *autres = noeud.types or ("rdf:Description",)
        sujet = f" rdf:about={quoteattr(iri_sure(noeud.iri))}" if noeud.iri else ""
        types = "".join(f"<rdf:type rdf:resource={quoteattr(developper(t))}/>" for t in autres)
        return (
            f"<{balise}{sujet}>{types}"
            + "".join(self._propriete(n, v) for n, v in noeud.proprietes)
            + f"</{balise}>"
        )

    def _propriete(self, nom: str, valeur: Valeur) -> str:
        if isinstance(valeur, Iri):
            return f"<{nom} rdf:resource={quoteattr(iri_sure(valeur.iri))}/>"
        if isinstance(valeur, Noeud):
            return f"<{nom}>{self._element(valeur)}</{nom}>"
        attribut = ""
        if valeur.langue:
            attribut = f' xml:lang="{valeur.langue}"'
        elif valeur.type:
            attribut = f" rdf:datatype={quoteattr(developper(valeur.type))}"
        # XML 1.0 has no way to write other control characters
        texte = "".join(c for c in valeur.texte if c >= " " or c in "\t\n\r")
        return f"<{nom}{attribut}>{escape(texte, {chr(13): '&#13;'})}</{nom}>"


#: Extension → (writer, media type), as in the addresses ``/catalog.<extension>``.
ECRITURES: dict[str, tuple[Callable[[], Ecriture], str]] = {
    "ttl": (Turtle, "text/turtle; charset=utf-8"),
    "jsonld": (JsonLd, "application/ld+json; charset=utf-8"),
    "rdf": (RdfXml, "application/rdf+xml; charset=utf-8"),
    "nt": (NTriples, "application/n-triples; charset=utf-8"),
}
