"""``make demo`` once the packages are there: services, migrations, members, demo data, then the processes."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from io import StringIO
from pathlib import Path

from syndicat.embarque.declares import Processus, declares
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
        processus, comptes = _construire(env, racine, membres, etapes)
        Superviseur(processus, env, port, au_pret=lambda: _annoncer(port, comptes)).lancer()
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
        # The addresses and accounts must stay on the screen: what goes well is not told.
        "LOG_NIVEAU": "WARNING",
        "PYTHONWARNINGS": "ignore:You're running the worker with superuser privileges",
    }
    env = defauts | dict(os.environ) | variables | {"PORT": str(port)}
    for dossier in ("SYNDICAT_FICHIERS", "SYNDICAT_COURRIELS"):
        Path(env[dossier]).mkdir(parents=True, exist_ok=True)
    return env


def _construire(
    env: dict[str, str], racine: Path, membres: str, etapes: Etapes
) -> tuple[list[Processus], str]:
    """Steps that need Django, in one child: what to supervise, and the accounts to print."""
    resultat = racine / "construit.json"
    resultat.unlink(missing_ok=True)
    commande = [sys.executable, "-m", "syndicat.embarque", "construire", str(resultat), "--membres", membres]
    commande += ["--faites", str(etapes.faites), "--total", str(etapes.total)]
    enfant = subprocess.Popen(commande, cwd=RACINE_PROJET, env=env)
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
        raise ErreurEmbarque("La démonstration n’a pas pu être construite (voir ci-dessus).")
    lu = json.loads(resultat.read_text())
    resultat.unlink()
    return [Processus(**p) for p in lu["processus"]], lu["comptes"]


def construire(resultat: Path, *, membres: str, faites: int, total: int) -> None:
    """Migrate, load the registry, build the demo data; run in the child that :func:`_construire` starts."""
    import django  # noqa: PLC0415 - this package is plain Python until here

    django.setup()
    from django.core.management import CommandError, call_command  # noqa: PLC0415 - after setup

    etapes = Etapes(faites, total)
    try:
        with etapes.etape("Schémas de la base"):
            call_command("migrate_membres")
        with etapes.etape("Registre des membres"):
            call_command("charger_membres")
        with etapes.etape("Données de démonstration"):
            call_command("demo", **({"membres": membres} if membres else {}))
        comptes = StringIO()
        call_command("demo", comptes=True, stdout=comptes)
    except CommandError as erreur:
        raise ErreurEmbarque(str(erreur)) from erreur
    descripteur = os.open(resultat, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descripteur, "w") as flux:
        json.dump({"processus": [asdict(p) for p in declares()], "comptes": comptes.getvalue()}, flux)


def _annoncer(port: int, comptes: str) -> None:
    """Addresses, then the demo accounts, as the product itself prints them."""
    imprimer("")
    imprimer("La démonstration est prête :")
    adresses = {"Le syndicat": "localhost", "Connexion": "connexion.localhost", "Données": "data.localhost"}
    for titre, hote in (adresses | {"Une commune": "hettange-grande.localhost"}).items():
        imprimer(f"  {titre:<12} http://{hote}:{port}/")
    imprimer("")
    imprimer(comptes.rstrip())
    imprimer("")
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
