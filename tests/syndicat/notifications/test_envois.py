"""The outbox: written with what it tells, sent once, never lost, at most doubled by a kill with the same Message-ID."""

import os
import signal
import smtplib
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.db import connection, connections, transaction
from django.utils import timezone

from syndicat.membres.models import Vitrine
from syndicat.notifications import courriel, envois, service, tasks
from syndicat.notifications.enums import EtatEnvoi
from syndicat.notifications.models import Envoi
from syndicat.socle import contexte

RACINE = Path(__file__).resolve().parents[3]
UUID = "11111111-1111-4111-8111-111111111111"


def _ecrire(cle: str = "essai:1", **plus: Any) -> Envoi:
    champs = {
        "a": "rose@exemple.fr",
        "modele": "essai/accuse",
        "contexte": {
            "code": "HG-26-0012",
            "nom": "Rose & Léa",
            "lieu": "rue de l'Église <2>",
            "lien": "https://x.fr/s/1",
        },
        "cle": cle,
        "rattache": ("grc.signalement", UUID),
    }
    return service.envoyer_courriel(**{**champs, **plus})


@pytest.fixture
def vitrine(hettange: Any) -> Vitrine:
    v, _ = Vitrine.objects.get_or_create(collectivite=hettange)
    v.accueil, v.telephone, v.courriel = (
        "Mairie de Hettange-Grande",
        "03 82 53 10 02",
        "mairie@hettange.exemple.fr",
    )
    v.adresse, v.code_postal, v.ville = "1 rue du Général-Patton", "57330", "Hettange-Grande"
    v.save()
    return v


def test_le_courriel_porte_le_nom_du_membre_son_telephone_et_la_mention(
    chez_hettange: Any, vitrine: Vitrine, gabarits: Path, demandes: list[str]
) -> None:
    ligne = _ecrire()
    assert ligne.objet == "Votre demande HG-26-0012 est enregistrée"
    assert "Bonjour Rose & Léa," in ligne.texte, "plain text is not escaped"
    assert "rue de l'Église <2>" in ligne.texte
    assert "\n\n\n" not in ligne.texte
    for texte in (ligne.texte, ligne.html):
        assert "Mairie de Hettange-Grande" in texte
        assert "03 82 53 10 02" in texte
        assert "hettange-grande.localhost" in texte
        assert "pour le suivi de votre demande" in texte
    assert "Rose &amp; Léa" in ligne.html
    assert "&lt;2&gt;" in ligne.html
    assert 'href="https://x.fr/s/1"' in ligne.html
    assert "<script" not in ligne.html
    message = courriel.composer(ligne).message()
    assert message["Message-ID"] == f"<{ligne.uuid}@localhost>"
    assert "Mairie de Hettange-Grande" in message["From"]
    assert message["Reply-To"] == "mairie@hettange.exemple.fr"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["List-Unsubscribe"] is None, "an answer that is owed has no way out"
    assert [p.get_content_type() for p in message.get_payload()] == ["text/plain", "text/html"]


def test_un_objet_ne_peut_pas_ajouter_d_en_tete(
    chez_hettange: Any, gabarits: Path, demandes: list[str]
) -> None:
    ligne = _ecrire(contexte={"code": "x\r\nBcc: tous@exemple.fr", "nom": "", "lieu": "", "lien": ""})
    message = courriel.composer(ligne).message()
    assert message["Bcc"] is None
    assert "\n" not in ligne.objet


def test_la_meme_cle_ne_donne_qu_un_envoi_par_membre(
    hettange: Any, rodemack: Any, gabarits: Path, demandes: list[str]
) -> None:
    with contexte.dans(hettange):
        assert _ecrire().pk == _ecrire().pk
        assert Envoi.objects.count() == 1
    with contexte.dans(rodemack):
        _ecrire()
        assert Envoi.objects.count() == 1


def test_l_envoi_part_apres_le_commit_et_jamais_si_la_transaction_est_defaite(
    chez_hettange: Any, gabarits: Path, demandes: list[str], django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        ligne = _ecrire()
        assert demandes == []
    assert demandes == [str(ligne.uuid)]
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        _ecrire("essai:2")
        transaction.set_rollback(True)
    assert len(demandes) == 1
    assert not Envoi.objects.filter(cle="essai:2").exists()


def test_un_courtier_en_panne_n_empeche_pas_d_ecrire(
    chez_hettange: Any, gabarits: Path, monkeypatch: Any, django_capture_on_commit_callbacks: Any
) -> None:
    def en_panne(*_: Any) -> None:
        raise ConnectionError("courtier absent")

    monkeypatch.setattr(tasks.envoyer, "delay", en_panne)
    with django_capture_on_commit_callbacks(execute=True):
        ligne = _ecrire()
    assert envois.en_retard() == [], "too fresh: its worker may be about to send it"
    Envoi.objects.update(created_at=timezone.now() - timedelta(minutes=1))
    assert envois.en_retard() == [(chez_hettange.collectivite_id, str(ligne.uuid))]
    tasks.balayer.apply().get()
    assert [m.to for m in mail.outbox] == [["rose@exemple.fr"]]
    assert envois.envoyer(str(ligne.uuid)) == "pris ailleurs ou fini"
    assert len(mail.outbox) == 1
    assert envois.en_retard() == []


def _au_bout_du_bail() -> None:
    Envoi.objects.filter(etat=EtatEnvoi.EN_COURS).update(bail_at=timezone.now() - timedelta(seconds=1))
    Envoi.objects.update(created_at=timezone.now() - timedelta(minutes=9))


@pytest.mark.parametrize(
    ("etape", "fois"), [("prendre", 1), ("remettre_avant", 1), ("remettre_apres", 2), ("noter", 2)]
)
def test_tue_entre_deux_etapes_le_message_part_et_ne_double_qu_au_plus_une_fois(
    chez_hettange: Any, gabarits: Path, demandes: list[str], monkeypatch: Any, etape: str, fois: int
) -> None:
    ligne = _ecrire()
    vrai = {"prendre": envois.prendre, "remettre": envois.remettre, "noter": envois.noter}

    def tue_avant(*_: Any, **__: Any) -> Any:
        raise KeyboardInterrupt

    def tue_apres(*args: Any, **kwargs: Any) -> Any:
        vrai["remettre"](*args, **kwargs)
        raise KeyboardInterrupt

    cible, remplacant = {
        "prendre": ("prendre", tue_avant),
        "remettre_avant": ("remettre", tue_avant),
        "remettre_apres": ("remettre", tue_apres),
        "noter": ("noter", tue_avant),
    }[etape]
    with monkeypatch.context() as m:
        m.setattr(envois, cible, remplacant)
        with pytest.raises(KeyboardInterrupt):
            envois.envoyer(str(ligne.uuid))
    _au_bout_du_bail()
    tasks.balayer.apply().get()
    tasks.balayer.apply().get()
    assert len(mail.outbox) == fois
    assert {m.extra_headers["Message-ID"] for m in mail.outbox} == {ligne.message_id}
    ligne.refresh_from_db()
    assert ligne.etat == EtatEnvoi.ENVOYE
    assert ligne.envoye_at is not None


def test_un_message_qui_tue_son_travailleur_est_abandonne(
    chez_hettange: Any, gabarits: Path, demandes: list[str], monkeypatch: Any
) -> None:
    ligne = _ecrire()
    monkeypatch.setattr(envois, "remettre", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
    for _ in range(envois.ESSAIS_MAX):
        with pytest.raises(KeyboardInterrupt):
            envois.envoyer(str(ligne.uuid))
        _au_bout_du_bail()
    assert envois.envoyer(str(ligne.uuid)) == "pris ailleurs ou fini"
    ligne.refresh_from_db()
    assert ligne.etat == EtatEnvoi.ABANDONNE


def test_les_echecs_s_espacent_puis_s_arretent(
    chez_hettange: Any, gabarits: Path, demandes: list[str], monkeypatch: Any
) -> None:
    ligne = _ecrire()

    def en_panne(_: Any) -> Any:
        raise smtplib.SMTPServerDisconnected("fermé")

    monkeypatch.setattr(courriel, "remettre", en_panne)
    attentes = []
    for _ in range(envois.ESSAIS_MAX):
        avant = timezone.now()
        envois.envoyer(str(ligne.uuid))
        ligne.refresh_from_db()
        attentes.append(round((ligne.prochain_at - avant).total_seconds() / 60))
        assert envois.envoyer(str(ligne.uuid)) == "pris ailleurs ou fini", "not due yet"
        Envoi.objects.update(prochain_at=timezone.now())
    assert attentes[:7] == [1, 5, 15, 60, 240, 720, 1440]
    assert ligne.etat == EtatEnvoi.ABANDONNE
    assert "SMTPServerDisconnected" in ligne.motif


def test_une_adresse_refusee_pour_de_bon_n_est_pas_reessayee(
    chez_hettange: Any, gabarits: Path, demandes: list[str], monkeypatch: Any
) -> None:
    from django.core.mail import EmailMultiAlternatives

    def refuse(code: int) -> Callable[..., Any]:
        def envoyer(*_: Any, **__: Any) -> Any:
            raise smtplib.SMTPRecipientsRefused({"rose@exemple.fr": (code, b"non")})

        return envoyer

    definitif, passager = _ecrire("a"), _ecrire("b")
    monkeypatch.setattr(EmailMultiAlternatives, "send", refuse(550))
    assert envois.envoyer(str(definitif.uuid)) == EtatEnvoi.REFUSE
    monkeypatch.setattr(EmailMultiAlternatives, "send", refuse(450))
    assert envois.envoyer(str(passager.uuid)) == EtatEnvoi.A_ENVOYER


def test_sans_fournisseur_un_sms_ne_fait_pas_semblant_de_partir(
    chez_hettange: Any, demandes: list[str], settings: Any, tmp_path: Path
) -> None:
    import json

    settings.SMS_FICHIER = str(tmp_path / "sms.jsonl")
    un = service.envoyer_sms(a="06 12 34 56 78", texte="Votre rendez-vous est demain.", cle="sms:1")
    assert envois.envoyer(str(un.uuid)) == EtatEnvoi.SANS_CANAL
    assert not Path(settings.SMS_FICHIER).exists()
    settings.SMS_FOURNISSEUR = "syndicat.notifications.sms.SmsEnFichier"
    deux = service.envoyer_sms(a="06 12 34 56 78", texte="Votre rendez-vous est demain.", cle="sms:2")
    assert envois.envoyer(str(deux.uuid)) == EtatEnvoi.ENVOYE
    Envoi.objects.filter(pk=deux.pk).update(etat=EtatEnvoi.EN_COURS, bail_at=timezone.now())
    assert envois.envoyer(str(deux.uuid)) == EtatEnvoi.ENVOYE
    lignes = [json.loads(x) for x in Path(settings.SMS_FICHIER).read_text().splitlines()]
    assert lignes == [
        {"numero": "+33612345678", "texte": "Votre rendez-vous est demain.", "reference": str(deux.uuid)}
    ], "the reference keeps the provider from sending twice"
    faux = service.envoyer_sms(a="12", texte="x", cle="sms:3")
    assert envois.envoyer(str(faux.uuid)) == EtatEnvoi.REFUSE


def test_un_membre_ne_voit_pas_les_envois_du_voisin_meme_en_sql(
    hettange: Any, rodemack: Any, gabarits: Path, demandes: list[str]
) -> None:
    with contexte.dans(hettange):
        ligne = _ecrire()
    with contexte.dans(rodemack):
        assert Envoi.objects.count() == 0
        assert envois.envoyer(str(ligne.uuid)) == "pris ailleurs ou fini"
        with connection.cursor() as curseur:
            curseur.execute("SELECT count(*) FROM notifications_envoi")
            assert curseur.fetchone() == (0,)
    assert mail.outbox == []


def test_la_purge_efface_le_contenu_et_garde_la_trace(
    chez_hettange: Any, gabarits: Path, demandes: list[str]
) -> None:
    from syndicat.notifications import purge

    ancien, en_attente = _ecrire("a"), _ecrire("b")
    envois.envoyer(str(ancien.uuid))
    Envoi.objects.update(created_at=timezone.now() - timedelta(days=91))
    assert purge.envois(chez_hettange) == 1
    ancien.refresh_from_db()
    en_attente.refresh_from_db()
    assert (ancien.destinataire, ancien.objet, ancien.texte, ancien.html) == ("", "", "", "")
    assert ancien.etat == EtatEnvoi.ENVOYE
    assert en_attente.destinataire == "rose@exemple.fr"
    assert purge.envois(chez_hettange) == 0


@pytest.mark.django_db(transaction=True)
def test_deux_travailleurs_ne_prennent_pas_le_meme_message(
    hettange: Any, gabarits: Path, demandes: list[str]
) -> None:
    with contexte.dans(hettange):
        identifiants = [str(_ecrire(f"essai:{i}").uuid) for i in range(20)]
    pris: list[str] = []
    depart = threading.Barrier(3)

    def travailler() -> None:
        depart.wait()
        with contexte.dans(hettange):
            for identifiant in identifiants:
                if envois.prendre(identifiant) is not None:
                    pris.append(identifiant)
        connections.close_all()

    fils = [threading.Thread(target=travailler) for _ in range(3)]
    for f in fils:
        f.start()
    for f in fils:
        f.join()
    assert sorted(pris) == sorted(identifiants)


SERVEUR_TUEUR = """
import os, signal, sys
import django
django.setup()
from django.core.mail import EmailMultiAlternatives
from syndicat.notifications import envois
from syndicat.socle import contexte

etape, membre, identifiant = sys.argv[1], int(sys.argv[2]), sys.argv[3]
mourir = lambda: os.kill(os.getpid(), signal.SIGKILL)
vrai_remettre, vrai_noter = envois.remettre, envois.noter
if etape == "apres_prise":
    envois.remettre = lambda ligne: mourir()
elif etape == "apres_remise":
    envois.noter = lambda *a, **k: mourir()
elif etape == "apres_note":
    def noter(*a, **k):
        vrai_noter(*a, **k)
        mourir()
    envois.noter = noter
with contexte.dans(membre):
    envois.envoyer(identifiant)
"""


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("etape", "fois"), [("apres_prise", 1), ("apres_remise", 2), ("apres_note", 1)])
def test_un_vrai_kill_9_a_chaque_etape_ne_perd_rien(
    hettange: Any, gabarits: Path, demandes: list[str], tmp_path: Path, etape: str, fois: int, settings: Any
) -> None:
    """A process of its own, killed for good, mails written to files: the same Message-ID, twice at most."""
    import re

    courriels = tmp_path / "courriels"
    courriels.mkdir()
    with contexte.dans(hettange):
        ligne = _ecrire()
    base = connections["default"].settings_dict
    env = os.environ | {
        "DJANGO_SETTINGS_MODULE": "syndicat.settings.dev",
        "DATABASE_URL": f"postgresql://{base['USER']}:{base['PASSWORD']}@{base['HOST'] or '127.0.0.1'}:{base['PORT'] or 5432}/{base['NAME']}",
        "DB_POOL": "False",
        "REDIS_URL": settings.CACHES["default"]["LOCATION"],
        "CACHE_PREFIXE": settings.CACHES["default"]["KEY_PREFIX"],
        "SYNDICAT_COURRIELS": str(courriels),
        "PYTHONPATH": str(RACINE),
    }
    commande = [sys.executable, "-c", SERVEUR_TUEUR, etape, str(hettange.pk), str(ligne.uuid)]
    mort = subprocess.run(
        commande, env=env, cwd=RACINE, capture_output=True, text=True, timeout=60, check=False
    )
    assert mort.returncode == -signal.SIGKILL, mort.stderr
    with contexte.dans(hettange):
        _au_bout_du_bail()
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = str(courriels)
    tasks.balayer.apply().get()
    tasks.balayer.apply().get()
    ids = re.findall(r"^Message-ID: (.*)$", "\n".join(f.read_text() for f in courriels.iterdir()), re.M)
    assert ids == [ligne.message_id] * fois
    with contexte.dans(hettange):
        assert Envoi.objects.get().etat == EtatEnvoi.ENVOYE
