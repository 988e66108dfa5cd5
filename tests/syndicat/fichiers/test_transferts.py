"""Large files arrive by pieces, survive a cut, and are looked at like any other."""

import base64
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from syndicat.comptes.acteur import Acteur
from syndicat.fichiers import purge, stockage, transferts
from syndicat.fichiers.enums import EtatTransfert
from syndicat.fichiers.models import Fichier, Transfert
from syndicat.socle import contexte
from tests.syndicat.fichiers.conftest import GENRE, UUID

PDF = b"%PDF-1.7\n" + bytes(range(256)) * 4000 + b"\n%%EOF\n"
ADRESSE = "/fichiers/transferts/"


def _meta(**champs: str) -> str:
    return ",".join(f"{c} {base64.b64encode(v.encode()).decode()}" for c, v in champs.items())


def _ouvrir(client: Client, taille: int, **champs: str) -> Any:
    dit = {"filename": "plan.pdf", "genre": GENRE, "objet": UUID, "profil": "volumineux", **champs}
    return client.post(ADRESSE, headers={"upload-length": str(taille), "upload-metadata": _meta(**dit)})


def _morceau(client: Client, adresse: str, decalage: int, octets: bytes) -> Any:
    return client.patch(
        adresse,
        octets,
        content_type="application/offset+octet-stream",
        headers={"upload-offset": str(decalage)},
    )


@pytest.fixture
def client(droit: Callable[..., None], visite: Callable[..., Client]) -> Client:
    droit(lambda a, u: True, lambda a, u: a.est_agent and u == UUID)
    return visite("hettange-grande", "agent")


def test_un_fichier_arrive_en_morceaux_et_devient_un_fichier(client: Client, hettange: Any) -> None:
    creation = _ouvrir(client, len(PDF))
    assert creation.status_code == 201
    assert creation["Tus-Resumable"] == "1.0.0"
    adresse = creation["Location"]
    for debut in range(0, len(PDF), 400_000):
        reponse = _morceau(client, adresse, debut, PDF[debut : debut + 400_000])
        assert reponse.status_code == 204
        assert reponse["Upload-Offset"] == str(min(debut + 400_000, len(PDF)))
    with contexte.dans(hettange):
        f = Fichier.objects.get()
        assert (f.nom, f.type_mime, f.taille) == ("plan.pdf", "application/pdf", len(PDF))
        assert f.rattache == (GENRE, UUID)
        assert stockage.depot().ouvrir(f.cle).read() == PDF
        assert reponse["Upload-Fichier"] == str(f.uuid)
    assert _morceau(client, adresse, len(PDF), b"x").status_code == 410


def test_apres_une_coupure_on_reprend_ou_l_on_en_etait(client: Client) -> None:
    adresse = _ouvrir(client, len(PDF))["Location"]
    assert client.head(adresse)["Upload-Offset"] == "0"
    _morceau(client, adresse, 0, PDF[:1000])
    assert _morceau(client, adresse, 0, PDF[:1000]).status_code == 409, "already received"
    assert _morceau(client, adresse, 2000, PDF[2000:]).status_code == 409, "a hole"
    tete = client.head(adresse)
    assert (tete["Upload-Offset"], tete["Upload-Length"]) == ("1000", str(len(PDF)))
    assert _morceau(client, adresse, 1000, PDF[1000:]).status_code == 204


def test_tue_entre_le_disque_et_la_base_rien_n_est_perdu_ni_double(
    hettange: Any, acteur: Callable[..., Acteur], droit: Any, monkeypatch: Any
) -> None:
    from io import BytesIO

    agent = acteur("agent", hettange)
    with contexte.dans(hettange):
        t = transferts.ouvrir_transfert(
            nom="plan.pdf", taille=len(PDF), profil="volumineux", rattache=(GENRE, UUID), by=agent
        )
        monkeypatch.setattr(Transfert, "save", lambda *a, **k: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            transferts.recevoir(t, decalage=0, flux=BytesIO(PDF[:5000]), by=agent)
        monkeypatch.undo()
        t.refresh_from_db()
        assert t.recu == 0, "the bytes on disk do not count yet"
        assert stockage.transit(t.uuid).stat().st_size == 5000
        transferts.recevoir(t, decalage=0, flux=BytesIO(PDF[:3000]), by=agent)
        fini = transferts.recevoir(t, decalage=3000, flux=BytesIO(PDF[3000:]), by=agent)
        assert fini.etat == EtatTransfert.TERMINE
        assert stockage.depot().ouvrir(fini.fichier.cle).read() == PDF


def test_un_contenu_refuse_l_est_a_la_fin_avec_son_motif(client: Client, hettange: Any) -> None:
    leurre = b"MZ\x90\x00" + b"\x00" * 5000
    adresse = _ouvrir(client, len(leurre))["Location"]
    reponse = _morceau(client, adresse, 0, leurre)
    assert reponse.status_code == 422
    assert "n’est pas d’un type accepté" in reponse.json()["detail"]
    assert client.head(adresse).status_code == 410
    with contexte.dans(hettange):
        assert Transfert.objects.get().etat == EtatTransfert.REFUSE
        assert not Fichier.objects.exists()


def test_un_morceau_plus_long_qu_annonce_ne_compte_pas(client: Client) -> None:
    adresse = _ouvrir(client, 100)["Location"]
    assert _morceau(client, adresse, 0, b"x" * 101).status_code == 413
    assert client.head(adresse)["Upload-Offset"] == "0"


@pytest.mark.parametrize(
    ("champs", "taille", "statut"),
    [
        ({"objet": "22222222-2222-4222-8222-222222222222"}, 10, 404),
        ({"genre": "inconnu.objet"}, 10, 404),
        ({"objet": "pas-un-uuid"}, 10, 400),
        ({"profil": "inconnu"}, 10, 400),
        ({}, 0, 413),
        ({}, 5 * 1024**3, 413),
    ],
)
def test_un_transfert_demande_un_objet_un_droit_et_une_taille(
    client: Client, champs: dict[str, str], taille: int, statut: int
) -> None:
    if taille == 0:
        statut = 400
    assert _ouvrir(client, taille, **champs).status_code == statut


def test_le_transfert_d_un_autre_n_existe_pas(client: Client, visite: Callable[..., Client]) -> None:
    adresse = _ouvrir(client, 100)["Location"]
    for autre in (visite("hettange-grande", "agent.grc"), visite("rodemack", "agent.rodemack")):
        assert autre.head(adresse).status_code == 404
        assert _morceau(autre, adresse, 0, b"x").status_code == 404
        assert autre.delete(adresse).status_code == 404
    assert visite("hettange-grande").head(adresse).status_code == 302
    assert client.delete(adresse).status_code == 204
    assert client.head(adresse).status_code == 410


def test_la_purge_ne_prend_que_les_orphelins(hettange: Any, acteur: Any, droit: Any) -> None:
    import os
    import time
    from io import BytesIO

    from syndicat.fichiers import service
    from tests.syndicat.fichiers.conftest import jpeg, televerse

    agent = acteur("agent", hettange)
    vieux = timezone.now() - timedelta(hours=25)
    with contexte.dans(hettange):
        garde = service.deposer(televerse(jpeg()), profil="photo", rattache=(GENRE, UUID), by=agent)
        jeune = service.deposer(televerse(jpeg()), profil="photo", by=agent)
        brouillon = service.deposer(televerse(jpeg()), profil="photo", by=agent)
        Fichier.objects.exclude(pk=jeune.pk).update(created_at=vieux)
        sans_ligne = stockage.cle_de("33333333-3333-4333-8333-333333333333", "original", "jpg")
        recent = stockage.cle_de("44444444-4444-4444-8444-444444444444", "original", "jpg")
        for cle in (sans_ligne, recent):
            stockage.depot().ecrire(cle, BytesIO(b"x"))
        for cle in (sans_ligne, garde.cle):
            os.utime(stockage.depot().chemin(cle), (time.time() - 90_000,) * 2)
        t = transferts.ouvrir_transfert(
            nom="a", taille=10, profil="volumineux", rattache=(GENRE, UUID), by=agent
        )
        transferts.recevoir(t, decalage=0, flux=BytesIO(b"abc"), by=agent)
        Transfert.objects.update(expire_at=vieux)
        assert purge.membre_en_cours() == {"transferts": 1, "brouillons": 1, "octets": 1}
        assert set(Fichier.objects.all()) == {garde, jeune}
        assert not Fichier.objects.filter(pk=brouillon.pk).exists()
        assert not stockage.transit(t.uuid).exists()
        existe = stockage.depot().stockage.exists
        assert existe(garde.cle)
        assert existe(recent)
        assert not existe(sans_ligne)
        assert purge.membre_en_cours() == {"transferts": 0, "brouillons": 0, "octets": 0}


def test_la_purge_passe_chez_chaque_membre(
    hettange: Any, rodemack: Any, acteur: Any, monkeypatch: Any
) -> None:
    vus: list[str] = []
    monkeypatch.setattr(
        purge, "membre_en_cours", lambda: vus.append(contexte.exiger_portee().slug) or {"x": 1}
    )
    monkeypatch.setattr(purge.connection, "close", lambda: None)
    assert purge.tous_les_membres() == len(vus)
    assert {"hettange-grande", "rodemack", "syndicat"} <= set(vus)


def test_supprimer_un_fichier_se_journalise_et_efface_ses_octets(
    hettange: Any, acteur: Any, django_capture_on_commit_callbacks: Any
) -> None:
    from syndicat.fichiers import service, travaux
    from syndicat.journal.models import Ligne
    from tests.syndicat.fichiers.conftest import jpeg, televerse

    agent = acteur("agent", hettange)
    with contexte.dans(hettange):
        f = service.deposer(
            televerse(jpeg(), "Mme Dupont.jpg"), profil="photo", rattache=(GENRE, UUID), by=agent
        )
        travaux.faire(str(f.uuid))
        f.refresh_from_db()
        cles = f.cles()
        assert len(cles) == 2
        with django_capture_on_commit_callbacks(execute=True):
            service.supprimer(f, by=agent, motif="demande")
            assert all(stockage.depot().stockage.exists(c) for c in cles), "until commit, nothing is lost"
        assert not any(stockage.depot().stockage.exists(c) for c in cles)
        assert not Fichier.objects.exists()
        ligne = Ligne.objects.get(action="fichiers.supprimer")
        assert "Dupont" not in str(ligne.__dict__)
