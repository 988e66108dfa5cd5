"""Onboarding: a space, an address, a first administrator; once, whatever the number of runs."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import connections
from django.test import Client

from syndicat.membres import actions, annuaire, empreinte, gabarit, schema
from syndicat.membres.acteurs import Plateforme
from syndicat.membres.enums import EtatMembre
from syndicat.membres.models import Collectivite, Domaine
from syndicat.socle import contexte

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "proprietaire"])
BY = Plateforme("essai")


@pytest.fixture
def louvigny() -> Any:
    return Collectivite.objects.get(slug="louvigny")


def test_un_membre_neuf_repond_chez_lui_et_vaut_le_modele(louvigny: Any) -> None:
    assert annuaire.portee_par_hote("louvigny.localhost") is None
    fait = actions.onboard(collectivite=louvigny, by=BY)
    assert fait.nouveau
    assert fait.collectivite.etat == EtatMembre.ACTIVE
    assert empreinte.complete(louvigny.schema_name) == empreinte.complete(gabarit.MODELE)
    assert Client(headers={"host": "louvigny.localhost"}).get("/").status_code == 200


def test_embarquer_deux_fois_ne_fait_rien_la_seconde(louvigny: Any) -> None:
    actions.onboard(collectivite=louvigny, by=BY)
    assert not actions.onboard(collectivite=louvigny, by=BY).nouveau
    assert Domaine.objects.filter(tenant=louvigny).count() == 1
    with contexte.dans(Collectivite.objects.get(pk=louvigny.pk)):
        from syndicat.journal.models import Ligne

        lignes = [x for x in Ligne.objects.all() if "membres.collectivite.embarquee" in str(vars(x))]
        assert len(lignes) == 1


def test_interrompu_en_chemin_il_ne_reste_rien(louvigny: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from syndicat.membres import embarquement

    def couper(collectivite: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as m:
        m.setattr(embarquement, "_domaine", couper)
        with pytest.raises(KeyboardInterrupt):
            actions.onboard(collectivite=louvigny, by=BY)
    assert not schema.existe(louvigny.schema_name)
    assert actions.onboard(collectivite=louvigny, by=BY).nouveau


def test_l_application_ecrit_chez_le_membre_et_ne_change_pas_sa_structure(louvigny: Any) -> None:
    fait = actions.onboard(collectivite=louvigny, by=BY)
    with contexte.dans(fait.collectivite), connections["default"].cursor() as curseur:
        curseur.execute("SELECT count(*) FROM django_migrations")
        assert curseur.fetchone()[0] > 10
        curseur.execute("SELECT has_schema_privilege(current_schema(), 'CREATE')")
        assert curseur.fetchone() == (False,)


def test_le_premier_administrateur_est_designe(louvigny: Any) -> None:
    actions.onboard(collectivite=louvigny, by=BY, administrateur="premiere@exemple.fr")
    from syndicat.comptes.models import Adhesion

    with contexte.dans(Collectivite.objects.get(pk=louvigny.pk)):
        assert [(a.user.email, a.role) for a in Adhesion.objects.select_related("user")] == [
            ("premiere@exemple.fr", "administrateur")
        ]


def test_un_schema_deja_la_n_est_pas_ecrase(louvigny: Any) -> None:
    with connections["proprietaire"].cursor() as curseur:
        curseur.execute(f'CREATE SCHEMA "{louvigny.schema_name}"')
    with pytest.raises(ValidationError, match="existe déjà"):
        actions.onboard(collectivite=louvigny, by=BY)


def test_un_epci_et_ses_communes_d_un_coup(capsys: Any) -> None:
    epci = Collectivite.objects.epci().filter(etat=EtatMembre.REGISTRE).order_by("siren").first()
    assert epci is not None
    call_command("onboard", epci=epci.siren, processus=2)
    attendus = epci.composantes.filter(genre="epci").count() + 1
    assert f"{attendus} embarquées, 0 l’étaient déjà" in capsys.readouterr().out
    call_command("onboard", epci=epci.siren)
    assert f"0 embarquées, {attendus} l’étaient déjà" in capsys.readouterr().out
    with pytest.raises(CommandError, match="Inconnus au registre"):
        call_command("onboard", "atlantide")
