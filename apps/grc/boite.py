"""What the inbox shows: views, filters, the list by promise, one file and its surroundings. Reading only."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Count, Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from apps.grc import equipe, plans, regles
from apps.grc.enums import OUVERTS, Canal, Etat, GenreMessage
from apps.grc.lectures import Proche, frise_interne, proches_de
from apps.grc.models import Categorie, Contact, Message, ReponseType, Signalement, SignalementQuerySet
from syndicat.comptes.acteur import Acteur
from syndicat.fichiers import service as fichiers
from syndicat.web import francais

PAR_PAGE = 40
VUES = (("moi", "À moi"), ("equipe", "Équipe"), ("retard", "En retard"), ("clos", "Clos"))
RAYON_VOISINS_M = 300


def moment_court(moment: datetime) -> str:
    """« 13 h 48 », « hier », « lundi », « 3 nov. »."""
    local, aujourd_hui = timezone.localtime(moment), timezone.localdate()
    ecart = (aujourd_hui - local.date()).days
    if ecart == 0:
        return francais.heure(moment)
    if ecart == 1:
        return "hier"
    return francais.JOURS[local.weekday()] if 1 < ecart < 7 else francais.jour_court(moment)


def _uuid(texte: str) -> str:
    """The text when it is a UUID, else nothing."""
    try:
        return str(UUID(texte))
    except ValueError:
        return ""


@dataclass(frozen=True)
class Filtres:
    """What the person looks at; kept in the address so that « back » and « next » stay in the same list."""

    vue: str
    q: str = ""
    categorie: str = ""
    etat: str = ""
    apres: str = ""

    @classmethod
    def de(cls, request: HttpRequest, *, defaut: str) -> "Filtres":
        g = request.GET
        vue = g.get("vue", "")
        return cls(
            vue=vue if vue in dict(VUES) else defaut,
            q=g.get("q", "").strip()[:80],
            categorie=g.get("categorie", "")[:30],
            etat=g.get("etat", "") if g.get("etat", "") in Etat.values else "",
            apres=_uuid(g.get("apres", "")),
        )

    def requete(self, **sauf: str) -> str:
        """The query string, with some values replaced (empty: removed)."""
        valeurs = {"vue": self.vue, "q": self.q, "categorie": self.categorie, "etat": self.etat, **sauf}
        return urlencode({k: v for k, v in valeurs.items() if v})

    def appliquer(self, acteur: Acteur) -> SignalementQuerySet:
        lignes = Signalement.objects.all()
        if self.vue == "moi":
            lignes = lignes.a_moi(acteur)
        elif self.vue == "retard":
            lignes = lignes.en_retard(timezone.localdate())
        elif self.vue == "clos":
            lignes = lignes.exclude(etat__in=OUVERTS)
        else:
            lignes = lignes.ouverts()
        if self.categorie:
            lignes = lignes.filter(categorie__code=self.categorie)
        if self.etat:
            lignes = lignes.filter(etat=self.etat)
        if self.q:
            code = regles.normaliser_code(self.q)
            lignes = lignes.filter(
                Q(titre__icontains=self.q)
                | Q(adresse__icontains=self.q)
                | Q(description__icontains=self.q)
                | Q(contact__nom__icontains=self.q)
                | Q(code__icontains=code or self.q)
            )
        return lignes


@dataclass
class Liste:
    """A page of the list, ready to draw."""

    lignes: list[Signalement]
    onglets: list[dict[str, Any]]
    suivante: str
    actifs: list[dict[str, str]]
    total: int
    comptes: dict[str, int] = field(default_factory=dict)


def _ordonner(lignes: SignalementQuerySet, filtres: Filtres) -> SignalementQuerySet:
    """Nearest promise first; closed ones latest first. Keyset: after the row named in the address."""
    repere = None
    if filtres.apres:
        repere = Signalement.objects.filter(uuid=filtres.apres).values("pk", "echeance", "clos_at").first()
    if filtres.vue == "clos":
        if repere and repere["clos_at"]:
            lignes = lignes.filter(
                Q(clos_at__lt=repere["clos_at"]) | Q(clos_at=repere["clos_at"], pk__lt=repere["pk"])
            )
        return lignes.order_by("-clos_at", "-pk")
    if repere and repere["echeance"]:
        lignes = lignes.filter(
            Q(echeance__gt=repere["echeance"]) | Q(echeance=repere["echeance"], pk__lt=repere["pk"])
        )
    return lignes.order_by("echeance", "-pk")


def compter(acteur: Acteur) -> dict[str, int]:
    """Figures of the tabs, in one query."""
    aujourd_hui = timezone.localdate()
    retard = Q(repondu_at__isnull=True, reponse_avant__lt=aujourd_hui) | Q(reparation_avant__lt=aujourd_hui)
    return Signalement.objects.ouverts().aggregate(
        moi=Count("pk", filter=Q(assigne_a_id=acteur.user_id or 0)),
        equipe=Count("pk"),
        retard=Count("pk", filter=retard),
    )


def lire_liste(acteur: Acteur, filtres: Filtres) -> Liste:
    """Two queries: figures, rows."""
    comptes = compter(acteur)
    lignes = list(
        _ordonner(filtres.appliquer(acteur), filtres)
        .select_related("categorie", "contact")
        .defer("texte_public")[: PAR_PAGE + 1]
    )
    suivante = ""
    if len(lignes) > PAR_PAGE:
        lignes = lignes[:PAR_PAGE]
        suivante = f"{reverse('grc:boite')}?{filtres.requete(apres=str(lignes[-1].uuid))}"
    for s in lignes:
        s.moment = moment_court(s.created_at)  # type: ignore[attr-defined]
        s.qui = s.contact.qui if hasattr(s, "contact") else "Anonyme"  # type: ignore[attr-defined]
    base = reverse("grc:boite")
    onglets = [
        {
            "libelle": nom,
            "url": f"{base}?{filtres.requete(vue=code)}",
            "actif": filtres.vue == code,
            "compte": comptes.get(code),
            "code": code,
        }
        for code, nom in VUES
    ]
    return Liste(lignes, onglets, suivante, _actifs(filtres), comptes["equipe"], comptes)


def _actifs(filtres: Filtres) -> list[dict[str, str]]:
    base = reverse("grc:boite")
    actifs = []
    if filtres.q:
        actifs.append({"nom": "Mot", "valeur": filtres.q, "retirer": f"{base}?{filtres.requete(q='')}"})
    if filtres.categorie:
        nom = Categorie.objects.filter(code=filtres.categorie).values_list("libelle", flat=True).first()
        actifs.append(
            {
                "nom": "Sujet",
                "valeur": nom or filtres.categorie,
                "retirer": f"{base}?{filtres.requete(categorie='')}",
            }
        )
    if filtres.etat:
        retirer = f"{base}?{filtres.requete(etat='')}"
        actifs.append({"nom": "État", "valeur": str(Etat(filtres.etat).label), "retirer": retirer})
    return actifs


@dataclass
class Dossier:
    """One file and what stands around it."""

    s: Signalement
    contact: Contact | None
    frise: list[dict[str, Any]]
    photos: list[dict[str, Any]]
    agents: list[equipe.Agent]
    reponses: list[ReponseType]
    voisins: list[Proche]
    nom_agent: str
    recu: str
    carreau: str
    plan: dict[str, Any]
    mots_habitant: list[Message] = field(default_factory=list)

    @property
    def qui(self) -> str:
        return self.contact.qui if self.contact else "Anonyme"

    @property
    def comment(self) -> str:
        """How an answer reaches the person."""
        if self.contact and self.contact.par_courriel:
            return "par e-mail et sur sa page de suivi"
        return "sur sa page de suivi"

    @property
    def canal(self) -> str:
        """« par le site »."""
        return str(Canal(self.s.canal).label)


def lire_dossier(s: Signalement) -> Dossier:
    """A constant number of queries, whatever the length of the file."""
    evenements = list(s.evenements.select_related("message").all())
    ids = {i for e in evenements for i in (e.auteur_id, e.cible_id) if i} | (
        {s.assigne_a_id} if s.assigne_a_id else set()
    )
    noms = equipe.noms(ids)
    photos = [
        {
            "url": fichiers.url(p.fichier, "ecran"),
            "taille": p.fichier.taille,
            "publique": p.moderation,
            "nom": p.fichier.nom,
        }
        for p in s.photos.select_related("fichier")
    ]
    autour = (
        Signalement.objects.ouverts()
        .exclude(pk=s.pk)
        .pres_de(s.longitude, s.latitude, RAYON_VOISINS_M)
        .select_related("categorie")[:40]
    )
    voisins = proches_de(autour, s.longitude, s.latitude, RAYON_VOISINS_M)[:4]
    places = [
        (s.longitude, s.latitude),
        *((v.signalement.longitude, v.signalement.latitude) for v in voisins),
    ]
    return Dossier(
        s=s,
        contact=getattr(s, "contact", None),
        frise=frise_interne(s, evenements, noms),
        photos=photos,
        agents=equipe.agents(),
        reponses=list(ReponseType.objects.all()),
        voisins=voisins,
        nom_agent=noms.get(s.assigne_a_id or 0, ""),
        recu=_recu(s.created_at),
        carreau=plans.carreau_de(s.longitude, s.latitude),
        plan=plans.alentours(places),
        mots_habitant=[m for m in s.messages.all() if m.genre == GenreMessage.HABITANT],
    )


def _recu(moment: datetime) -> str:
    """« à 13 h 48 », « hier à 13 h 48 », « mardi 24 novembre »."""
    ecart = (timezone.localdate() - timezone.localtime(moment).date()).days
    if ecart == 0:
        return f"à {francais.heure(moment)}"
    return f"hier à {francais.heure(moment)}" if ecart == 1 else francais.jour(moment)
