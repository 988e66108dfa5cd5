"""The processes of the platform, as the manifests declare them (``socle`` declares the core's own).

One list feeds the demo's supervisor and the systemd units. Reading the manifests needs Django's registry, so
it is done in a short-lived child: the supervisor itself stays small.
"""

import json
import os
import shlex
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from syndicat.embarque.lieu import RACINE_PROJET, ErreurEmbarque


@dataclass(frozen=True, kw_only=True)
class Processus:
    """What ``socle.manifest.Processus`` declares; ``{port}`` is replaced in ``commande``."""

    code: str
    commande: str
    pret: str = ""
    signal_arret: str = "TERM"
    memoire_max_mo: int = 512
    role_base: str = "app"

    def arguments(self, *, port: int) -> list[str]:
        """The command as a list, split as a shell would."""
        return [mot.replace("{port}", str(port)) for mot in shlex.split(self.commande)]


def declares() -> tuple[Processus, ...]:
    """Every declared process, one a code. Needs Django's settings."""
    import django  # noqa: PLC0415 - this package is plain Python until somebody asks for the manifests

    django.setup()
    from syndicat.socle.manifest import manifests  # noqa: PLC0415 - after setup

    par_code: dict[str, Processus] = {}
    for manifest in manifests():
        for declare in manifest.processus:
            if declare.code in par_code:
                raise ErreurEmbarque(f"Deux manifestes déclarent le processus « {declare.code} ».")
            par_code[declare.code] = Processus(**asdict(declare))
    return tuple(par_code.values())


def lire_declares(environnement: Mapping[str, str] = os.environ) -> tuple[Processus, ...]:
    """The same list, read in a child process."""
    fait = subprocess.run(
        [sys.executable, "-m", "syndicat.embarque", "processus"],
        cwd=RACINE_PROJET, env=dict(environnement), capture_output=True, text=True, check=False,
    )  # fmt: skip
    if fait.returncode != 0:
        raise ErreurEmbarque(f"Les manifestes ne se lisent pas :\n{fait.stderr.strip()[-2000:]}")
    return tuple(Processus(**p) for p in json.loads(fait.stdout.splitlines()[-1]))
