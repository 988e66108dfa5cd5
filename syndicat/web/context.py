"""Context of every page: collectivité, colours, menu, switcher. Nothing is read before a template asks for it."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import SimpleLazyObject

from syndicat.comptes.acteur import Acteur
from syndicat.comptes.enums import Role
from syndicat.membres import annuaire
from syndicat.membres.enums import Nature
from syndicat.membres.models import Vitrine
from syndicat.socle.contexte import Portee
from syndicat.web import menu as menus
from syndicat.web.theme import Marque
from syndicat.web.vitrines import marque_de, vitrine_de

LIENS = {
    "accueil": "web:accueil",
    "bureau": "web:bureau",
    "mes_collectivites": "web:mes_collectivites",
    "recherche": "web:recherche",
    "palette": "web:palette",
    "offres": "web:offres",
    "aide": "web:aide",
    "accessibilite": "web:accessibilite",
    "mentions": "web:mentions",
    "donnees_personnelles": "web:donnees_personnelles",
    "conditions": "web:conditions",
    "plan_du_site": "web:plan_du_site",
    "services": "web:services",
    "horaires": "web:horaires",
    "connexion": "comptes_portail:connexion",
    "deconnexion": "comptes_portail:deconnexion",
    "mon_compte": "comptes_portail:mon_compte",
    "mon_espace": "comptes_portail:mon_espace",
}


@dataclass
class Coquille:
    """Lazy values for the layouts, one per request (``{{ coquille.menu }}`` …)."""

    request: HttpRequest
    portee: Portee | None = field(init=False)
    acteur: Acteur | None = field(init=False)

    def __post_init__(self) -> None:
        self.portee = getattr(self.request, "portee", None)
        self.acteur = getattr(self.request, "acteur", None)

    @cached_property
    def vitrine(self) -> Vitrine | None:
        return vitrine_de(self.portee) if self.portee else None

    @cached_property
    def marque(self) -> Marque:
        return marque_de(self.vitrine) if self.vitrine else Marque()

    @cached_property
    def theme_url(self) -> str:
        """Address of the colours, with their version: cached for ever by browsers."""
        return f"{reverse('theme_css')}?v={self.marque.version}"

    @property
    def nom(self) -> str:
        return self.portee.nom if self.portee else "Services numériques"

    @property
    def nom_accueil(self) -> str:
        """« Mairie de Hettange-Grande » where the collectivité wrote it, else its name."""
        return (self.vitrine.accueil if self.vitrine else "") or self.nom

    @property
    def sous_titre(self) -> str:
        if self.portee and self.portee.est_syndicat:
            return "Le syndicat en ligne"
        return "La mairie en ligne" if self.est_commune else "Vos services en ligne"

    @cached_property
    def nature(self) -> str:
        return str(self.vitrine.collectivite.nature) if self.vitrine else ""

    @property
    def est_commune(self) -> bool:
        return self.nature == Nature.COMMUNE

    @property
    def mot(self) -> str:
        """The person's word for this place: « Ma commune »."""
        if self.nature in Nature.epci():
            return "Mon intercommunalité"
        mots: dict[str, str] = {Nature.COMMUNE: "Ma commune", Nature.DEPARTEMENT: "Mon département"}
        return mots.get(self.nature, "Accueil")

    @property
    def blason(self) -> str:
        return self.vitrine.blason if self.vitrine else "ondes"

    @property
    def lecture_seule(self) -> bool:
        return bool(self.portee and self.portee.lecture_seule)

    @cached_property
    def central(self) -> bool:
        """On the sign-in or data host: links to the shell lead to the syndicate's host."""
        return getattr(self.request, "urlconf", None) not in (None, settings.ROOT_URLCONF)

    @cached_property
    def liens(self) -> dict[str, str]:
        """Addresses of the shell's pages by name, absolute from the central hosts."""
        prefixe = annuaire.adresse(self.portee, "") if self.central and self.portee else ""
        trouves = {}
        for cle, nom in LIENS.items():
            try:
                trouves[cle] = prefixe + reverse(nom, urlconf=settings.ROOT_URLCONF)
            except NoReverseMatch:
                continue
        return trouves

    @cached_property
    def menu(self) -> list[menus.Groupe]:
        """The desk's menu: what this person may open here."""
        if self.acteur is None or self.central:
            return []
        return menus.menu_de(self.acteur, self.request.path, accueil=self.mot)

    @cached_property
    def raccourcis(self) -> list[menus.Ligne]:
        """The bottom bar of a phone: three lines of the menu, the fourth being « Plus »."""
        lignes = [ligne for groupe in self.menu for ligne in groupe.lignes]
        attend = sorted(lignes[1:], key=lambda ligne: -ligne.compte)
        return [*lignes[:1], *attend[:2]]

    @cached_property
    def connecte(self) -> bool:
        return bool(self.acteur and self.acteur.user_id)

    @property
    def est_agent(self) -> bool:
        return bool(self.acteur and self.acteur.est_agent)

    @cached_property
    def role(self) -> str:
        """The person's role here, in words (the weightiest first)."""
        roles = self.acteur.roles if self.acteur else frozenset()
        return next((str(r.label) for r in Role if r.value in roles), "")

    @cached_property
    def mes_collectivites(self) -> list[menus.MaCollectivite]:
        """The other desks of this person, for the switcher."""
        return menus.mes_collectivites(self.acteur) if self.acteur and self.acteur.user_id else []

    @cached_property
    def accessibilite(self) -> str:
        """State in the footer: « non conforme » until an RGAA audit is recorded (arrêté du 20 septembre 2019)."""
        return "non conforme"


def coquille(request: HttpRequest) -> dict[str, Any]:
    """Values the layouts need, under one name."""
    deja = getattr(request, "_coquille", None)
    if deja is None:
        deja = Coquille(request)
        request._coquille = deja  # type: ignore[attr-defined]
    return {
        "coquille": deja,
        "portee": deja.portee,
        "acteur": deja.acteur,
        "vitrine": SimpleLazyObject(lambda: deja.vitrine),
        "menu": SimpleLazyObject(lambda: deja.menu),
        "ouverture": getattr(request, "ouverture", None),
    }
