"""systemd units of the declared processes: the manifests are the only list of what must run."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from syndicat.embarque.declares import Processus

CIBLE = "syndicat.target"
UNITE = """\
# Écrit par « python -m syndicat.embarque unites » d’après les manifestes : ne pas modifier à la main.
# Réglages propres à une machine : systemctl edit {nom}
[Unit]
Description=syndicat : {code}
Documentation=file://{prefixe}/deploy/README.md
After=network-online.target postgresql.service redis-server.service
Wants=network-online.target
PartOf={cible}

[Service]
Type=exec
User=syndicat
Group=syndicat
WorkingDirectory={prefixe}
Environment=DJANGO_SETTINGS_MODULE=syndicat.settings.prod PYTHONUNBUFFERED=1
Environment=CELERY_BEAT_FICHIER=/var/lib/syndicat/celerybeat-schedule SYNDICAT_FICHIERS=/var/lib/syndicat/fichiers
EnvironmentFile=/etc/syndicat/syndicat.env
{proprietaire}ExecStart={commande}
{pret}KillSignal=SIG{signal}
KillMode=mixed
TimeoutStopSec=90
Restart=always
RestartSec=2
MemoryHigh={haut}M
MemoryMax={max}M
OOMPolicy=stop

StateDirectory=syndicat
StateDirectoryMode=0750
UMask=0027
NoNewPrivileges=yes
CapabilityBoundingSet=
AmbientCapabilities=
ProtectSystem=strict
ProtectHome=yes
PrivateTmp=yes
PrivateDevices=yes
ProtectClock=yes
ProtectControlGroups=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectProc=invisible
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
LockPersonality=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallErrorNumber=EPERM

[Install]
WantedBy={cible}
"""
GROUPE = """\
# Écrit par « python -m syndicat.embarque unites » : ne pas modifier à la main.
[Unit]
Description=syndicat : tous les processus
Documentation=file://{prefixe}/deploy/README.md
Wants={noms}

[Install]
WantedBy=multi-user.target
"""


@dataclass(frozen=True)
class Installation:
    """Where the product is installed, and the port the proxy reaches."""

    prefixe: Path = Path("/opt/syndicat")
    port: int = 8000


def unites(processus: Sequence[Processus], ou: Installation) -> dict[str, str]:
    """File name → text of each unit, and of the target that gathers them."""
    textes = {f"syndicat-{p.code}.service": _unite(p, ou) for p in processus}
    textes[CIBLE] = GROUPE.format(prefixe=ou.prefixe, noms=" ".join(sorted(textes)))
    return textes


def _unite(p: Processus, ou: Installation) -> str:
    programme, *arguments = p.arguments(port=ou.port)
    python = ou.prefixe / ".venv" / "bin" / "python"
    commande = [str(ou.prefixe / ".venv" / "bin" / programme), *arguments]
    pret = ""
    if p.pret:  # `systemctl start` returns once the page answers: what an update script waits for
        pret = f"ExecStartPost={python} -m syndicat.embarque attendre {ou.port} {p.pret}\n"
    proprietaire = "EnvironmentFile=/etc/syndicat/proprietaire.env\n" if p.role_base == "proprietaire" else ""
    return UNITE.format(
        nom=f"syndicat-{p.code}", code=p.code, prefixe=ou.prefixe, cible=CIBLE, proprietaire=proprietaire,
        commande=" ".join(_protege(mot) for mot in commande), pret=pret, signal=p.signal_arret,
        haut=p.memoire_max_mo * 85 // 100, max=p.memoire_max_mo,
    )  # fmt: skip


def _protege(mot: str) -> str:
    """One argument as systemd reads it: % doubled, quoted when it holds a space."""
    mot = mot.replace("%", "%%")
    return f'"{mot}"' if " " in mot else mot


def ecrire(dossier: Path, textes: dict[str, str]) -> None:
    """Write the units, and remove those of processes no longer declared."""
    dossier.mkdir(parents=True, exist_ok=True)
    for ancien in [*dossier.glob("syndicat-*.service"), *dossier.glob(CIBLE)]:
        if ancien.name not in textes and "syndicat.embarque unites" in ancien.read_text():
            ancien.unlink()
    for nom, texte in textes.items():
        (dossier / nom).write_text(texte)
