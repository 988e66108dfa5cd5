"""``python -m syndicat.embarque``: the embedded services by hand. Messages in French, exit code 1 on error."""

import argparse
import json
import os
import secrets
import shlex
import signal
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

import psycopg

from syndicat.embarque.attente import attendre_page
from syndicat.embarque.declares import declares
from syndicat.embarque.demo import construire, demo
from syndicat.embarque.exigences import adresses, eprouver
from syndicat.embarque.lieu import ErreurEmbarque, dossier_par_defaut
from syndicat.embarque.preparation import APP, PROPRIETAIRE, preparer, script, url
from syndicat.embarque.services import BASE, Services
from syndicat.embarque.unites import Installation, ecrire, unites


def _demarrer(options: argparse.Namespace) -> int:
    services = Services.de(options.dossier, durable=not options.essais)
    services.demarrer()
    return _etat(options)


def _arreter(options: argparse.Namespace) -> int:
    Services.de(options.dossier).arreter()
    return _etat(options)


def _etat(options: argparse.Namespace) -> int:
    for nom, mot in Services.de(options.dossier).etat().items():
        print(f"{nom} : {mot}")
    return 0


def _env(options: argparse.Namespace) -> int:
    for nom, valeur in Services.de(options.dossier).environnement().items():
        print(f"export {nom}={shlex.quote(valeur)}")
    return 0


def _effacer(options: argparse.Namespace) -> int:
    services = Services.de(options.dossier)
    services.arreter()
    services.lieu.effacer()
    print(f"{services.lieu.racine} est effacé.")
    return 0


def _preparer(options: argparse.Namespace) -> int:
    if options.sql:
        print(script(options.base), end="")
        return 0
    if not options.admin_url:
        raise ErreurEmbarque("--admin-url est nécessaire (ou --sql pour lire le script).")
    mots = {
        APP: os.environ.get("SYNDICAT_APP_MOT_DE_PASSE") or secrets.token_urlsafe(24),
        PROPRIETAIRE: os.environ.get("SYNDICAT_PROPRIETAIRE_MOT_DE_PASSE") or secrets.token_urlsafe(24),
    }
    try:
        avis = preparer(options.admin_url, base=options.base, mots_de_passe=dict(mots))
    except psycopg.Error as erreur:
        raise ErreurEmbarque(f"Préparation impossible : {erreur}") from erreur
    for ligne in avis:
        print(f"Attention : {ligne}", file=sys.stderr)
    print(f"export DATABASE_URL={url(options.admin_url, APP, mots[APP], options.base)}")
    print(
        "export DATABASE_URL_PROPRIETAIRE="
        + url(options.admin_url, PROPRIETAIRE, mots[PROPRIETAIRE], options.base)
    )
    return 0


def _executer(options: argparse.Namespace) -> int:
    """Run a command on services of its own, started before and stopped after."""
    # Suites make their own roles and databases: what the user's environment points at is left alone.
    services = Services.de(options.dossier, durable=not options.essais, environnement={})
    try:
        variables = services.demarrer()
        return _attendre(options.commande, variables | {"TEST_ADMIN_DATABASE_URL": services.url_admin()})
    finally:
        services.arreter()


def _executer_services(options: argparse.Namespace) -> int:
    """Run a command on the machine's services, all of which must answer."""
    presents, manques = eprouver()
    for ligne in presents:
        print(ligne, flush=True)
    if manques:
        raise ErreurEmbarque("Services exigés par CI=true et absents :\n" + "\n".join(manques))
    return _attendre(options.commande, adresses())


def _attendre(commande: list[str], variables: dict[str, str]) -> int:
    if commande[:1] == ["--"]:
        commande = commande[1:]
    # Ctrl-C reaches the child by the terminal: the parent waits for it, then stops the services.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    enfant = subprocess.Popen(
        commande, env=os.environ | variables, preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL)
    )
    signal.signal(signal.SIGTERM, lambda *_: enfant.terminate())
    return enfant.wait()


def _demo(options: argparse.Namespace) -> int:
    services = Services.de(options.dossier)
    demo(services, port=options.port, membres=options.membres, faites=options.faites, total=options.total)
    return 0


def _construire(options: argparse.Namespace) -> int:
    construire(options.resultat, membres=options.membres, faites=options.faites, total=options.total)
    return 0


def _processus(options: argparse.Namespace) -> int:
    print(json.dumps([asdict(p) for p in declares()]))
    return 0


def _unites(options: argparse.Namespace) -> int:
    # The list does not depend on the machine: the test settings read it without any secret.
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "syndicat.settings.dev")
    ecrire(options.cible, unites(declares(), Installation(options.prefixe, options.port)))
    print(f"Unités écrites dans {options.cible}.")
    return 0


def _attendre_page(options: argparse.Namespace) -> int:
    attendre_page(options.port, options.chemin, options.secondes)
    return 0


def _analyseur() -> argparse.ArgumentParser:
    analyseur = argparse.ArgumentParser(prog="python -m syndicat.embarque", description=__doc__)
    analyseur.add_argument("--dossier", type=Path, default=None, help=f"défaut : {dossier_par_defaut()}")
    sous = analyseur.add_subparsers(required=True, metavar="commande")

    def commande(nom: str, fonction: object, aide: str) -> argparse.ArgumentParser:
        neuve = sous.add_parser(nom, help=aide)
        neuve.set_defaults(fonction=fonction)
        return neuve

    commande("demarrer", _demarrer, "démarre PostgreSQL et Valkey").add_argument(
        "--essais", action="store_true", help="sans écriture durable, pour des essais"
    )
    commande("arreter", _arreter, "les arrête")
    commande("etat", _etat, "dit ce qui tourne")
    commande("env", _env, "imprime les variables à exporter")
    commande("effacer", _effacer, "arrête tout et efface les données")
    preparation = commande(
        "preparer", _preparer, "prépare un PostgreSQL externe : rôles, base, extensions, droits"
    )
    preparation.add_argument("--admin-url", help="superutilisateur, ou rôle CREATEDB et CREATEROLE")
    preparation.add_argument("--base", default=BASE)
    preparation.add_argument(
        "--sql", action="store_true", help="imprime le script psql au lieu de l’exécuter"
    )
    execution = commande("executer", _executer, "exécute une commande sur des services à elle")
    execution.add_argument("--essais", action="store_true")
    execution.add_argument("commande", nargs=argparse.REMAINDER)
    machine = commande(
        "exiger", _executer_services, "exécute une commande sur les services de la machine (CI)"
    )
    machine.add_argument("commande", nargs=argparse.REMAINDER)
    construction = commande(
        "construire", _construire, "étapes de la démonstration qui demandent Django (interne)"
    )
    construction.add_argument("resultat", type=Path)
    demonstration = commande("demo", _demo, "la démonstration, jusqu’à Ctrl-C")
    demonstration.add_argument("--port", type=int, default=int(os.environ.get("PORT") or 8000))
    for sous_commande in (construction, demonstration):
        sous_commande.add_argument("--membres", default="")
        sous_commande.add_argument("--faites", type=int, default=0)
        sous_commande.add_argument("--total", type=int, default=5)
    ecriture = commande("unites", _unites, "écrit les unités systemd d’après les manifestes")
    ecriture.add_argument("--dossier", dest="cible", type=Path, default=Path("deploy/systemd"))
    ecriture.add_argument("--prefixe", type=Path, default=Path("/opt/syndicat"))
    ecriture.add_argument("--port", type=int, default=8000)
    attente = commande("attendre", _attendre_page, "attend que le processus web réponde 200")
    attente.add_argument("port", type=int)
    attente.add_argument("chemin")
    attente.add_argument("--secondes", type=float, default=60)
    commande("processus", _processus, "les processus déclarés, en JSON")
    return analyseur


def main() -> int:
    """Parse, run, translate errors."""
    options = _analyseur().parse_args()
    try:
        resultat: int = options.fonction(options)
    except ErreurEmbarque as erreur:
        print(f"Erreur : {erreur}", file=sys.stderr)
        return 1
    return resultat


if __name__ == "__main__":
    sys.exit(main())
