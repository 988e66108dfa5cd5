"""Backup of one member, and its restoration into a side schema, then, if asked, in its place.

Numbers and the journal never go back: sequences keep the greater value, shared rows (journal, outbox, accounts,
conventions) are laid beside for reading and never written again, so nothing is sent a second time.
"""

import hashlib
import json
import zipfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connections, transaction
from django_tenants.utils import quote_schema_name

from syndicat.membres import annuaire, controle, extraction, gabarit, schema, verrou
from syndicat.membres.acteurs import Agissant
from syndicat.membres.gabarit import Gabarit
from syndicat.membres.journalisation import consigner
from syndicat.membres.models import Collectivite
from syndicat.membres.schema import ALIAS
from syndicat.socle import contexte

VERSION = 1


@dataclass(frozen=True)
class Restauration:
    """``orphelins``: sentences. ``ancien``: schema that was put aside, when the restored one took its place."""

    collectivite: Collectivite
    schema: str
    lignes: int
    orphelins: tuple[str, ...]
    ancien: str = ""


def sauvegarder(*, collectivite: Collectivite, fichier: Path) -> dict[str, Any]:
    """Write the backup of a member at one snapshot; answers its manifest. The file appears only when complete."""
    provisoire = fichier.with_name(fichier.name + ".partiel")
    provisoire.touch(mode=0o600)  # personal data: for its owner only
    with verrou.structure(exclusif=False), extraction.instantane() as (brut, instantane):
        plan = gabarit.lire(collectivite.schema_name, avec_lignes=False)
        with zipfile.ZipFile(provisoire, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
            extrait = extraction.extraire(archive, brut, collectivite)
            fait = extraction.manifeste(
                collectivite,
                extrait,
                version=VERSION,
                instantane=instantane,
                structure=plan.structure,
                suite=plan.suite,
                sequences=extraction.sequences(collectivite.schema_name, brut),
            )
            extraction.ecrire_json(archive, "manifeste.json", fait)
    provisoire.replace(fichier)
    return fait


def lire_manifeste(fichier: Path) -> dict[str, Any]:
    """The manifest, every digest checked. Raises ValidationError."""
    try:
        with zipfile.ZipFile(fichier) as archive:
            fait: dict[str, Any] = json.loads(archive.read("manifeste.json"))
            attendues = {p["chemin"]: p["sha256"] for p in [*fait["schema"], *fait["commun"]]}
            attendues |= {f"fichiers/{cle}": somme for cle, somme in fait["fichiers"].items()}
            for chemin, attendue in attendues.items():
                somme = hashlib.sha256()
                with archive.open(chemin) as flux:
                    while morceau := flux.read(1 << 20):
                        somme.update(morceau)
                if somme.hexdigest() != attendue:
                    raise ValidationError(f"La sauvegarde est abîmée : {chemin}.")
    except (OSError, KeyError, ValueError, zipfile.BadZipFile) as exc:
        raise ValidationError(f"La sauvegarde ne se lit pas : {exc}") from exc
    if fait.get("version") != VERSION:
        raise ValidationError("Cette sauvegarde vient d’une autre version du format.")
    return fait


def restaurer(*, fichier: Path, by: Agissant, mettre_en_place: bool = False) -> Restauration:
    """Restore into ``r_<schema>_<instant>``; with ``mettre_en_place`` it then takes the member's place.

    The member's present schema is kept aside under ``<schema>_avant_<instant>``; the caller rebuilds ``suivi``
    (it stands above this room). Raises ValidationError.
    """
    fait = lire_manifeste(fichier)
    with contexte.hors_membre(), verrou.structure(exclusif=True):
        collectivite = Collectivite.objects.using(ALIAS).filter(ident=fait["collectivite"]["ident"]).first()
        if collectivite is None:
            raise ValidationError("La collectivité de cette sauvegarde n’est pas au registre.")
        instant = datetime.now(UTC).strftime("%Y%m%d%H%M%S")
        cote = f"r_{collectivite.schema_name}_{instant}"
        lignes = _remplir(fichier, fait, cote)
        schema.migrer_schema(cote)  # an older backup: brought to today's code, the long way
        orphelins = tuple(c.quoi for c in controle.orphelins(cote))
        ancien = ""
        if mettre_en_place:
            ancien = f"{collectivite.schema_name}_avant_{instant}"
            _echanger(collectivite, cote, ancien)
            cote = collectivite.schema_name
            with contexte.dans(collectivite.portee), contexte.ecriture_technique(), transaction.atomic():
                consigner(
                    "membres.collectivite.restauree",
                    collectivite,
                    by=by,
                    detail={"du": fait["fait_le"].replace("+00:00", "Z"), "ancien": ancien},
                )
            annuaire.invalider()
    return Restauration(collectivite, cote, lignes, orphelins, ancien)


def _remplir(fichier: Path, fait: dict[str, Any], cote: str) -> int:
    """Tables, rows, then keys and triggers: no trigger of the product runs on rows that are only put back."""
    plan = Gabarit(fait["collectivite"]["schema"], tuple(fait["structure"]), (), tuple(fait["suite"]))
    connection = connections[ALIAS]
    total = 0
    with transaction.atomic(using=ALIAS), zipfile.ZipFile(fichier) as archive:
        gabarit.executer(["CREATE SCHEMA " + quote_schema_name(cote)], "public")
        gabarit.executer(plan.structure, cote)
        with connection.connection.cursor() as brut:
            for piece in fait["schema"]:
                noms = ", ".join(f'"{n}"' for n, _ in piece["colonnes"])
                total += _copier(
                    archive, brut, piece, f'{quote_schema_name(cote)}."{piece["table"]}" ({noms})'
                )
            for piece in fait["commun"]:
                nom = f'{quote_schema_name(cote)}."commun__{piece["table"]}"'
                colonnes = ", ".join(f'"{n}" {t}' for n, t in piece["colonnes"])
                brut.execute(f"CREATE TABLE {nom} ({colonnes})")
                _copier(archive, brut, piece, nom)
                brut.execute(f"REVOKE ALL ON {nom} FROM syndicat_app")
            for nom, (valeur, appelee) in fait["sequences"].items():
                brut.execute(
                    "SELECT setval(%s::regclass, %s, %s)",
                    [f'{quote_schema_name(cote)}."{nom}"', valeur, appelee],
                )
        gabarit.executer(plan.suite, cote)
    return total


def _copier(archive: zipfile.ZipFile, brut: Any, piece: dict[str, Any], cible: str) -> int:
    with (
        archive.open(piece["chemin"]) as flux,
        brut.copy(f"COPY {cible} FROM STDIN (FORMAT csv, HEADER)") as copie,
    ):
        while morceau := flux.read(1 << 20):
            copie.write(morceau)
    return int(piece["lignes"])


def _echanger(collectivite: Collectivite, cote: str, ancien: str) -> None:
    """Put the restored schema in place, numbers at the greater of both; shared rows laid beside leave with it."""

    def echange() -> None:
        with transaction.atomic(using=ALIAS), connections[ALIAS].cursor() as curseur:
            verrou.court(curseur)
            brut = connections[ALIAS].connection
            actuelles = extraction.sequences(collectivite.schema_name, brut)
            for nom, (valeur, appelee) in extraction.sequences(cote, brut).items():
                avant = actuelles.get(nom)
                if avant is not None and (avant[0], avant[1]) > (valeur, appelee):
                    curseur.execute(
                        "SELECT setval(%s::regclass, %s, %s)", [f'{quote_schema_name(cote)}."{nom}"', *avant]
                    )
            curseur.execute(
                "SELECT quote_ident(relname) FROM pg_class WHERE relkind = 'r' AND relname LIKE 'commun\\_\\_%%'"
                " AND relnamespace = %s::regnamespace",
                [quote_schema_name(cote)],
            )
            communs = [nom for (nom,) in curseur.fetchall()]
            m = quote_schema_name(collectivite.schema_name)
            curseur.execute(f"ALTER SCHEMA {m} RENAME TO {quote_schema_name(ancien)}")
            for nom in communs:
                curseur.execute(
                    f"ALTER TABLE {quote_schema_name(cote)}.{nom} SET SCHEMA {quote_schema_name(ancien)}"
                )
            curseur.execute(f"REVOKE ALL ON SCHEMA {quote_schema_name(ancien)} FROM syndicat_app")
            curseur.execute(f"ALTER SCHEMA {quote_schema_name(cote)} RENAME TO {m}")

    verrou.avec_reprises(echange)
