"""Tasks: a message says for which member it is, or nobody works; seen through a real broker and a real worker."""

import json
import os
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from celery import Celery
from django.conf import settings
from django.utils import timezone

from syndicat.socle import contexte, taches
from syndicat.socle.journalisation import requete_courante
from syndicat.socle.taches import ENTETE, TacheMembre, TacheSansMembre, TacheTropTardive

RACINE = Path(__file__).resolve().parents[3]
app = Celery("essais", task_cls=TacheMembre, broker="memory://", set_as_current=False)


@app.task(name="essais.ou")
def ou() -> str:
    return contexte.exiger_portee().slug


@app.task(name="essais.imbriquee")
def imbriquee() -> tuple[str, str]:
    dedans = ou.apply().get()
    return contexte.exiger_portee().slug, dedans


@app.task(name="essais.panne")
def panne() -> None:
    raise ValueError("voulu")


@app.task(name="essais.balai", sans_membre=True)
def balai() -> Any:
    return contexte.portee_courante()


def test_un_envoi_sans_collectivite_est_refuse(db: None) -> None:
    for envoi in (ou.delay, ou.apply, ou.apply_async, lambda: ou.s().apply_async()):
        with pytest.raises(TacheSansMembre):
            envoi()


@pytest.mark.parametrize("entete", [None, 0, "", "3", -1, True, 10**9], ids=str)
def test_un_message_sans_collectivite_valable_est_refuse_a_l_arrivee(hettange: Any, entete: Any) -> None:
    resultat = ou.apply(headers={ENTETE: entete})
    assert isinstance(resultat.result, TacheSansMembre)
    with contexte.dans(hettange):
        assert isinstance(ou.apply(headers={ENTETE: entete}).result, TacheSansMembre), (
            "not even a member in scope"
        )


def test_la_tache_travaille_pour_le_membre_du_message_et_rend_le_contexte(
    hettange: Any, rodemack: Any
) -> None:
    with contexte.dans(hettange):
        assert ou.apply().get() == "hettange-grande"
        assert ou() == "hettange-grande"
        with contexte.dans(rodemack):
            assert ou.apply().get() == "rodemack"
        assert ou.apply(headers={ENTETE: rodemack.pk}).get() == "rodemack"
        assert imbriquee.apply().get() == ("hettange-grande", "hettange-grande")
        assert isinstance(panne.apply().result, ValueError)
        with pytest.raises(ValueError, match="voulu"):
            panne()
        assert contexte.exiger_portee().slug == "hettange-grande"
    assert contexte.portee_courante() is None


def test_une_tache_appelee_comme_une_fonction_demande_un_membre_en_cours(db: None) -> None:
    with pytest.raises(contexte.SansCollectivite):
        ou()


def test_un_balai_n_a_pas_de_membre_meme_si_l_appelant_en_a_un(hettange: Any) -> None:
    with contexte.dans(hettange):
        assert balai.apply().get() is None
        assert balai() is None
        assert contexte.exiger_portee().slug == "hettange-grande"


def test_une_tache_ne_s_envoie_pas_plus_de_quinze_minutes_a_l_avance(hettange: Any) -> None:
    with contexte.dans(hettange):
        for options in ({"countdown": 1000}, {"eta": timezone.now() + timedelta(hours=1)}):
            with pytest.raises(TacheTropTardive):
                ou.apply_async(**options)


def test_la_demande_d_origine_se_retrouve_dans_la_tache(hettange: Any) -> None:
    vues = []

    @app.task(name="essais.demande")
    def demande() -> None:
        vues.append(requete_courante.get())

    jeton = requete_courante.set("demande-0001")
    with contexte.dans(hettange):
        demande.apply()
        demande.apply(headers={"syndicat_requete": "demande-0002"})
    assert requete_courante.get() == "demande-0001"
    requete_courante.reset(jeton)
    assert vues == ["demande-0001", "demande-0002"]


def test_le_programme_ne_contient_que_des_balais_connus() -> None:
    lignes = taches.programme()
    assert {"fichiers.balayer", "notifications.balayer", "notifications.resumer"} <= set(lignes)
    from syndicat.celery import app as produit

    produit.loader.import_default_modules()
    assert {ligne["task"] for ligne in lignes.values()} <= set(produit.tasks)


def test_chaque_tache_du_produit_est_de_la_base_qui_refuse() -> None:
    from syndicat.celery import app as produit

    produit.loader.import_default_modules()
    assert len(produit.tasks) > 5
    assert [n for n, t in produit.tasks.items() if not isinstance(t, TacheMembre)] == []


# --- A real broker, a real worker ---------------------------------------------------------------------

MODULE = '''
"""Tasks of the worker under test: each writes what it saw."""
import json, logging, os
from django.db import connection
from syndicat.celery import app
from syndicat.socle import contexte

app.conf.task_default_queue = os.environ["ESSAI_FILE"]

def noter(**vu):
    with open(os.environ["ESSAI_SORTIE"], "a") as f:
        f.write(json.dumps(vu) + "\\n")

def ou_suis_je():
    portee = contexte.portee_courante()
    with connection.cursor() as c:
        c.execute("SELECT current_schema(), current_setting('syndicat.collectivite', true)")
        schema, qui = c.fetchone()
    return {"slug": portee.slug if portee else None, "schema": schema, "qui": qui}

@app.task(name="essai.simple")
def simple(marque):
    logging.getLogger("essai").info("travail fait")
    noter(tache="simple", marque=marque, **ou_suis_je())

@app.task(name="essai.appelle")
def appelle(marque):
    simple.delay(marque + ".fille")
    noter(tache="appelle", marque=marque, **ou_suis_je())

@app.task(name="essai.casse")
def casse(marque):
    noter(tache="casse", marque=marque, **ou_suis_je())
    raise ValueError("voulu")

@app.task(name="essai.reprend", bind=True, max_retries=1)
def reprend(self, marque):
    noter(tache="reprend", marque=marque, essai=self.request.retries, **ou_suis_je())
    if self.request.retries == 0:
        raise self.retry(countdown=0)

@app.task(name="essai.balai", sans_membre=True)
def balai(marque):
    noter(tache="balai", marque=marque, **ou_suis_je())
'''


class Travailleur:
    """A worker of the product on the test database, with the tasks above."""

    def __init__(self, dossier: Path, courtier: str) -> None:
        from django.db import connections

        self.sortie, self.journal = dossier / "vu.jsonl", dossier / "journal.log"
        (dossier / "taches_essai.py").write_text(MODULE, encoding="utf-8")
        base = connections["default"].settings_dict
        url = f"postgresql://{base['USER']}:{base['PASSWORD']}@{base['HOST'] or '127.0.0.1'}:{base['PORT'] or 5432}/{base['NAME']}"
        self.file = f"essai-{uuid.uuid4().hex[:8]}"
        self.courtier = courtier
        env = os.environ | {
            "DJANGO_SETTINGS_MODULE": "syndicat.settings.dev",
            "DATABASE_URL": url,
            "DB_POOL": "False",
            "REDIS_URL": settings.CACHES["default"]["LOCATION"],
            "CACHE_PREFIXE": settings.CACHES["default"]["KEY_PREFIX"],
            "CELERY_BROKER_URL": courtier,
            "ESSAI_SORTIE": str(self.sortie),
            "ESSAI_FILE": self.file,
            "PYTHONPATH": f"{dossier}:{RACINE}",
            "LOG_JSON": "True",
        }
        commande = [sys.executable, "-m", "celery", "-A", "syndicat", "worker", "-I", "taches_essai", "-c", "2",
                    "-Q", self.file, "--without-mingle", "--without-gossip", "--loglevel", "INFO"]  # fmt: skip
        self.enfant = subprocess.Popen(
            commande, cwd=RACINE, env=env, stdout=self.journal.open("w"), stderr=subprocess.STDOUT
        )
        self.client = Celery("client", broker=courtier, task_cls=TacheMembre, set_as_current=False)

    def envoyer(self, tache: str, marque: str, **entetes: Any) -> None:
        """As ``TacheMembre`` does from the context, or with forged headers."""
        portee = contexte.portee_courante()
        if portee is not None and not entetes:
            entetes = {ENTETE: portee.collectivite_id}
        self.client.send_task(
            tache, [marque], headers={k: v for k, v in entetes.items() if k != "sans"}, queue=self.file
        )

    def vu(self) -> list[dict[str, Any]]:
        return [json.loads(x) for x in self.sortie.read_text().splitlines()] if self.sortie.exists() else []

    def lignes(self) -> list[dict[str, Any]]:
        """JSON lines of the worker's log."""
        return [json.loads(x) for x in self.journal.read_text().splitlines() if x.startswith("{")]

    def attendre(self, condition: Any, secondes: float = 40) -> None:
        fin = time.monotonic() + secondes
        while not condition():
            if time.monotonic() > fin or self.enfant.poll() is not None:
                raise AssertionError(
                    f"le travailleur n’a pas fini :\n{self.journal.read_text()[-3000:]}\n{self.vu()}"
                )
            time.sleep(0.1)

    def arreter(self) -> None:
        self.enfant.terminate()
        try:
            self.enfant.wait(15)
        except subprocess.TimeoutExpired:
            self.enfant.kill()
        with self.client.connection_for_write() as lien:
            lien.default_channel.queue_delete(self.file)
        self.client.close()


def _courtiers() -> list[Any]:
    rabbit = os.environ.get("RABBITMQ_URL", "amqp://guest:guest@127.0.0.1:5672//")
    return [
        pytest.param("redis", id="redis"),
        pytest.param(rabbit, id="rabbitmq", marks=pytest.mark.services),
    ]


@pytest.fixture(params=_courtiers())
def travailleur(
    request: pytest.FixtureRequest, transactional_db: None, tmp_path: Path
) -> Iterator[Travailleur]:
    courtier = settings.CACHES["default"]["LOCATION"] if request.param == "redis" else request.param
    t = Travailleur(tmp_path, courtier)
    try:
        yield t
    finally:
        t.arreter()


@pytest.mark.django_db(transaction=True)
def test_a_travers_un_vrai_courtier_chaque_tache_reste_chez_son_membre(
    travailleur: Travailleur, hettange: Any, rodemack: Any
) -> None:
    for tour in range(3):
        for membre in (hettange, rodemack):
            with contexte.dans(membre):
                for tache in ("simple", "appelle", "casse", "reprend"):
                    travailleur.envoyer(f"essai.{tache}", f"{membre.slug}.{tour}")
    travailleur.envoyer("essai.simple", "sans-entete", sans=1)
    travailleur.envoyer("essai.simple", "inconnu", **{ENTETE: 999_999})
    travailleur.envoyer("essai.balai", "balai", sans=1)
    with contexte.dans(hettange):
        travailleur.envoyer("essai.simple", "fin")
    travailleur.attendre(
        lambda: len(travailleur.vu()) >= 38 and any(v["marque"] == "fin" for v in travailleur.vu())
    )
    vus = travailleur.vu()
    assert len(vus) == 3 * 2 * (1 + 2 + 1 + 2) + 2
    membres = {m.slug: m for m in (hettange, rodemack)}
    for v in vus:
        if v["tache"] == "balai":
            assert (v["slug"], v["schema"], v["qui"]) == (None, "public", "")
            continue
        slug = "hettange-grande" if v["marque"] == "fin" else v["marque"].split(".")[0]
        assert v["slug"] == slug
        assert v["schema"] == membres[slug].schema_name
        assert v["qui"] == str(membres[slug].pk)
    marques = {v["marque"] for v in vus}
    assert {"sans-entete", "inconnu"}.isdisjoint(marques)
    assert "rodemack.0.fille" in marques
    assert {v["essai"] for v in vus if v["tache"] == "reprend"} == {0, 1}
    refus = [x for x in travailleur.lignes() if "TacheSansMembre" in json.dumps(x)]
    assert len(refus) >= 2
    faits = [x for x in travailleur.lignes() if x["name"] == "essai"]
    assert {x["collectivite"] for x in faits} == {"hettange-grande", "rodemack"}
    assert all(x["message"] == "travail fait" and "requete" in x for x in faits)
