"""Demonstration: weeks of plausible reports, as if the commune had lived with the service. Invented from end to end.

Rows are written with their past dates, then the projections are computed from them, as ``rebuild_suivi`` would.
"""

import random
import uuid
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from apps.grc import regles, suivi
from apps.grc.demo_photos import dessiner
from apps.grc.enums import Canal, Etat, GenreEvenement, GenreMessage, Moderation, Preference
from apps.grc.equipe import Agent, agents
from apps.grc.models import Avis, Categorie, Contact, Evenement, Message, Photo, Signalement, Suiveur
from syndicat.comptes.acteur import Acteur
from syndicat.fichiers import service as fichiers
from syndicat.socle.contexte import Portee
from syndicat.suivi import service as suivi_commun
from syndicat.web.plans import plan_de

VEDETTE = "hettange-grande"
RUES = (
    "rue de la Gare", "rue des Écoles", "route de Boust", "rue du Stade", "chemin de la Carrière", "square du Lavoir",
    "rue des Jardins", "rue de l’Église", "place de la Mairie", "rue des Vergers", "impasse des Lilas", "rue de la Fontaine",
    "route de Luxembourg", "rue des Mineurs", "allée des Tilleuls",
)  # fmt: skip
#: category, words of the citizen, photo drawn, answer on closing
CAS: tuple[tuple[str, str, str, str], ...] = (
    ("eclairage", "La lampe ne s’allume plus depuis dimanche, on n’y voit rien pour rentrer de la gare.", "lampe", "La lampe a été remplacée par une lampe à économie d’énergie."),
    ("eclairage", "Deux lampadaires clignotent toute la nuit.", "lampe", "Le relais de l’armoire a été changé."),
    ("eclairage", "Le lampadaire reste allumé en plein jour.", "", "L’horloge de l’armoire est réglée."),
    ("chaussee", "Un nid-de-poule devant l’école, les vélos l’évitent par le trottoir.", "trou", "Le trou est rebouché à froid, l’enrobé suivra au printemps."),
    ("chaussee", "Le trottoir est soulevé par une racine, une poussette ne passe plus.", "trou", "Le trottoir est repris sur deux mètres."),
    ("chaussee", "La plaque d’égout bouge au passage des voitures.", "", "La plaque est recalée."),
    ("dechets", "Un dépôt sauvage de gravats au bout du chemin.", "depot", "Les gravats sont enlevés ; une plainte a été déposée."),
    ("dechets", "Le vent a couché le bac à verre sur la piste cyclable.", "depot", "Le bac est redressé et fixé."),
    ("dechets", "Matelas et canapé laissés près des conteneurs.", "depot", "L’équipe propreté est passée ce matin."),
    ("dechets", "La poubelle du square déborde depuis samedi.", "", "La tournée passe désormais deux fois par semaine."),
    ("espaces_verts", "Une haie cache le panneau à la sortie de la rue.", "arbre", "La haie est taillée."),
    ("espaces_verts", "Une grosse branche menace de tomber sur le banc.", "arbre", "La branche est coupée, l’arbre a été contrôlé."),
    ("espaces_verts", "Le banc est cassé, une planche dépasse.", "", "La planche est remplacée."),
    ("panneaux", "Le panneau stop est couché, les voitures ne s’arrêtent plus.", "panneau", "Le panneau est remis debout."),
    ("panneaux", "Le marquage du passage piéton devant la crèche est effacé.", "", "Le passage est repeint."),
    ("autre", "Une fuite d’eau coule sur la chaussée depuis ce matin.", "", "Le service des eaux a réparé la conduite."),
    ("autre", "Des tags sur le mur du lavoir.", "", "Le mur est nettoyé."),
)  # fmt: skip
PERSONNES = (
    ("Mme Martin", "martin"), ("M. Bernard", "bernard"), ("Mme Petit", "petit"), ("M. Robert", "robert"),
    ("Mme Lambert", "lambert"), ("Famille Durand", "durand"), ("M. Klein", "klein"),
)  # fmt: skip
NOTES = (
    "Même armoire que le signalement voisin, on groupe les deux passages.",
    "Pièce commandée, livraison annoncée vendredi.",
    "Vu sur place ce matin, photos dans le dossier partagé.",
)


def construire(portee: Portee, rng: random.Random) -> None:
    """Dozens of reports in the demo commune, a handful elsewhere; nothing where there are already some."""
    if portee.est_syndicat or Signalement.objects.exists():
        return
    vedette = portee.slug == VEDETTE
    nombre = 54 if vedette else rng.randint(5, 9)
    categories = {c.code: c for c in Categorie.objects.all()}
    equipe = [a for a in agents() if a.role.lower().startswith("agent")] or agents()
    maintenant = timezone.now()
    ages = sorted((rng.expovariate(1 / 14) % 48 for _ in range(nombre)), reverse=True)
    photos = 12 if vedette else 0
    for i, age in enumerate(ages):
        recu = maintenant - timedelta(days=age, minutes=rng.randint(4, 300))
        with transaction.atomic():
            s = _un(portee, rng, categories, equipe, recu, maintenant)
            if photos and CAS[_cas_de(s)][2] and (i % 3 == 0 or age < 3):
                photos -= 1
                _photo(s, CAS[_cas_de(s)][2], rng)
    for ligne in suivi.lignes(portee):
        suivi_commun.poser_ligne(ligne)


def _cas_de(s: Signalement) -> int:
    return next(i for i, cas in enumerate(CAS) if cas[1] == s.description)


def _place(portee: Portee, rng: random.Random) -> tuple[float, float]:
    e = plan_de(portee).emprise
    cx, cy = e.centre
    lon = rng.gauss(cx, (e.est - e.ouest) / 9)
    lat = rng.gauss(cy, (e.nord - e.sud) / 9)
    return round(min(max(lon, e.ouest), e.est), 6), round(min(max(lat, e.sud), e.nord), 6)


def _un(
    portee: Portee,
    rng: random.Random,
    categories: dict[str, Categorie],
    equipe: list[Agent],
    recu: datetime,
    maintenant: datetime,
) -> Signalement:
    code_cat, mots, _, conclusion = rng.choice(CAS)
    categorie = categories.get(code_cat) or next(iter(categories.values()))
    lon, lat = _place(portee, rng)
    reponse = regles.promesse(recu, categorie.delai_reponse_jours)
    s = Signalement.objects.create(
        uuid=uuid.UUID(int=rng.getrandbits(128), version=4),
        code=regles.composer_code(portee.nom, rng.choice),
        cle=f"demo-{rng.getrandbits(64):x}",
        categorie=categorie,
        titre=regles.titre_pour(categorie.code, categorie.titre, mots),
        description=mots,
        texte_public=regles.masquer(mots),
        adresse=f"{rng.randint(1, 48)}, {rng.choice(RUES)}",
        longitude=lon,
        latitude=lat,
        canal=rng.choices([Canal.WEB, Canal.TELEPHONE, Canal.GUICHET, Canal.COURRIER], [8, 3, 2, 1])[0],
        reponse_avant=reponse,
        reparation_avant=regles.promesse(recu, categorie.delai_reparation_jours),
        echeance=reponse,
        created_at=recu,
    )
    _evenement(s, GenreEvenement.RECU, recu)
    if rng.random() < 0.6:
        nom, boite = rng.choice(PERSONNES)
        Contact.objects.create(
            signalement=s, nom=nom, courriel=f"{boite}@exemple.fr", preference=Preference.COURRIEL
        )
        _evenement(
            s, GenreEvenement.PREVENU, recu, precision="accusé de réception et lien de suivi, par e-mail"
        )
    for _ in range(rng.choices([0, 1, 2, 4], [6, 3, 2, 1])[0]):
        Suiveur.objects.create(signalement=s, cle=f"demo-{rng.getrandbits(64):x}", created_at=recu)
    _vie(s, rng, equipe, conclusion, maintenant)
    return s


def _evenement(s: Signalement, genre: str, at: datetime, **plus: Any) -> None:
    Evenement.objects.create(signalement=s, genre=genre, at=at, **plus)


def _vie(
    s: Signalement, rng: random.Random, equipe: list[Agent], conclusion: str, maintenant: datetime
) -> None:
    """What happened since: most are solved in good time, a few wait, one or two are late."""
    age = (maintenant - s.created_at).total_seconds() / 86400
    if age < 0.6 or not equipe or (age < 2 and rng.random() < 0.3):
        return
    agent = rng.choice(equipe)
    lu = s.created_at + timedelta(hours=rng.uniform(0.2, 10))
    s.assigne_a_id, s.etat = agent.user_id, Etat.LU
    _evenement(s, GenreEvenement.ATTRIBUE, lu, cible_id=agent.user_id)
    _evenement(s, GenreEvenement.LU, lu, auteur_id=agent.user_id)
    if rng.random() < 0.25:
        note = Message.objects.create(
            signalement=s,
            genre=GenreMessage.NOTE,
            texte=rng.choice(NOTES),
            auteur_id=agent.user_id,
            created_at=lu,
        )
        _evenement(s, GenreEvenement.NOTE, lu + timedelta(minutes=20), auteur_id=agent.user_id, message=note)
    duree = timedelta(days=min(max(0.4, rng.lognormvariate(0.75, 0.6)), 11))
    if s.created_at + duree < maintenant and (age > 12 or rng.random() < 0.95):
        _clore(s, rng, agent, conclusion, s.created_at + duree)
    elif age < 12 and rng.random() < 0.75:
        _prevoir(s, agent, lu, timezone.localdate() + timedelta(days=rng.randint(1, 5)))
    elif age < 12 and rng.random() < 0.8:
        _repondre(s, agent, lu)
    s.moderation = Moderation.PUBLIEE if rng.random() < 0.8 else Moderation.A_RELIRE
    s.echeance = (
        None if s.clos_at else s.reponse_avant if s.repondu_at is None else s.prevu_le or s.reparation_avant
    )
    s.save()


def _prevoir(s: Signalement, agent: Agent, quand: datetime, jour: date) -> None:
    s.etat, s.prevu_le, s.repondu_at = Etat.PREVU, jour, quand
    _evenement(s, GenreEvenement.PREVU, quand + timedelta(hours=1), auteur_id=agent.user_id, le=jour)


def _repondre(s: Signalement, agent: Agent, quand: datetime) -> None:
    s.repondu_at = quand + timedelta(hours=1)
    message = Message.objects.create(
        signalement=s, genre=GenreMessage.REPONSE, texte="Bonjour, nous passons voir sur place cette semaine. Merci de nous avoir prévenus.",
        auteur_id=agent.user_id, created_at=s.repondu_at,
    )  # fmt: skip
    _evenement(s, GenreEvenement.REPONDU, s.repondu_at, auteur_id=agent.user_id, message=message)


def _clore(s: Signalement, rng: random.Random, agent: Agent, conclusion: str, quand: datetime) -> None:
    s.etat = Etat.RESOLU if rng.random() < 0.93 else Etat.SANS_SUITE
    s.clos_at, s.repondu_at = quand, quand
    texte = (
        conclusion
        if s.etat == Etat.RESOLU
        else "Ce lieu est une propriété privée : nous avons écrit à son propriétaire."
    )
    message = Message.objects.create(
        signalement=s, genre=GenreMessage.REPONSE, texte=f"Bonjour. {texte} Merci de nous avoir prévenus.",
        auteur_id=agent.user_id, created_at=quand,
    )  # fmt: skip
    _evenement(s, s.etat, quand, auteur_id=agent.user_id, message=message)
    if s.etat == Etat.RESOLU and rng.random() < 0.4:
        Avis.objects.create(signalement=s, regle=True, created_at=quand + timedelta(days=1))


def _photo(s: Signalement, scene: str, rng: random.Random) -> None:
    identifiant = uuid.UUID(int=rng.getrandbits(128), version=4)
    par = Acteur.systeme("demo")
    publiee = s.moderation == Moderation.PUBLIEE
    fichier = fichiers.deposer_flux(
        dessiner(scene, rng),
        nom="photo.jpg",
        profil="photo",
        rattache=("grc.photo", str(identifiant)),
        by=par,
        public=publiee,
    )
    Photo.objects.create(
        uuid=identifiant, signalement=s, fichier=fichier, moderation=s.moderation, created_at=s.created_at
    )
