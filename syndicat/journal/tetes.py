"""Signed heads, written outside the database: whoever rewrites a chain, or cuts its tail, is contradicted.

A sweep writes one file for all the heads that moved since the last: ``journal/AAAA/MM/JJTHHMMSSmmm.jsonl``, one JSON
object a line. The place is the storage ``STORAGES["journal"]`` when declared (S3 with object lock advised), else
``MEDIA_ROOT/journal``. What was written after the last signed head (15 minutes at most) has no outside witness.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, Storage, storages
from django.utils import timezone

from syndicat.journal import cles
from syndicat.journal.models import Coupe, Tete
from syndicat.membres.models import Collectivite
from syndicat.socle import contexte

ACTE_TETES = contexte.declarer_acte("journal.tetes", "Signer la tête du journal de chaque collectivité")


@dataclass(frozen=True)
class TeteSignee:
    """The head of one chain at one time, with a signature by the key kept outside the database."""

    collectivite: str  # public UUID
    seq: int
    empreinte: str  # hexadecimal
    le: str  # ISO 8601
    signature: str = ""
    cle: str = ""
    sens: str = "tete"  # "tete" or "coupe"

    def message(self) -> bytes:
        """The bytes that are signed."""
        return f"syndicat.journal.{self.sens}.v1\n{self.collectivite}\n{self.seq}\n{self.empreinte}\n{self.le}".encode()

    def signee(self) -> "TeteSignee":
        """The same, signed now."""
        signature, cle = cles.signer(self.message())
        return TeteSignee(
            self.collectivite, self.seq, self.empreinte, self.le, signature.hex(), cle, self.sens
        )

    @property
    def valide(self) -> bool:
        """True where a trusted key signed exactly this."""
        try:
            return cles.signature_valide(self.message(), bytes.fromhex(self.signature), self.cle)
        except ValueError:
            return False


def depot() -> Storage:
    """Where signed heads are written."""
    if "journal" in settings.STORAGES:
        return storages["journal"]
    return FileSystemStorage(location=Path(settings.MEDIA_ROOT) / "journal")


def _fichiers(lieu: Storage, dossier: str = "", *, recents: bool = False) -> Iterator[str]:
    """Paths of the files of heads, oldest first, or latest first (without listing the older months)."""
    try:
        dossiers, fichiers = lieu.listdir(dossier)
    except FileNotFoundError:
        return
    prefixe = f"{dossier}/" if dossier else ""
    for nom in sorted(dossiers, reverse=recents):
        yield from _fichiers(lieu, prefixe + nom, recents=recents)
    for nom in sorted(fichiers, reverse=recents):
        if nom.endswith(".jsonl"):
            yield prefixe + nom


@dataclass
class Temoins:
    """What the signed heads of one collectivité say: hash by number; and what is wrong with them, in French."""

    empreintes: dict[int, bytes] = field(default_factory=dict)
    anomalies: list[str] = field(default_factory=list)

    def entendre(self, tete: TeteSignee) -> None:
        """Take one head in: its signature, and its agreement with the others."""
        if not tete.valide:
            self.anomalies.append(f"La tête signée n° {tete.seq} ({tete.le}) a une signature fausse.")
            return
        empreinte = bytes.fromhex(tete.empreinte)
        if self.empreintes.setdefault(tete.seq, empreinte) != empreinte:
            self.anomalies.append(f"Deux têtes signées se contredisent au n° {tete.seq}.")


def lire_temoins(ident: str = "") -> dict[str, Temoins]:
    """Every head ever written, by collectivité (only ``ident`` when given), signatures verified as they are read.

    A line that cannot be read stands under "" (the empty identifier).
    """
    lieu = depot()
    trouves: dict[str, Temoins] = {}
    for nom in _fichiers(lieu):
        with lieu.open(nom) as fichier:
            for brute in fichier.read().decode(errors="replace").splitlines():
                tete = _relire(brute, nom)
                if ident and tete.collectivite not in (ident, ""):
                    continue
                trouves.setdefault(tete.collectivite, Temoins()).entendre(tete)
    return trouves


def _relire(brute: str, nom: str) -> TeteSignee:
    try:
        lu: dict[str, Any] = json.loads(brute)
        return TeteSignee(
            lu["collectivite"], int(lu["seq"]), lu["empreinte"], lu["le"], lu["signature"], lu["cle"]
        )
    except (ValueError, KeyError, TypeError):
        return TeteSignee(collectivite="", seq=0, empreinte="", le=nom)


def _derniers_signes() -> dict[str, int]:
    """Last number signed by collectivité, from the latest files only (a head not found there is signed anew)."""
    lieu = depot()
    derniers: dict[str, int] = {}
    for nom in islice(_fichiers(lieu, recents=True), 200):
        with lieu.open(nom) as fichier:
            for brute in fichier.read().decode().splitlines():
                tete = _relire(brute, nom)
                derniers.setdefault(tete.collectivite, tete.seq)
    return derniers


def ecrire_tetes() -> int:
    """Sign and write the heads that moved since the last writing; answers how many. Nothing moved: no file."""
    derniers = _derniers_signes()
    maintenant = timezone.now()
    lignes = []
    with contexte.transverse(ACTE_TETES):
        tetes = list(Tete.objects.order_by("pk").values_list("pk", "seq", "empreinte"))
    with contexte.hors_membre():
        idents = dict(
            Collectivite.objects.filter(pk__in=[pk for pk, _, _ in tetes]).values_list("pk", "ident")
        )
    for pk, seq, empreinte in tetes:
        ident = str(idents[pk])
        if derniers.get(ident) == seq:
            continue
        tete = TeteSignee(ident, seq, bytes(empreinte).hex(), maintenant.isoformat()).signee()
        lignes.append(
            {c: getattr(tete, c) for c in ("collectivite", "seq", "empreinte", "le", "signature", "cle")}
        )
    if lignes:
        contenu = "".join(json.dumps(ligne, sort_keys=True) + "\n" for ligne in lignes)
        depot().save(f"{maintenant:%Y/%m/%dT%H%M%S%f}.jsonl", ContentFile(contenu.encode()))
    return len(lignes)


def signer_coupe(*, ident: str, seq: int, empreinte: bytes, le: datetime) -> Coupe:
    """An unsaved checkpoint, signed."""
    signee = TeteSignee(ident, seq, empreinte.hex(), le.astimezone(UTC).isoformat(), sens="coupe").signee()
    return Coupe(
        seq=seq, empreinte=empreinte, le=le, signature=bytes.fromhex(signee.signature), cle=signee.cle
    )


def coupe_valide(coupe: Coupe, ident: str) -> bool:
    """True where the checkpoint's signature is that of a trusted key for exactly these values."""
    return TeteSignee(
        ident,
        coupe.seq,
        bytes(coupe.empreinte).hex(),
        coupe.le.astimezone(UTC).isoformat(),
        bytes(coupe.signature).hex(),
        coupe.cle,
        "coupe",
    ).valide


def coupe_en_vigueur() -> Coupe | None:
    """Last checkpoint of the collectivité in scope."""
    derniere: Coupe | None = Coupe.objects.order_by("-seq").first()
    return derniere
