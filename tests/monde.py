"""The world every test starts from: built once into a template database, copied per worker.

Two communes of one EPCI, a third elsewhere, the EPCI, the département and the syndicate are onboarded; every
other member of the 556 stands in the registry. Accounts: see :data:`COMPTES`.
"""

import hashlib
from datetime import UTC, date, datetime
from pathlib import Path

RACINE = Path(__file__).resolve().parent.parent
EMBARQUES = (
    "syndicat",
    "departement-de-la-moselle",
    "cc-de-cattenom-et-environs",
    "hettange-grande",
    "rodemack",
)
DEBUT = datetime(2026, 1, 1, tzinfo=UTC)

#: (e-mail local part, slug, role, themes, civilité, prénom, nom)
COMPTES: tuple[tuple[str, str, str, tuple[str, ...], str, str, str], ...] = (
    ("maire", "hettange-grande", "maire", (), "Mme", "Claire", "Muller"),
    ("adjoint", "hettange-grande", "adjoint", (), "M.", "Paul", "Adam"),
    ("admin", "hettange-grande", "administrateur", (), "Mme", "Anne", "Kieffer"),
    ("agent", "hettange-grande", "agent", ("grc", "achats", "data"), "M.", "Luc", "Weber"),
    ("agent.grc", "hettange-grande", "agent", ("grc",), "Mme", "Nadia", "Becker"),
    ("agent.achats", "hettange-grande", "agent", ("achats",), "M.", "Hugo", "Schmitt"),
    ("dpo", "hettange-grande", "dpo", (), "Mme", "Léa", "Hoffmann"),
    ("maire.rodemack", "rodemack", "maire", (), "M.", "Jean", "Klein"),
    ("agent.rodemack", "rodemack", "agent", ("grc", "achats", "data"), "Mme", "Eva", "Roth"),
    ("president.ccce", "cc-de-cattenom-et-environs", "president", (), "M.", "Marc", "Thill"),
    ("direction", "syndicat", "direction", (), "Mme", "Sophie", "Lang"),
    ("catalogue", "syndicat", "catalogue", (), "M.", "Karim", "Benali"),
    ("conventions", "syndicat", "conventions", (), "Mme", "Julie", "Nicolas"),
    ("finances", "syndicat", "finances", (), "M.", "Éric", "Simon"),
    ("rssi", "syndicat", "rssi", (), "Mme", "Inès", "Robert"),
    ("archiviste", "syndicat", "archiviste", (), "M.", "Louis", "Marchal"),
    ("technicien", "syndicat", "technicien", (), "M.", "Tom", "Gérard"),
    ("habitant", "hettange-grande", "citoyen", (), "Mme", "Rose", "Martin"),
)
MOT_DE_PASSE = "un-mot-de-passe-de-test"


def empreinte() -> str:
    """Digest of all that decides the content of the template database."""
    somme = hashlib.sha256()
    fichiers = [
        *sorted(RACINE.glob("syndicat/*/migrations/*.py")),
        *sorted(RACINE.glob("syndicat/*/*/migrations/*.py")),
        *sorted(RACINE.glob("apps/*/migrations/*.py")),
        *sorted(RACINE.glob("apps/*/commun/migrations/*.py")),
        *sorted((RACINE / "syndicat" / "membres").glob("*.py")),
        *sorted((RACINE / "syndicat" / "membres" / "donnees").glob("*")),
        RACINE / "syndicat" / "socle" / "partage.py",
        *sorted((RACINE / "syndicat" / "comptes").glob("models*.py")),
        RACINE / "syndicat" / "settings" / "base.py",
        Path(__file__),
    ]
    for fichier in fichiers:
        somme.update(str(fichier.relative_to(RACINE)).encode() + fichier.read_bytes())
    return somme.hexdigest()[:12]


def construire() -> None:
    """Fill an empty prepared database (connections already point to it, as owner and as application)."""
    from django.conf import settings
    from django.contrib.auth.hashers import make_password

    from syndicat.comptes.models import Adhesion, User
    from syndicat.conventions.models import Convention, EtatConvention
    from syndicat.membres import migrateur, registre
    from syndicat.membres.models import Collectivite
    from syndicat.socle import contexte
    from syndicat.socle.manifest import services

    migrateur.migrer()
    registre.charger()
    for slug in EMBARQUES:
        membre = Collectivite.objects.filter(slug=slug).first()
        if membre is None:
            continue
        _embarquer(membre)
    mot = make_password(MOT_DE_PASSE)
    par_slug = {c.slug: c for c in Collectivite.objects.filter(slug__in=EMBARQUES)}
    for local, slug, role, themes, civilite, prenom, nom in COMPTES:
        user = User.objects.create(
            email=f"{local}@exemple.fr",
            password=mot,
            civilite=civilite,
            prenom=prenom,
            nom=nom,
            created_at=DEBUT,
        )
        with contexte.dans(par_slug[slug]):
            Adhesion.objects.create(user=user, role=role, themes=list(themes), debut=DEBUT)
    for slug in EMBARQUES[1:]:
        if slug not in par_slug:
            continue
        with contexte.dans(par_slug[slug]):
            for m in services():
                Convention.objects.create(service=m.code, etat=EtatConvention.ACTIVE, debut=date(2026, 1, 1))
    assert settings.TENANT_DB_ALIAS == "proprietaire"


def _embarquer(membre: "object") -> None:
    from syndicat.membres import embarquement
    from syndicat.membres.acteurs import Plateforme
    from syndicat.membres.models import Collectivite

    assert isinstance(membre, Collectivite)
    embarquement.embarquer(collectivite=membre, by=Plateforme("tests"))
