"""The supervisor: prefixes, restarts with backoff, stops whole groups, hides the owner's address."""

import os
import shlex
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from syndicat.embarque.declares import Processus, lire_declares
from syndicat.embarque.lieu import RACINE_PROJET
from syndicat.embarque.processus import attendre_fin, port_libre, vivant
from syndicat.embarque.superviseur import environnement_de

LANCEUR = """
import json, os, sys
from syndicat.embarque.declares import Processus
from syndicat.embarque.superviseur import Superviseur
processus = [Processus(**p) for p in json.loads(sys.argv[1])]
Superviseur(processus, dict(os.environ), int(sys.argv[2]), au_pret=lambda: print("PRET", flush=True),
            reculs=(0.1, 0.2), grace=2.0).lancer()
print("FINI", flush=True)
"""


class Essai:
    """A supervisor in a process of its own, whose output is read line by line."""

    def __init__(self, *processus: dict[str, str], port: int = 0) -> None:
        import json

        self.enfant = subprocess.Popen(
            [sys.executable, "-c", LANCEUR, json.dumps(processus), str(port)],
            cwd=RACINE_PROJET, stdout=subprocess.PIPE, text=True, start_new_session=True,
        )  # fmt: skip
        self.lignes: list[str] = []

    def lire_jusqua(self, motif: str) -> str:
        for ligne in self.enfant.stdout:
            self.lignes.append(ligne.rstrip())
            if motif in ligne:
                return ligne.rstrip()
        pytest.fail(f"« {motif} » n’est pas venu : {self.lignes}")

    def finir(self, envoye: signal.Signals = signal.SIGTERM) -> int:
        self.enfant.send_signal(envoye)
        self.lignes += self.enfant.stdout.read().splitlines()
        return self.enfant.wait(20)


def py(code: str) -> str:
    return shlex.join([sys.executable, "-c", code])


DORMIR = "import time; print('debout', flush=True); time.sleep(600)"


@pytest.mark.parametrize("envoye", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_un_signal_arrete_tout_proprement(envoye):
    essai = Essai({"code": "un", "commande": py(DORMIR)}, {"code": "deux", "commande": py(DORMIR)})
    essai.lire_jusqua("deux")
    assert essai.finir(envoye) == 0
    assert essai.lignes[-1] == "FINI"


def test_chaque_ligne_porte_le_nom_de_son_processus():
    essai = Essai({"code": "web", "commande": py(DORMIR)})
    assert essai.lire_jusqua("debout") == "web | debout"
    essai.finir()


def test_un_processus_tombe_est_relance_de_plus_en_plus_tard():
    essai = Essai({"code": "fragile", "commande": py("import sys; print('vie', flush=True); sys.exit(3)")})
    for _ in range(3):
        essai.lire_jusqua("code 3")
    assert essai.finir() == 0
    attentes = [ligne.rsplit("dans ", 1)[1] for ligne in essai.lignes if "code 3" in ligne]
    assert attentes[:3] == ["0.1 s", "0.2 s", "0.2 s"]


def test_un_processus_tue_est_relance():
    essai = Essai(
        {"code": "web", "commande": py("import os, time; print(os.getpid(), flush=True); time.sleep(600)")}
    )
    pid = int(essai.lire_jusqua("|").split("|")[1])
    os.kill(pid, signal.SIGKILL)
    essai.lire_jusqua("SIGKILL")
    assert int(essai.lire_jusqua("|").split("|")[1]) != pid
    essai.finir()


def test_les_petits_enfants_et_les_sourds_sont_arretes_aussi():
    sourd = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('sourd', flush=True); time.sleep(600)"
    parent = (
        "import subprocess, sys, time\n"
        f"p = subprocess.Popen([sys.executable, '-c', {sourd!r}])\n"
        "print('petit', p.pid, flush=True)\ntime.sleep(600)"
    )
    essai = Essai({"code": "web", "commande": py(parent)})
    petit = int(essai.lire_jusqua("petit").split()[-1])
    essai.lire_jusqua("sourd")
    debut = time.monotonic()
    assert essai.finir() == 0
    assert attendre_fin(petit, 2)
    assert time.monotonic() - debut < 10


@pytest.mark.skipif(sys.platform != "linux", reason="PR_SET_PDEATHSIG est propre à Linux")
def test_un_superviseur_tue_ne_laisse_personne_derriere_lui():
    essai = Essai(
        {"code": "web", "commande": py("import os, time; print(os.getpid(), flush=True); time.sleep(600)")}
    )
    pid = int(essai.lire_jusqua("|").split("|")[1])
    essai.enfant.kill()
    essai.enfant.wait()
    essai.enfant.stdout.close()
    assert attendre_fin(pid, 5), "le noyau devait prévenir l’enfant"


def test_pret_est_annonce_quand_la_page_repond():
    port = port_libre()
    serveur = (
        "import http.server as h\n"
        "class G(h.BaseHTTPRequestHandler):\n"
        "    def do_GET(self):\n        self.send_response(200 if self.path == '/pret' else 500); self.end_headers()\n"
        "    def log_message(self, *a): pass\n"
        "h.HTTPServer(('127.0.0.1', {port}), G).serve_forever()"
    ).replace("{port}", str(port))
    essai = Essai({"code": "web", "commande": py(serveur), "pret": "/pret"}, port=port)
    essai.lire_jusqua("PRET")
    essai.finir()


def test_une_ligne_demesuree_ne_bloque_pas_la_suite():
    essai = Essai(
        {
            "code": "web",
            "commande": py(
                "print('x' * 3_000_000); print('apres', flush=True); import time; time.sleep(600)"
            ),
        }
    )
    essai.lire_jusqua("apres")
    essai.finir()


def test_un_processus_de_l_application_ignore_l_adresse_du_proprietaire():
    base = {"DATABASE_URL": "a", "DATABASE_URL_PROPRIETAIRE": "p"}
    app = Processus(code="web", commande="x")
    proprietaire = Processus(code="migration", commande="x", role_base="proprietaire")
    assert "DATABASE_URL_PROPRIETAIRE" not in environnement_de(app, base)
    assert environnement_de(proprietaire, base)["DATABASE_URL_PROPRIETAIRE"] == "p"
    assert Path(environnement_de(app, base)["PATH"].split(os.pathsep)[0]) == Path(sys.executable).parent


def test_les_processus_declares_comprennent_ceux_du_coeur_et_se_decoupent():
    declares = {
        p.code: p for p in lire_declares(os.environ | {"DJANGO_SETTINGS_MODULE": "syndicat.settings.test"})
    }
    assert {"web", "travaux", "horloge"} <= set(declares)
    for p in declares.values():
        assert all("{" not in mot for mot in p.arguments(port=1))
        assert getattr(signal, f"SIG{p.signal_arret}")
        assert p.role_base in {"app", "proprietaire"}
    assert not vivant(2**22 + 1)
