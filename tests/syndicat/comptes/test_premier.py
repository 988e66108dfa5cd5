"""A member that gets its space gets its first administrator; a read-only member still lets people in."""

from typing import Any

from django.test import Client

from syndicat.comptes.models import Adhesion
from syndicat.comptes.premier import designer
from syndicat.membres.acteurs import Plateforme, PremierAdministrateur
from syndicat.notifications.models import Envoi
from syndicat.socle import contexte
from syndicat.socle.protocoles import demander
from tests.connexion import ouvrir_session


def test_le_premier_administrateur_est_designe_et_invite_une_seule_fois(rodemack: Any) -> None:
    assert demander(PremierAdministrateur) is not None  # type: ignore[type-abstract]
    with contexte.dans(rodemack):
        for _ in range(2):
            designer(courriel="secretariat@rodemack.exemple", by=Plateforme(motif="membres.onboard"))
        adhesion = Adhesion.objects.get(role="administrateur")
        assert adhesion.user.email == "secretariat@rodemack.exemple"
        assert Envoi.objects.filter(destinataire="secretariat@rodemack.exemple").count() == 1


def test_on_entre_et_on_sort_d_un_membre_en_lecture_seule(compte: Any, hettange: Any) -> None:
    from syndicat.membres import annuaire
    from syndicat.membres.models import Collectivite

    client = Client(headers={"host": "hettange-grande.localhost"})
    ouvrir_session(client, compte("admin"), "hettange-grande")
    Collectivite.objects.filter(pk=hettange.pk).update(etat="suspendue")
    annuaire._par_hote.clear()
    annuaire._par_id.clear()
    assert client.get("/mon-compte/").status_code == 200
    assert client.post("/deconnexion/").status_code == 302
    assert client.get("/mon-compte/").status_code == 302
