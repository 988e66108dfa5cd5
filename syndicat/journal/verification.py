"""Reading a chain again, from its first line (or its last signed checkpoint) to its head, and its witnesses."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256

from syndicat.journal.models import GENESE, Coupe, Ligne, Personnel, Tete
from syndicat.journal.service import empreinte_personnelle
from syndicat.journal.tetes import Temoins, coupe_valide
from syndicat.socle.contexte import exiger_portee

_EPOQUE = datetime(1970, 1, 1, tzinfo=UTC)
_LOT = 2000


@dataclass
class Verdict:
    """What was read of one chain; no anomaly means intact. Sentences are in French, for a person."""

    lignes: int = 0
    depuis: int = 0  # number of the checkpoint the chain starts from, 0 without
    tete: int = 0
    non_signees: int = 0  # lines later than the last signed head
    anomalies: list[str] = field(default_factory=list)

    @property
    def intact(self) -> bool:
        return not self.anomalies


def empreinte_attendue(
    precedente: bytes, collectivite_id: int, seq: int, instant: datetime, contenu: str
) -> bytes:
    """The hash the database put: see :class:`syndicat.journal.models.Ligne`."""
    delta = instant - _EPOQUE
    micro = (delta.days * 86400 + delta.seconds) * 1_000_000 + delta.microseconds
    return sha256(precedente + f"{collectivite_id}\n{seq}\n{micro}\n{contenu}".encode()).digest()


def _colonnes_fideles(ligne: Ligne) -> bool:
    """The filter columns say what the hashed text says."""
    try:
        d = json.loads(ligne.contenu)
        auteur, objet = d.get("acteur") or {}, d.get("objet") or ["", ""]
        attendu = (d.get("action", ""), auteur.get("genre", ""), auteur.get("uuid", ""), objet[0], objet[1])
    except (ValueError, AttributeError, LookupError):
        return False
    par = str(ligne.par) if ligne.par else ""
    return attendu == (ligne.action, ligne.genre, par, ligne.objet_genre, ligne.objet_uuid)


def _par_lots() -> Iterator[list[Ligne]]:
    dernier = -1
    while lot := list(Ligne.objects.filter(seq__gt=dernier).order_by("seq")[:_LOT]):
        yield lot
        dernier = lot[-1].seq or 0


def verifier(temoins: Temoins | None = None) -> Verdict:
    """Verify the chain of the collectivité in scope against itself and against its signed heads."""
    portee = exiger_portee()
    verdict = Verdict()
    coupe: Coupe | None = Coupe.objects.order_by("-seq").first()
    seq, empreinte = 0, GENESE
    if coupe is not None:
        if coupe_valide(coupe, portee.ident):
            seq, empreinte = coupe.seq, bytes(coupe.empreinte)
            verdict.depuis = seq
        else:
            verdict.anomalies.append(f"Le point de coupe n° {coupe.seq} n’est pas signé par une clé connue.")
    temoins = temoins or Temoins()
    verdict.anomalies += temoins.anomalies
    if temoins.empreintes.get(verdict.depuis, empreinte) != empreinte:
        verdict.anomalies.append(f"Le point de coupe n° {seq} contredit la tête signée au même numéro.")
    seq, empreinte = _parcourir(seq, empreinte, temoins, verdict)
    verdict.tete = seq
    _verifier_la_fin(seq, empreinte, temoins, verdict)
    return verdict


def _parcourir(seq: int, empreinte: bytes, temoins: Temoins, verdict: Verdict) -> tuple[int, bytes]:
    """Follow the chain; after a break, go on from what the line itself says, so as to report each break once."""
    collectivite_id = exiger_portee().collectivite_id
    for lot in _par_lots():
        personnels = {
            p.ligne_id: p for p in Personnel.objects.filter(ligne_id__in=[ligne.pk for ligne in lot])
        }
        for ligne in lot:
            verdict.lignes += 1
            numero = ligne.seq or 0
            if numero <= verdict.depuis:
                verdict.anomalies.append(
                    f"La ligne n° {numero} précède le point de coupe et n’a pas été effacée."
                )
                continue
            if numero != seq + 1:
                verdict.anomalies.append(f"Il manque les lignes n° {seq + 1} à {numero - 1}.")
            elif bytes(ligne.precedente or b"") != empreinte:
                verdict.anomalies.append(f"La ligne n° {numero} ne suit pas celle qui la précède.")
            attendue = empreinte_attendue(
                bytes(ligne.precedente or b""), collectivite_id, numero, ligne.instant, ligne.contenu
            )
            if attendue != bytes(ligne.empreinte or b""):
                verdict.anomalies.append(f"La ligne n° {numero} a été modifiée.")
            elif not _colonnes_fideles(ligne):
                verdict.anomalies.append(f"Les colonnes de la ligne n° {numero} ont été modifiées.")
            _verifier_personnel(ligne, personnels.get(ligne.pk), verdict)
            scellee = bytes(ligne.empreinte or b"")
            if temoins.empreintes.get(numero, scellee) != scellee:
                verdict.anomalies.append(
                    f"La ligne n° {numero} contredit la tête signée : la chaîne a été refaite."
                )
            seq, empreinte = numero, scellee
    return seq, empreinte


def _verifier_personnel(ligne: Ligne, personnel: Personnel | None, verdict: Verdict) -> None:
    if personnel is None:
        return  # erased, or never there
    attendue = json.loads(ligne.contenu).get("personnel", "") if ligne.contenu.startswith("{") else ""
    if empreinte_personnelle(bytes(personnel.sel), personnel.contenu) != attendue:
        verdict.anomalies.append(f"Le détail personnel de la ligne n° {ligne.seq} a été modifié.")


def _verifier_la_fin(seq: int, empreinte: bytes, temoins: Temoins, verdict: Verdict) -> None:
    tete: Tete | None = Tete.objects.first()
    if tete is None:
        if seq:
            verdict.anomalies.append("La tête de la chaîne a disparu.")
    elif tete.seq > seq:
        verdict.anomalies.append(f"La fin a été coupée : il manque les lignes n° {seq + 1} à {tete.seq}.")
    elif tete.seq < seq or bytes(tete.empreinte) != empreinte:
        verdict.anomalies.append(
            f"La tête de la chaîne (n° {tete.seq}) ne correspond pas à la ligne n° {seq}."
        )
    dernier = max(temoins.empreintes, default=0)
    if dernier > max(seq, tete.seq if tete else 0):
        verdict.anomalies.append(f"La fin a été coupée : une tête a été signée au n° {dernier}.")
    verdict.non_signees = max(0, seq - dernier)
    attente = Ligne.objects.filter(seq__isnull=True).count()
    if attente:
        verdict.anomalies.append(f"{attente} ligne(s) sans numéro.")
