"""Controlled vocabularies of DCAT-AP (Publications Office of the EU, IANA) as typed nodes, with French labels.

Typed: without a type behind mediaType, format or landingPage the DCAT-AP shapes count a violation each.
"""

from apps.data.dcat.arbre import Noeud

AUTORITE = "http://publications.europa.eu/resource/authority/"

LICENCES = {
    "lov2": (
        "Licence Ouverte 2.0 (Etalab)",
        "https://www.etalab.gouv.fr/wp-content/uploads/2017/04/ETALAB-Licence-Ouverte-v2.0.pdf",
    ),
    "odbl": ("Open Database License 1.0", "https://opendatacommons.org/licenses/odbl/1-0/"),
}
FREQUENCES = {
    "CONT": "en continu",
    "HOURLY": "toutes les heures",
    "DAILY": "chaque jour",
    "WEEKLY": "chaque semaine",
    "MONTHLY": "chaque mois",
    "QUARTERLY": "chaque trimestre",
    "ANNUAL": "chaque année",
    "IRREG": "irrégulière",
}
THEMES = {
    "AGRI": "Agriculture, pêche, forêt et alimentation",
    "ECON": "Économie et finances",
    "EDUC": "Éducation, culture et sport",
    "ENER": "Énergie",
    "ENVI": "Environnement",
    "GOVE": "Gouvernement et secteur public",
    "HEAL": "Santé",
    "JUST": "Justice, système juridique et sécurité publique",
    "REGI": "Régions et villes",
    "SOCI": "Population et société",
    "TECH": "Science et technologie",
    "TRAN": "Transports",
}
_MEDIAS = {"csv": ("text/csv", "CSV"), "geojson": ("application/geo+json", "GEOJSON")}


_SCHEMAS = {
    "data-theme": "Thèmes de données (UE)",
    "planned-availability": "Disponibilité prévue (UE)",
    "frequency": "Fréquences (UE)",
}


def schema(liste: str) -> Noeud:
    """The list a concept comes from."""
    return Noeud(AUTORITE + liste, ("skos:ConceptScheme",)).texte("dct:title", _SCHEMAS[liste])


def _concept(liste: str, code: str, libelle: str, *types: str) -> Noeud:
    noeud = Noeud(f"{AUTORITE}{liste}/{code}", (*types, "skos:Concept"))
    return noeud.texte("skos:prefLabel", libelle).dire("skos:inScheme", schema(liste))


def licence(code: str) -> Noeud:
    """The licence document, with its name."""
    nom, iri = LICENCES[code]
    return Noeud(iri, ("dct:LicenseDocument",)).texte("dct:title", nom)


def frequence(code: str) -> Noeud:
    """``dct:accrualPeriodicity``."""
    return _concept("frequency", code, FREQUENCES.get(code, code), "dct:Frequency")


def theme(code: str) -> Noeud:
    """``dcat:theme``."""
    return _concept("data-theme", code, THEMES.get(code, code))


def langue_francaise() -> Noeud:
    """``dct:language``."""
    return Noeud(f"{AUTORITE}language/FRA", ("dct:LinguisticSystem",))


def acces_public() -> Noeud:
    """``dct:accessRights``."""
    return Noeud(f"{AUTORITE}access-right/PUBLIC", ("dct:RightsStatement",))


def disponibilite_stable() -> Noeud:
    """``dcatap:availability``."""
    return _concept("planned-availability", "STABLE", "Stable")


def type_media(format_: str) -> Noeud:
    """``dcat:mediaType``: an IANA media type, typed."""
    return Noeud(
        f"https://www.iana.org/assignments/media-types/{_MEDIAS[format_][0]}",
        ("dct:MediaType", "dct:MediaTypeOrExtent"),
    )


def type_fichier(format_: str) -> Noeud:
    """``dct:format``: the EU's file type, typed."""
    return Noeud(f"{AUTORITE}file-type/{_MEDIAS[format_][1]}", ("dct:MediaTypeOrExtent",))
