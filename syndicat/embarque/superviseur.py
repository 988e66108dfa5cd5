"""The demo's supervisor: starts the declared processes, prefixes what they print, restarts those that fall.

Each child leads its own process group, so that Ctrl-C reaches the supervisor alone and the stop is orderly:
the declared signal to the group, a grace period, then SIGKILL. Should the supervisor itself be killed, the
kernel sends SIGTERM to its children (Linux), which therefore never stay behind on the port.
"""

import asyncio
import contextlib
import ctypes
import os
import signal
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from syndicat.embarque.declares import Processus
from syndicat.embarque.lieu import RACINE_PROJET

COULEURS = (36, 33, 35, 32, 34, 31)
RECULS = (1.0, 2.0, 4.0, 8.0, 16.0, 30.0)
STABLE = 60.0  # seconds after which a process is no longer considered to be falling again and again
GRACE = 12.0
PR_SET_PDEATHSIG = 1


def _mourir_avec_le_parent() -> None:
    """Run in the child before exec. Elsewhere than on Linux there is no such call: nothing is done."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def imprimer(ligne: str) -> None:
    """One line, at once, even into a pipe."""
    print(ligne, flush=True)


@dataclass
class Superviseur:
    """Runs ``processus`` until SIGINT, SIGTERM or SIGHUP. ``sortie`` receives each printed line."""

    processus: Sequence[Processus]
    environnement: Mapping[str, str]
    port: int
    au_pret: Callable[[], None] = lambda: None
    sortie: Callable[[str], None] = imprimer
    reculs: Sequence[float] = RECULS
    grace: float = GRACE
    redemarrages: dict[str, int] = field(default_factory=dict)
    _enfants: dict[str, asyncio.subprocess.Process] = field(default_factory=dict)
    _fin: asyncio.Event = field(default_factory=asyncio.Event)
    _demandes: int = 0

    def lancer(self) -> None:
        """Run and block until the end is asked for."""
        asyncio.run(self.tourner())

    async def tourner(self) -> None:
        """The same, inside a running loop of the main thread."""
        boucle = asyncio.get_running_loop()
        for recu in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            boucle.add_signal_handler(recu, self._demander_fin)
        largeur = max((len(p.code) for p in self.processus), default=0)
        taches = [
            asyncio.create_task(self._garder(p, self._prefixe(i, p.code, largeur)))
            for i, p in enumerate(self.processus)
        ]
        annonce = asyncio.create_task(self._annoncer())
        await self._fin.wait()
        annonce.cancel()
        await self._tout_arreter()
        for tache in taches:
            tache.cancel()
        await asyncio.gather(*taches, annonce, return_exceptions=True)

    def _demander_fin(self) -> None:
        self._demandes += 1
        self._fin.set()
        if self._demandes == 2:
            self.sortie("Arrêt immédiat.")
            for enfant in self._enfants.values():
                self._signaler(enfant, signal.SIGKILL)

    def _prefixe(self, rang: int, code: str, largeur: int) -> str:
        if sys.stdout.isatty():
            return f"\033[{COULEURS[rang % len(COULEURS)]}m{code:<{largeur}} │\033[0m "
        return f"{code:<{largeur}} | "

    # --- One process ------------------------------------------------------------------------------
    async def _garder(self, p: Processus, prefixe: str) -> None:
        chutes = 0
        while not self._fin.is_set():
            debut = time.monotonic()
            code = await self._une_vie(p, prefixe)
            if self._fin.is_set():
                return
            chutes = 0 if time.monotonic() - debut > STABLE else chutes
            attente = self.reculs[min(chutes, len(self.reculs) - 1)]
            chutes += 1
            self.redemarrages[p.code] = self.redemarrages.get(p.code, 0) + 1
            self.sortie(f"{prefixe}arrêté ({_fin_en_mots(code)}) ; nouvel essai dans {attente:g} s")
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._fin.wait(), attente)

    async def _une_vie(self, p: Processus, prefixe: str) -> int:
        try:
            enfant = await asyncio.create_subprocess_exec(
                *p.arguments(port=self.port),
                cwd=RACINE_PROJET,
                env=environnement_de(p, self.environnement),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=_mourir_avec_le_parent,
                limit=1 << 20,
            )
        except OSError as erreur:
            self.sortie(f"{prefixe}ne démarre pas : {erreur}")
            return 127
        self._enfants[p.code] = enfant
        await self._recopier(enfant, prefixe)
        code = await enfant.wait()
        self._signaler(enfant, signal.SIGKILL)  # its own children, should it have left some
        return code

    async def _recopier(self, enfant: asyncio.subprocess.Process, prefixe: str) -> None:
        """Copy what the child prints until it closes its output or ends (a grandchild may keep the pipe)."""
        flux = enfant.stdout
        assert flux is not None
        fin = asyncio.create_task(enfant.wait())
        while True:
            lecture = asyncio.create_task(flux.readline())
            await asyncio.wait({lecture, fin}, return_when=asyncio.FIRST_COMPLETED)
            if not lecture.done():
                with contextlib.suppress(TimeoutError, ValueError):
                    await asyncio.wait_for(lecture, 0.5)
            if not lecture.done() or lecture.cancelled():
                return
            try:
                ligne = lecture.result()
            except ValueError:  # a line longer than the limit: the reader has dropped it
                ligne = b"[ligne trop longue]\n"
            if not ligne:
                await fin
                return
            self.sortie(prefixe + ligne.decode(errors="replace").rstrip())

    # --- Ready, then the end ----------------------------------------------------------------------
    async def _annoncer(self) -> None:
        """Call ``au_pret`` once every process that declares a readiness path answers on it."""
        attendus = [p for p in self.processus if p.pret]
        for p in attendus:
            while not await self._repond(p.pret):
                await asyncio.sleep(0.3)
        self.au_pret()

    async def _repond(self, chemin: str) -> bool:
        try:
            lecteur, ecrivain = await asyncio.open_connection("127.0.0.1", self.port)
        except OSError:
            return False
        try:
            requete = f"GET {chemin} HTTP/1.1\r\nHost: localhost:{self.port}\r\nConnection: close\r\n\r\n"
            ecrivain.write(requete.encode())
            await ecrivain.drain()
            premiere = await asyncio.wait_for(lecteur.readline(), 10)
        except (OSError, TimeoutError):
            return False
        finally:
            ecrivain.close()
        return premiere.split()[1:2] == [b"200"]

    async def _tout_arreter(self) -> None:
        vivants = {c: e for c, e in self._enfants.items() if e.returncode is None}
        signaux = {p.code: getattr(signal, f"SIG{p.signal_arret}") for p in self.processus}
        for code, enfant in vivants.items():
            self._signaler(enfant, signaux[code])
        if vivants:
            attentes = [asyncio.create_task(e.wait()) for e in vivants.values()]
            await asyncio.wait(attentes, timeout=self.grace)
        for enfant in vivants.values():
            self._signaler(enfant, signal.SIGKILL)
        for enfant in vivants.values():
            await enfant.wait()

    @staticmethod
    def _signaler(enfant: asyncio.subprocess.Process, envoye: signal.Signals) -> None:
        """Signal the whole group of ``enfant``, which outlives its leader while a grandchild lives."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(enfant.pid, envoye)


def environnement_de(p: Processus, base: Mapping[str, str]) -> dict[str, str]:
    """``base`` for ``p``: a process of role « app » does not hold the owner's address."""
    env = dict(base)
    env["PATH"] = os.pathsep.join([os.path.dirname(sys.executable), env.get("PATH", os.defpath)])
    env["PYTHONUNBUFFERED"] = "1"
    if p.role_base != "proprietaire":
        env.pop("DATABASE_URL_PROPRIETAIRE", None)
    return env


def _fin_en_mots(code: int) -> str:
    if code >= 0:
        return f"code {code}"
    try:
        return signal.Signals(-code).name
    except ValueError:
        return f"signal {-code}"
