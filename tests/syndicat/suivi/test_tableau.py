"""The board over 556 members: the same number of queries for one or for all, refused elsewhere, journaled."""

import time
from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext

from syndicat.comptes.acteur import Acteur
from syndicat.journal.models import Ligne
from syndicat.membres.models import Collectivite
from syndicat.socle import contexte
from syndicat.suivi import service as suivi
from syndicat.suivi.tableau import ACTE_TABLEAU, tableau
from tests.syndicat.journal.faussaire import faussaire

CODES = [("grc", "recus"), ("grc", "clos"), ("achats", "commandes")]


def _remplir() -> int:
    """Every one of the 556 active, each with lines of its own (written over RLS by a superuser: it is only decor)."""
    with faussaire(declencheurs=True) as admin:
        admin.execute("UPDATE membres_collectivite SET etat = 'active'")
        admin.execute(
            "INSERT INTO suivi_atraiter (collectivite_id, service, uuid, kind, titre, url, roles, theme, action, echeance, pose_le)"
            " SELECT id, 'grc', gen_random_uuid(), 'trier', 't', '/', '{maire}', '', '', current_date - n, now()"
            " FROM membres_collectivite, generate_series(-2, 2) n"
        )
        admin.execute(
            "INSERT INTO suivi_echeance (collectivite_id, service, uuid, kind, titre, url, le, motif, roles, theme)"
            " SELECT id, 'grc', gen_random_uuid(), 'r', 't', '/', current_date + n * 10, '', '{}', ''"
            " FROM membres_collectivite, generate_series(1, 5) n"
        )
        admin.execute(
            "INSERT INTO suivi_indicateur (collectivite_id, service, code, jour, valeur)"
            " SELECT id, 'grc', c, current_date - n, 2 FROM membres_collectivite, generate_series(0, 59) n,"
            " (VALUES ('recus'), ('clos')) AS t(c)"
        )
        admin.execute("ANALYZE suivi_atraiter; ANALYZE suivi_echeance; ANALYZE suivi_indicateur")
    return Collectivite.objects.embarquees().count()


@pytest.mark.django_db(transaction=True)
def test_le_tableau_des_556_coute_un_nombre_constant_de_requetes(
    syndicat: Any, acteur: Callable[..., Any]
) -> None:
    direction = acteur("direction", syndicat)

    def lire() -> tuple[int, list[Any], float]:
        with contexte.dans(syndicat), CaptureQueriesContext(connection) as requetes:
            debut = time.monotonic()
            lignes = tableau(by=direction, codes=CODES)
            return len(requetes), lignes, time.monotonic() - debut

    avant, peu, _ = lire()
    assert len(peu) == 5
    nombre = _remplir()
    assert nombre >= 556
    apres, lignes, duree = lire()
    assert apres == avant
    assert len(lignes) == nombre
    assert duree < 2
    une = next(li for li in lignes if li.slug == "hettange-grande")
    assert (une.a_traiter, une.en_retard, une.echeances) == (5, 2, 3)
    assert une.indicateurs == {("grc", "recus"): 60, ("grc", "clos"): 60}
    with contexte.dans(syndicat):
        consultations = Ligne.objects.filter(action="suivi.tableau.consulte")
        assert consultations.count() == 2
        assert consultations.first().par is not None


@pytest.mark.django_db
def test_une_commune_n_a_pas_le_tableau_du_syndicat(hettange: Any, acteur: Callable[..., Any]) -> None:
    with contexte.dans(hettange), pytest.raises(PermissionDenied):
        tableau(by=acteur("maire", hettange))


@pytest.mark.django_db
def test_la_plateforme_elle_meme_lit_sans_ecrire_au_journal(syndicat: Any) -> None:
    with contexte.dans(syndicat):
        assert tableau(by=Acteur.systeme("essai"))
        assert not Ligne.objects.filter(action="suivi.tableau.consulte").exists()
    assert ACTE_TABLEAU in contexte.ACTES_TRANSVERSES


@pytest.mark.django_db
def test_le_cockpit_d_un_maire_reste_a_requetes_constantes_parmi_556(
    hettange: Any, acteur: Callable[..., Any]
) -> None:
    with contexte.dans(hettange), CaptureQueriesContext(connection) as requetes:
        maire = acteur("maire", hettange)
        avant = len(requetes)
        list(suivi.a_traiter_pour(maire))
        list(suivi.echeances())
        suivi.indicateurs_de(CODES, 30)
        assert len(requetes) - avant <= 4
