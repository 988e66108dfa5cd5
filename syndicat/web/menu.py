"""The desk's menu and the switcher, from the manifests and the adhesions."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.module_loading import import_string

from syndicat.comptes.acteur import Acteur
from syndicat.comptes.enums import Role
from syndicat.comptes.models import Adhesion
from syndicat.conventions.porte import Ouverture, ouvertures
from syndicat.membres import annuaire
from syndicat.socle import contexte
from syndicat.socle.manifest import EntreeMenu, Manifest, manifests

GROUPES = {"collectivite": "", "services": "Mes services", "gestion": "Gestion", "syndicat": "Le syndicat"}
#: Label of the desk’s first line: each kind of collectivité has its own word for it.
ACCUEIL = "Ma commune"
ACTE_BASCULE = contexte.declarer_acte("bascule", "Lister ses propres adhésions dans toutes les collectivités")


@dataclass(frozen=True, slots=True)
class Ligne:
    """A line of the menu as drawn."""

    libelle: str
    url: str
    icone: str
    actif: bool = False
    compte: int = 0


@dataclass(slots=True)
class Groupe:
    """A titled list of lines (the first has no title)."""

    titre: str
    lignes: list[Ligne] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class MaCollectivite:
    """A desk the person may open: what the switcher shows."""

    nom: str
    role: str
    url: str
    active: bool
    blason: str = "ondes"
    collectivite_id: int = 0


@cache
def fonction(chemin: str) -> Callable[..., Any]:
    """The function a manifest names, imported once."""
    trouvee: Callable[..., Any] = import_string(chemin)
    return trouvee


def _visible(entree: EntreeMenu, acteur: Acteur) -> bool:
    au_syndicat = acteur.portee is not None and acteur.portee.est_syndicat
    if entree.hote != "tous" and (entree.hote == "syndicat") != au_syndicat:
        return False
    return not entree.permission or bool(fonction(entree.permission)(acteur))


def _ouverts(acteur: Acteur) -> set[str] | None:
    """Codes of the services this collectivité has (None: all, at the syndicate)."""
    if acteur.portee is None or acteur.portee.est_syndicat:
        return None
    return {code for code, etat in ouvertures().items() if etat != Ouverture.FERME}


def _lignes(manifeste: Manifest, acteur: Acteur, chemin: str) -> list[tuple[str, int, Ligne]]:
    trouvees = []
    for entree in manifeste.menu:
        if not _visible(entree, acteur):
            continue
        try:
            url = reverse(entree.url)
        except NoReverseMatch:
            continue
        compte = int(fonction(entree.compteur)(acteur)) if entree.compteur else 0
        trouvees.append(
            (entree.groupe, entree.ordre, Ligne(entree.libelle, url, entree.icone, False, compte))
        )
    return trouvees


def menu_de(acteur: Acteur, chemin: str, *, accueil: str = "Accueil") -> list[Groupe]:
    """Groups of lines this person may open; the line of the current page (longest address) is marked."""
    if not acteur.est_agent:
        return []
    ouverts = _ouverts(acteur)
    toutes: list[tuple[str, int, Ligne]] = []
    for manifeste in manifests():
        if manifeste.service and ouverts is not None and manifeste.code not in ouverts:
            continue
        toutes += _lignes(manifeste, acteur, chemin)
    # L’accueil du bureau commence toutes les adresses : il ne se marque que sur sa propre page.
    debut = min((li.url for _, _, li in toutes), key=len, default="")
    candidates = [
        li.url for _, _, li in toutes if chemin == li.url or (li.url != debut and chemin.startswith(li.url))
    ]
    courante = max(candidates, key=len, default="")
    groupes = {code: Groupe(titre) for code, titre in GROUPES.items()}
    for code, _, ligne in sorted(toutes, key=lambda t: (t[1], t[2].libelle)):
        actif = ligne.url == courante
        libelle = accueil if ligne.libelle == ACCUEIL else ligne.libelle
        groupes[code].lignes.append(Ligne(libelle, ligne.url, ligne.icone, actif, ligne.compte))
    return [g for g in groupes.values() if g.lignes]


def mes_collectivites(acteur: Acteur) -> list[MaCollectivite]:
    """Every desk of the person, the current one marked; citizens' adhesions left out. One query."""
    roles: dict[int, list[str]] = {}
    with contexte.transverse(ACTE_BASCULE):
        lignes = list(
            Adhesion.objects.en_vigueur()
            .filter(user_id=acteur.user_id or 0)
            .exclude(role=Role.CITOYEN)
            .order_by("collectivite__nom_tri")
            .values_list("collectivite_id", "role")
        )
    for collectivite_id, role in lignes:
        roles.setdefault(collectivite_id, []).append(str(Role(role).label) if role in Role.values else role)
    trouvees = []
    for collectivite_id, noms in roles.items():
        try:
            portee = annuaire.portee_par_id(collectivite_id)
        except LookupError:
            continue
        trouvees.append(
            MaCollectivite(
                nom=portee.nom,
                role=", ".join(noms),
                url=annuaire.adresse(portee, "/bureau/"),
                active=acteur.portee is not None and acteur.portee.collectivite_id == collectivite_id,
                blason="reseau" if portee.est_syndicat else "ondes",
                collectivite_id=collectivite_id,
            )
        )
    return trouvees
