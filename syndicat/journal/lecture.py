"""Reading the journal for a page or an export: filters, pages by number, names resolved once."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from syndicat.comptes.models import User
from syndicat.journal.libelles import libelle
from syndicat.journal.models import Ligne

GENRES = {
    "systeme": "La plateforme",
    "anonyme": "Un habitant sans compte",
    "citoyen": "Un habitant",
    "agent": "Un agent",
}


@dataclass(frozen=True)
class Filtres:
    """What is looked for; empty fields do not filter. ``par``: an account's UUID or a kind of actor."""

    du: date | None = None
    au: date | None = None
    par: str = ""
    action: str = ""
    objet: str = ""

    def appliquer(self, lignes: QuerySet[Ligne]) -> QuerySet[Ligne]:
        """The lines that match (days are civil, Europe/Paris, both included)."""
        if self.du:
            lignes = lignes.filter(instant__gte=_minuit(self.du))
        if self.au:
            lignes = lignes.filter(instant__lt=_minuit(self.au + timedelta(days=1)))
        if self.par:
            uuid = _uuid(self.par)
            lignes = lignes.filter(par=uuid) if uuid else lignes.filter(genre=self.par)
        if self.action:
            lignes = lignes.filter(action=self.action)
        if self.objet:
            # A kind, or the identifier pasted from an address: an index serves the former.
            lignes = (
                lignes.filter(objet_uuid=self.objet)
                if _uuid(self.objet)
                else lignes.filter(objet_genre=self.objet)
            )
        return lignes


@dataclass(frozen=True)
class LigneLue:
    """One line as shown."""

    seq: int
    instant: datetime
    action: str
    phrase: str
    qui: str
    objet: str
    objet_uuid: str
    details: tuple[tuple[str, str], ...]
    personnel: tuple[tuple[str, str], ...]
    efface: bool
    empreinte: str

    @property
    def titre_precisions(self) -> str:
        """Title of the disclosure, the same line named for a screen reader."""
        return f"Ligne {self.seq}"

    @property
    def fiche(self) -> list[dict[str, str]]:
        """Terms and values to show: object, codes, personal detail while it is kept."""
        termes = [("Objet", f"{self.objet} {self.objet_uuid}".strip())] if self.objet else []
        termes += [(c.capitalize(), v) for c, v in (*self.details, *self.personnel)]
        if self.efface:
            termes.append(("Détail personnel", "Effacé à son terme."))
        return [{"terme": t, "valeur": v} for t, v in termes]


def _minuit(jour: date) -> datetime:
    return timezone.make_aware(datetime.combine(jour, time.min))


def _uuid(texte: str) -> UUID | None:
    try:
        return UUID(texte)
    except ValueError:
        return None


def chainees() -> QuerySet[Ligne]:
    """Numbered lines of the collectivité in scope, the latest first."""
    return Ligne.objects.filter(seq__isnull=False).order_by("-seq")


def page(
    filtres: Filtres, *, avant: int | None, apres: int | None, taille: int
) -> tuple[list[Ligne], bool, bool]:
    """Lines, whether older ones exist, whether newer ones exist. One or two queries, by number: never an offset."""
    lignes = filtres.appliquer(chainees()).select_related("personnel")
    if apres is not None:
        lues = list(lignes.filter(seq__gt=apres).order_by("seq")[: taille + 1])
        return lues[:taille][::-1], True, len(lues) > taille
    if avant is not None:
        lignes = lignes.filter(seq__lt=avant)
    lues = list(lignes[: taille + 1])
    return lues[:taille], len(lues) > taille, avant is not None


def _paires(valeurs: Any) -> tuple[tuple[str, str], ...]:
    if not isinstance(valeurs, dict):
        return ()
    return tuple(
        (str(c).replace("_", " "), v if isinstance(v, str) else json.dumps(v, ensure_ascii=False))
        for c, v in sorted(valeurs.items())
    )


def lire(lignes: Iterable[Ligne]) -> list[LigneLue]:
    """Lines for a person: sentences, names of the accounts (one query)."""
    toutes = list(lignes)
    comptes = {
        u.uuid: u.get_full_name() for u in User.objects.filter(uuid__in={x.par for x in toutes if x.par})
    }
    return [_lire(ligne, comptes) for ligne in toutes]


def _lire(ligne: Ligne, comptes: dict[UUID, str]) -> LigneLue:
    contenu: dict[str, Any] = json.loads(ligne.contenu)
    auteur = contenu.get("acteur", {})
    qui = GENRES.get(ligne.genre, ligne.genre)
    if ligne.par:
        qui = comptes.get(ligne.par) or "Compte effacé"
    elif auteur.get("motif"):
        qui = f"{qui} ({auteur['motif']})"
    personnel = getattr(ligne, "personnel", None)
    details = {**(contenu.get("detail") or {})}
    if contenu.get("droit"):
        details["droit"] = contenu["droit"]
    return LigneLue(
        seq=ligne.seq or 0,
        instant=ligne.instant,
        action=ligne.action,
        phrase=libelle(ligne.action),
        qui=qui,
        objet=ligne.objet_genre,
        objet_uuid=ligne.objet_uuid,
        details=_paires(details),
        personnel=_paires(json.loads(personnel.contenu)) if personnel else (),
        efface="personnel" in contenu and personnel is None,
        empreinte=bytes(ligne.empreinte or b"").hex(),
    )
