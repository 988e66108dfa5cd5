"""One member leaves whole and comes back whole; nobody else's rows leave with it; numbers never go back."""

import csv
import io
import json
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import connections
from django.utils import timezone

from syndicat.membres import actions, annuaire, empreinte, restitution, sauvegarde, schema
from syndicat.membres.acteurs import Plateforme
from syndicat.membres.enums import EtatMembre
from syndicat.membres.models import Collectivite
from tests.syndicat.membres import brouillon

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "proprietaire"])
BY = Plateforme("essai")


def _sql(ordre: str, params: Any = None) -> list[Any]:
    with connections["proprietaire"].cursor() as curseur:
        curseur.execute(ordre, params)
        return curseur.fetchall() if curseur.description else []


@pytest.fixture
def garni(rodemack: Any) -> Any:
    """Rodemack's schema with all that a theme may hold."""
    brouillon.dresser("m_57588", seul=False)
    _sql(
        'INSERT INTO m_57588.essai_salle (id, "Nom d\'usage", places)'
        " VALUES (90, E'l\\'été, \"grand\"\\nsalon', NULL), (91, '', 1)"
    )
    return rodemack


def test_une_sauvegarde_se_restaure_a_l_identique(garni: Any, tmp_path: Path) -> None:
    fichier = tmp_path / "rodemack.zip"
    sauvegarde.sauvegarder(collectivite=garni, fichier=fichier)
    assert fichier.stat().st_mode & 0o077 == 0
    fait = sauvegarde.restaurer(fichier=fichier, by=BY)
    assert fait.schema.startswith("r_m_57588_")
    ligne = [x for x in empreinte.structure(fait.schema) if "commun__" not in x]
    assert ligne == empreinte.structure("m_57588")
    contenu = [x for x in empreinte.contenu(fait.schema) if "commun__" not in x]
    assert contenu == empreinte.contenu("m_57588")
    assert fait.lignes == sum(int(x.split()[2]) for x in contenu if x.startswith("lignes "))
    assert fait.orphelins == ()


def test_seules_ses_lignes_partagees_sortent(garni: Any, hettange: Any, tmp_path: Path) -> None:
    fichier = tmp_path / "rodemack.zip"
    sauvegarde.sauvegarder(collectivite=garni, fichier=fichier)
    with zipfile.ZipFile(fichier) as archive:
        manifeste = json.loads(archive.read("manifeste.json"))
        vues = 0
        for piece in manifeste["commun"]:
            lignes = list(csv.DictReader(io.TextIOWrapper(archive.open(piece["chemin"]), "utf-8")))
            assert len(lignes) == piece["lignes"]
            vues += len(lignes)
            for ligne in lignes:
                cles = [
                    v
                    for k, v in ligne.items()
                    if k in ("collectivite_id", "tenant_id", "membre_id", "groupement_id")
                ]
                assert str(garni.pk) in cles
    assert vues > 3
    assert {"conventions_convention", "comptes_adhesion", "membres_vitrine"} <= {
        p["table"] for p in manifeste["commun"]
    }


def test_mise_en_place_les_numeros_ne_reculent_pas(garni: Any, tmp_path: Path, capsys: Any) -> None:
    fichier = tmp_path / "rodemack.zip"
    call_command("sauvegarde_membre", "rodemack", str(fichier))
    _sql("UPDATE m_57588.essai_salle SET places = 1")
    _sql("SELECT nextval('m_57588.essai_numero') FROM generate_series(1, 20)")
    apres = _sql("SELECT last_value FROM m_57588.essai_numero")
    journal = _sql("SELECT count(*) FROM journal_ligne")[0][0]
    call_command("restaurer_membre", str(fichier), mettre_en_place=True)
    assert _sql("SELECT places FROM m_57588.essai_salle WHERE id = 5") == [(200,)]
    assert _sql("SELECT last_value FROM m_57588.essai_numero") == apres
    assert _sql("SELECT count(*) FROM journal_ligne")[0][0] == journal + 1
    assert not [x for x in empreinte.structure("m_57588") if "commun__" in x]
    (ancien,) = _sql("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'm\\_57588\\_avant%%'")[0]
    assert _sql(f"SELECT places FROM {ancien}.essai_salle WHERE id = 5") == [(1,)]
    assert "rebuild" not in capsys.readouterr().err


def test_une_sauvegarde_abimee_est_refusee(garni: Any, tmp_path: Path) -> None:
    fichier, abime = tmp_path / "a.zip", tmp_path / "b.zip"
    sauvegarde.sauvegarder(collectivite=garni, fichier=fichier)
    with zipfile.ZipFile(fichier) as source, zipfile.ZipFile(abime, "w") as cible:
        for nom in source.namelist():
            contenu = source.read(nom)
            cible.writestr(nom, contenu.replace(b"Mairie", b"Mairle"))
    with pytest.raises(ValidationError, match="abîmée"):
        sauvegarde.restaurer(fichier=abime, by=BY)
    with pytest.raises(CommandError):
        call_command("restaurer_membre", str(tmp_path / "absente.zip"))
    assert not _sql("SELECT 1 FROM pg_namespace WHERE nspname LIKE 'r\\_m%%'")


class TestArchiver:
    def test_pas_a_pas_jusqu_a_la_suppression(self, garni: Any, tmp_path: Path) -> None:
        with pytest.raises(ValidationError, match="Suspendre"):
            restitution.exporter(collectivite=garni, dossier=tmp_path, by=BY)
        suspendue = actions.suspendre(collectivite=garni, by=BY, motif="depart")
        faite = restitution.exporter(collectivite=suspendue, dossier=tmp_path, by=BY)
        fichier = tmp_path / faite.fichier
        assert restitution.signature_valide(faite, fichier)
        with pytest.raises(ValidationError, match="visa"):
            restitution.archiver(restitution=faite, fichier=fichier, by=BY)
        with pytest.raises(ValidationError, match="daté"):
            restitution.enregistrer_visa(
                restitution=faite,
                reference="AD57/1",
                le=timezone.localdate() + timedelta(days=2),
                par="x",
                by=BY,
            )
        restitution.enregistrer_visa(
            restitution=faite, reference="AD57/2026/12", le=timezone.localdate(), par="La directrice", by=BY
        )
        faux = tmp_path / "faux.zip"
        faux.write_bytes(fichier.read_bytes() + b"x")
        with pytest.raises(ValidationError, match="signé"):
            restitution.archiver(restitution=faite, fichier=faux, by=BY)
        assert schema.existe("m_57588")
        archivee = restitution.archiver(restitution=faite, fichier=fichier, by=BY)
        assert archivee.etat == EtatMembre.ARCHIVEE
        assert not schema.existe("m_57588")
        assert annuaire.portee_par_hote("rodemack.localhost") is None
        with pytest.raises(ValidationError, match="archivée"):
            actions.onboard(collectivite=Collectivite.objects.get(pk=garni.pk), by=BY)
