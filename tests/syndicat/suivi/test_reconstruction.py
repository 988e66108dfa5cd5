"""``rebuild_suivi --check`` shows no difference after any series of acts, and finds every tampering."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from io import StringIO
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from syndicat.comptes.acteur import Acteur
from syndicat.socle import contexte
from syndicat.socle.contexte import Portee
from syndicat.socle.manifest import Manifest
from syndicat.suivi import reconstruction
from syndicat.suivi import service as suivi
from syndicat.suivi.lignes import Ligne, LigneATraiter, LigneEcheance, LigneIndicateur
from syndicat.suivi.management.commands import rebuild_suivi
from syndicat.suivi.models import ATraiter, Echeance, Indicateur

pytestmark = pytest.mark.django_db
JOUR = date(2026, 5, 4)


@dataclass
class Dossier:
    """A file of an imaginary theme: its own truth, kept apart from the projections."""

    uuid: str = field(default_factory=lambda: str(uuid4()))
    etat: str = "nouveau"
    agent: int | None = None
    limite: date = JOUR


class Theme:
    """An imaginary theme that writes to the projections as it acts, and can tell them all again."""

    def __init__(self) -> None:
        self.dossiers: dict[str, list[Dossier]] = {}

    @property
    def ici(self) -> list[Dossier]:
        return self.dossiers.setdefault(contexte.exiger_portee().slug, [])

    def lignes(self, portee: Portee) -> Iterator[Ligne]:
        """``Manifest.suivi`` of the theme."""
        for d in self.dossiers.get(portee.slug, []):
            yield from self._du_dossier(d)
        recus = len(self.dossiers.get(portee.slug, []))
        if recus:
            yield LigneIndicateur(service="essai", code="recus", jour=JOUR, valeur=Decimal(recus))

    def _du_dossier(self, d: Dossier) -> Iterator[Ligne]:
        commun = {"service": "essai", "uuid": d.uuid, "url": f"/essai/{d.uuid}/"}
        if d.etat == "nouveau":
            yield LigneATraiter(kind="trier", titre="Dossier à trier", theme="grc", **commun)
        if d.etat == "confie":
            yield LigneATraiter(
                kind="traiter", titre="Dossier à traiter", user_id=d.agent, echeance=d.limite, **commun
            )
        if d.etat != "clos":
            yield LigneEcheance(
                kind="reponse", titre="Réponse due", le=d.limite, roles=("maire", "agent"), **commun
            )

    def agir(self, acte: str, rang: int, nombre: int) -> None:
        """One act, and what it changes in the projections: only what changes."""
        if acte == "recevoir":
            self.ici.append(Dossier(limite=JOUR + timedelta(days=nombre)))
            d = self.ici[-1]
            suivi.ajouter_indicateur("essai", "recus", 1, jour=JOUR)
        elif not self.ici:
            return
        else:
            d = self.ici[rang % len(self.ici)]
            if acte == "confier" and d.etat != "clos":
                d.etat, d.agent = "confie", nombre
                suivi.clore_a_traiter("essai", d.uuid, "trier")
            elif acte == "repousser" and d.etat != "clos":
                d.limite = JOUR + timedelta(days=nombre)
            elif acte == "clore" and d.etat != "clos":
                d.etat = "clos"
                suivi.clore_a_traiter("essai", d.uuid, by=Acteur.systeme("essai"))
                suivi.clore_echeance("essai", d.uuid)
            elif acte == "rouvrir" and d.etat == "clos":
                d.etat, d.agent = "nouveau", None
            else:
                return
        for ligne in self._du_dossier(d):
            suivi.poser_ligne(ligne)


THEME = Theme()


@pytest.fixture(autouse=True)
def _theme(monkeypatch: pytest.MonkeyPatch) -> None:
    THEME.dossiers.clear()
    manifeste = Manifest(code="essai", label="Essai", suivi=f"{__name__}.THEME.lignes")
    for module in (reconstruction, rebuild_suivi):
        monkeypatch.setattr(module, "manifests", lambda: [manifeste])
    monkeypatch.setattr(reconstruction, "import_string", lambda chemin: THEME.lignes)


def _comparer(*arguments: str) -> str:
    sortie = StringIO()
    try:
        call_command("rebuild_suivi", *arguments, stdout=sortie)
    except CommandError as refus:
        return f"{sortie.getvalue()}REFUS {refus}"
    return sortie.getvalue()


ACTES = st.lists(
    st.tuples(
        st.sampled_from(["recevoir", "confier", "repousser", "clore", "rouvrir"]),
        st.integers(0, 9),
        st.integers(1, 60),
        st.booleans(),  # here or at the neighbour's
        st.booleans(),  # undone at the end of the transaction
    ),
    min_size=5,
    max_size=40,
)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(actes=ACTES)
def test_apres_toute_suite_d_actes_le_suivi_dit_ce_que_disent_les_themes(
    hettange: Any, rodemack: Any, actes: list[tuple[str, int, int, bool, bool]]
) -> None:
    with transaction.atomic():
        THEME.dossiers.clear()
        for acte, rang, nombre, ici, annule in actes:
            with contexte.dans(hettange if ici else rodemack):
                if annule:
                    garde = {m: [Dossier(**vars(d)) for d in ds] for m, ds in THEME.dossiers.items()}
                    with transaction.atomic():
                        THEME.agir(acte, rang, nombre)
                        transaction.set_rollback(True)
                    THEME.dossiers = garde
                else:
                    THEME.agir(acte, rang, nombre)
        assert "0 écart(s)" in _comparer("--check")
        transaction.set_rollback(True)


def _jeu(hettange: Any) -> None:
    with contexte.dans(hettange):
        for n in range(6):
            THEME.agir("recevoir", 0, n + 1)
        THEME.agir("confier", 1, 12)
        THEME.agir("clore", 2, 0)


@pytest.mark.parametrize(
    "fraude",
    [
        lambda: ATraiter.objects.filter(clos_le=None)[0].delete(),
        lambda: ATraiter.objects.update(titre="Autre"),
        lambda: ATraiter.objects.update(clos_le=None),
        lambda: Echeance.objects.update(le=date(2030, 1, 1)),
        lambda: suivi.poser_echeance("essai", uuid4(), "r", titre="Inventée", url="/", le=JOUR),
        lambda: Indicateur.objects.update(valeur=99),
        lambda: Indicateur.objects.all().delete(),
    ],
    ids=["retirée", "retitrée", "rouverte", "repoussée", "inventée", "chiffre changé", "chiffre retiré"],
)
def test_toute_retouche_est_trouvee_puis_reparee(hettange: Any, fraude: Any) -> None:
    _jeu(hettange)
    assert "0 écart(s)" in _comparer("--check")
    with contexte.dans(hettange):
        fraude()
    assert "REFUS" in _comparer("--check", "--membre", "hettange-grande")
    assert "REFUS" not in _comparer()
    assert "0 écart(s)" in _comparer("--check")


def test_un_service_qui_ne_dit_pas_d_ou_il_ecrit_est_signale_et_garde(hettange: Any) -> None:
    with contexte.dans(hettange):
        suivi.poser_indicateur("sans_source", "x", 1, jour=JOUR)
    assert "« sans_source » écrit au suivi" in (dit := _comparer("--check"))
    assert "REFUS" in dit
    _comparer()
    with contexte.dans(hettange):
        assert Indicateur.objects.filter(service="sans_source").exists()


def test_les_vieux_indicateurs_que_le_theme_ne_sait_plus_dire_restent(hettange: Any) -> None:
    _jeu(hettange)
    with contexte.dans(hettange):
        suivi.poser_indicateur("essai", "recus", 5, jour=JOUR - timedelta(days=900))
    assert "0 écart(s)" in _comparer("--check")
