"""``make demo`` once the packages are there: services, migrations, members, demo data, then the processes."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from syndicat.embarque.declares import lire_declares
from syndicat.embarque.lieu import RACINE_PROJET, ErreurEmbarque
from syndicat.embarque.services import Services
from syndicat.embarque.superviseur import Superviseur, imprimer


class Etapes:
    """Numbered progress lines: ``[4/8] Services…`` then the seconds it took."""

    def __init__(self, faites: int, total: int) -> None:
        self.faites, self.total = faites, total

    @contextmanager
    def etape(self, titre: str) -> Iterator[None]:
        """Announce the step, and how long it took when it ended well."""
        self.faites += 1
        imprimer(f"[{self.faites}/{self.total}] {titre}…")
        debut = time.monotonic()
        yield
        imprimer(f"      fait en {time.monotonic() - debut:.1f} s".replace(".", ","))


def demo(services: Services, *, port: int, membres: str = "", faites: int = 0, total: int = 5) -> None:
    """Run the demo until Ctrl-C. Raises ErreurEmbarque with what to do when it cannot start."""
    try:
        with services.lieu.verrou("demo.verrou", attente=0):
            _verifier_port(port)
            _demo(services, port=port, membres=membres, etapes=Etapes(faites, total))
    except ErreurEmbarque as erreur:
        if "demo.verrou" in str(erreur):
            raise ErreurEmbarque(
                f"Une démonstration tourne déjà sur {services.lieu.racine} : arrêtez-la (Ctrl-C), "
                "ou donnez un autre dossier par SYNDICAT_DEMO_DIR."
            ) from None
        raise


def _demo(services: Services, *, port: int, membres: str, etapes: Etapes) -> None:
    racine = services.lieu.racine
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # the same orderly way out as Ctrl-C
    try:
        with etapes.etape(
            "PostgreSQL et Valkey" if services.postgres or services.valkey else "Services externes"
        ):
            variables = services.demarrer()
        for nom, mot in services.etat().items():
            imprimer(f"      {nom} : {mot}")
        env = environnement_demo(racine, variables, port)
        choix = [f"--membres={membres}"] if membres else []
        with etapes.etape("Schémas de la base"):
            manage(env, "migrate_membres")
        with etapes.etape("Registre des membres"):
            manage(env, "charger_membres")
        with etapes.etape("Données de démonstration"):
            manage(env, "demo", *choix)
        with etapes.etape("Web, tâches et planificateur"):
            processus = lire_declares(env)
        pret = lambda: _annoncer(env, port)  # noqa: E731
        Superviseur(processus, env, port, au_pret=pret).lancer()
    except KeyboardInterrupt:
        pass
    finally:
        # From here on a second Ctrl-C must not leave the databases half stopped.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        imprimer("Arrêt des services…")
        services.arreter()
        imprimer("Arrêté. Les données restent : « make demo » les retrouve.")


def environnement_demo(racine: Path, variables: dict[str, str], port: int) -> dict[str, str]:
    """Environment of every process of the demo; what the caller already set wins."""
    defauts = {
        "DJANGO_SETTINGS_MODULE": "syndicat.settings.dev",
        "PORT": str(port),
        "SYNDICAT_BASE_URL": f"http://localhost:{port}",
        "SYNDICAT_FICHIERS": str(racine / "fichiers"),
        "SYNDICAT_COURRIELS": str(racine / "courriels"),
        "SMS_FICHIER": str(racine / "sms.jsonl"),
        "CELERY_BEAT_FICHIER": str(racine / "celerybeat-schedule"),
    }
    env = defauts | dict(os.environ) | variables | {"PORT": str(port)}
    for dossier in ("SYNDICAT_FICHIERS", "SYNDICAT_COURRIELS"):
        Path(env[dossier]).mkdir(parents=True, exist_ok=True)
    return env


def manage(env: dict[str, str], *arguments: str) -> None:
    """Run a management command, its output shown. Raises ErreurEmbarque when it fails."""
    enfant = subprocess.Popen([sys.executable, "manage.py", *arguments], cwd=RACINE_PROJET, env=env)
    try:
        code = enfant.wait()
    except KeyboardInterrupt:
        enfant.send_signal(signal.SIGINT)
        try:
            enfant.wait(15)
        except subprocess.TimeoutExpired:
            enfant.kill()
        raise
    if code != 0:
        raise ErreurEmbarque(f"« manage.py {' '.join(arguments)} » a échoué (code {code}).")


def _annoncer(env: dict[str, str], port: int) -> None:
    """Addresses, then the demo accounts, printed by the product itself."""
    imprimer("")
    imprimer("La démonstration est prête :")
    for titre, hote in (
        ("Le syndicat", "localhost"),
        ("Connexion", "connexion.localhost"),
        ("Données", "data.localhost"),
    ):
        imprimer(f"  {titre:<12} http://{hote}:{port}/")
    imprimer(f"  {'Un membre':<12} http://<commune>.localhost:{port}/")
    subprocess.run(
        [sys.executable, "manage.py", "demo", "--comptes"], cwd=RACINE_PROJET, env=env, check=False
    )
    imprimer("Ctrl-C arrête tout ; les données sont conservées.")


def _verifier_port(port: int) -> None:
    with socket.socket() as prise:
        prise.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            prise.bind(("127.0.0.1", port))
        except OSError as erreur:
            raise ErreurEmbarque(
                f"Le port {port} ne peut pas être ouvert ({erreur.strerror}) : « make demo PORT={port + 1} »."
            ) from erreur
