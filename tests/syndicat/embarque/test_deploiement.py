"""Production: units derived from the manifests, and a proxy configuration that is run, not only read."""

import http.server
import os
import shutil
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from syndicat.embarque.declares import Processus, lire_declares
from syndicat.embarque.lieu import RACINE_PROJET
from syndicat.embarque.processus import port_libre
from syndicat.embarque.unites import Installation, ecrire, unites

DEPLOY = RACINE_PROJET / "deploy"
pytestmark = pytest.mark.xdist_group("embarque-deploiement")


def declares() -> tuple[Processus, ...]:
    return lire_declares(os.environ | {"DJANGO_SETTINGS_MODULE": "syndicat.settings.test"})


# --- systemd ------------------------------------------------------------------------------------------
def test_les_unites_livrees_sont_celles_des_manifestes():
    attendues = unites(declares(), Installation())
    livrees = {f.name: f.read_text() for f in (DEPLOY / "systemd").iterdir() if "sauvegarde" not in f.name}
    assert livrees == attendues, "refaites-les : python -m syndicat.embarque unites"


def test_systemd_accepte_les_unites(tmp_path):
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze est absent de cette machine")

    def verifier(textes: dict[str, str]) -> "subprocess.CompletedProcess[str]":
        ecrire(tmp_path, textes)
        fichiers = [str(f) for f in sorted(tmp_path.iterdir())]
        commande = ["systemd-analyze", "verify", "--man=no", *fichiers]
        return subprocess.run(commande, capture_output=True, text=True, check=False)

    # Installed here, so that the programs the units name do exist.
    prefixe = _prefixe_d_ici(tmp_path)
    ici = unites(declares(), Installation(prefixe=prefixe))
    for nom in ("syndicat-sauvegarde.service", "syndicat-sauvegarde.timer"):
        ici[nom] = (DEPLOY / "systemd" / nom).read_text().replace("/opt/syndicat", str(prefixe))
    fait = verifier(ici)
    assert fait.returncode == 0, fait.stderr
    assert "syndicat" not in fait.stderr
    # The check must be able to fail: a program that does not exist, a word systemd does not know.
    fausse = {nom: texte.replace("/bin/python -m", "/bin/absent -m") for nom, texte in ici.items()}
    assert verifier(fausse).returncode != 0


def _prefixe_d_ici(tmp_path: Path) -> Path:
    """A folder whose ``.venv`` is the one of this very interpreter."""
    prefixe = tmp_path.parent / "prefixe"
    prefixe.mkdir(exist_ok=True)
    if not (prefixe / ".venv").exists():
        (prefixe / ".venv").symlink_to(Path(sys.executable).parent.parent)
        (prefixe / "deploy").symlink_to(DEPLOY)
    return prefixe


def test_seul_un_processus_du_proprietaire_lit_son_adresse():
    web = Processus(code="web", commande="python -m x --port {port}", pret="/sante/pret", memoire_max_mo=1000)
    migration = Processus(
        code="ddl", commande="python y %h 'deux mots'", role_base="proprietaire", signal_arret="INT"
    )
    textes = unites([web, migration], Installation(Path("/srv/s"), 9000))
    assert "proprietaire.env" not in textes["syndicat-web.service"]
    assert "EnvironmentFile=/etc/syndicat/proprietaire.env" in textes["syndicat-ddl.service"]
    assert "ExecStart=/srv/s/.venv/bin/python -m x --port 9000\n" in textes["syndicat-web.service"]
    assert "attendre 9000 /sante/pret" in textes["syndicat-web.service"]
    assert "MemoryMax=1000M" in textes["syndicat-web.service"]
    assert 'y %%h "deux mots"\n' in textes["syndicat-ddl.service"]
    assert "KillSignal=SIGINT" in textes["syndicat-ddl.service"]


def test_l_unite_d_un_processus_disparu_est_retiree(tmp_path):
    processus = [Processus(code="a", commande="python"), Processus(code="b", commande="python")]
    ecrire(tmp_path, unites(processus, Installation()))
    (tmp_path / "syndicat-a-moi.service").write_text("[Service]\n")
    ecrire(tmp_path, unites(processus[:1], Installation()))
    noms = {f.name for f in tmp_path.iterdir()}
    assert noms == {"syndicat-a.service", "syndicat.target", "syndicat-a-moi.service"}


def test_administrer_lit_les_reglages_sans_les_interpreter(tmp_path):
    (tmp_path / "syndicat.env").write_text('# note\n\nSECRET_KEY=a$HOME `id` "b"\nLOG_NIVEAU=ERROR\n')
    (tmp_path / "proprietaire.env").write_text("DATABASE_URL_PROPRIETAIRE=postgresql://p:m%40t@h/b?x=1&y=2")
    sonde = "from django.conf import settings as s; import os; print(repr((s.SECRET_KEY, os.environ['DATABASE_URL_PROPRIETAIRE'])))"
    env = os.environ | {"SYNDICAT_REGLAGES": str(tmp_path), "DJANGO_SETTINGS_MODULE": "syndicat.settings.dev"}
    if (RACINE_PROJET / ".venv" / "bin" / "python").exists() is False:
        pytest.skip("le projet n’a pas de .venv à sa racine")
    fait = subprocess.run(
        [str(DEPLOY / "administrer"), "shell", "--no-imports", "-c", sonde],
        env=env, cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert fait.stdout.strip() == repr(('a$HOME `id` "b"', "postgresql://p:m%40t@h/b?x=1&y=2")), fait.stderr


# --- nginx --------------------------------------------------------------------------------------------
class Amont(http.server.BaseHTTPRequestHandler):
    """Stands for the web process: says what it received, or hands a file over to the proxy."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        if self.headers.get("Upgrade") == "websocket":
            self.send_response(101)
            self.send_header("Upgrade", "websocket")
            self.send_header("Connection", "Upgrade")
            self.end_headers()
            self.wfile.write(b"bonjour")
            self.close_connection = True
            return
        self.send_response(200)
        if self.path == "/photo":
            self.send_header("X-Accel-Redirect", "/_fichiers/membre/photo.txt")
            self.send_header("Content-Type", "text/plain; charset=utf-8")
            self.send_header("Content-Security-Policy", "default-src 'none'")
            self.send_header("Cross-Origin-Resource-Policy", "same-site")
            self.send_header("Cache-Control", "private")
        corps = "\n".join(f"{c}: {v}" for c, v in self.headers.items()).encode()
        self.send_header("Content-Length", str(len(corps)))
        self.end_headers()
        self.wfile.write(corps)

    def log_message(self, *arguments: object) -> None:
        pass


@pytest.fixture(scope="module")
def mandataire(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """Port of a running nginx on the shipped configuration: only paths, ports and certificate differ."""
    nginx = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
    if nginx is None:
        pytest.skip("nginx est absent de cette machine (apt install nginx-light)")
    # Not pytest's own folder, closed to the account under which nginx's workers run.
    dossier = Path(subprocess.check_output(["mktemp", "-d"], text=True).strip())
    dossier.chmod(0o755)
    (dossier / "fichiers" / "membre").mkdir(parents=True)
    (dossier / "fichiers" / "membre" / "photo.txt").write_text("0123456789")
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=syndicat.example", "-days", "1",
         "-keyout", str(dossier / "cle.pem"), "-out", str(dossier / "cert.pem")],
        check=True, capture_output=True,
    )  # fmt: skip
    amont = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Amont)
    amont.handle_error = lambda *_: None  # type: ignore[method-assign] # nginx drops its idle connections
    threading.Thread(target=amont.serve_forever, daemon=True).start()
    port, clair = port_libre(), port_libre()
    remplace = {
        "listen 443": f"listen 127.0.0.1:{port}",
        "listen 80": f"listen 127.0.0.1:{clair}",
        "127.0.0.1:8000": f"127.0.0.1:{amont.server_address[1]}",
        "/etc/letsencrypt/live/syndicat.example/fullchain.pem": str(dossier / "cert.pem"),
        "/etc/letsencrypt/live/syndicat.example/privkey.pem": str(dossier / "cle.pem"),
        "/var/lib/syndicat/fichiers/": f"{dossier}/fichiers/",
    }
    texte = (DEPLOY / "nginx" / "syndicat.conf").read_text()
    for avant, apres in remplace.items():
        assert avant in texte
        texte = texte.replace(avant, apres)
    (dossier / "syndicat.conf").write_text(texte)
    (dossier / "nginx.conf").write_text(
        f"pid {dossier}/nginx.pid; error_log {dossier}/erreurs.log; daemon off; events {{}}\n"
        f"http {{ access_log off; client_body_temp_path {dossier}/corps; proxy_temp_path {dossier}/proxy;\n"
        f"fastcgi_temp_path {dossier}/f; uwsgi_temp_path {dossier}/u; scgi_temp_path {dossier}/s;\n"
        f"include {dossier}/syndicat.conf; }}\n"
    )
    essai = subprocess.run(
        [nginx, "-t", "-p", str(dossier), "-c", str(dossier / "nginx.conf")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert essai.returncode == 0, essai.stderr
    assert "warn" not in essai.stderr, essai.stderr
    with subprocess.Popen([nginx, "-p", str(dossier), "-c", str(dossier / "nginx.conf")]) as serveur:
        fin = time.monotonic() + 10
        while time.monotonic() < fin:
            with socket.socket() as prise:
                if prise.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        yield port
        serveur.terminate()
    amont.shutdown()
    shutil.rmtree(dossier)


def demander(
    port: int, requete: str, hote: str = "hettange-grande.syndicat.example"
) -> tuple[int, dict[str, str], bytes]:
    """Status, headers (lower case) and body of one HTTPS request, sent as written."""
    contexte = ssl.create_default_context()
    contexte.check_hostname, contexte.verify_mode = False, ssl.CERT_NONE
    with (
        socket.create_connection(("127.0.0.1", port), 10) as prise,
        contexte.wrap_socket(prise, server_hostname=hote) as tls,
    ):
        fin = "" if "Connection" in requete else "Connection: close\r\n"
        tls.sendall(f"GET {requete}\r\n{fin}\r\n".replace("%HOTE%", hote).encode())
        recu = b""
        while bloc := tls.recv(65536):
            recu += bloc
    entete, _, corps = recu.partition(b"\r\n\r\n")
    premiere, *lignes = entete.decode().split("\r\n")
    return (
        int(premiere.split()[1]),
        {c.lower(): v for c, v in (ligne.split(": ", 1) for ligne in lignes)},
        corps,
    )


def test_l_hote_du_membre_et_l_adresse_du_client_ne_se_forgent_pas(mandataire):
    forge = "X-Forwarded-For: 8.8.8.8\r\nX-Forwarded-Host: mal.example\r\nX-Forwarded-Proto: http"
    statut, _, corps = demander(mandataire, f"/ HTTP/1.1\r\nHost: %HOTE%\r\n{forge}")
    recus = dict(ligne.split(": ", 1) for ligne in corps.decode().splitlines())
    assert statut == 200
    assert recus["Host"] == "hettange-grande.syndicat.example"
    assert recus["X-Forwarded-For"] == "127.0.0.1"
    assert recus["X-Forwarded-Proto"] == "https"
    assert "X-Forwarded-Host" not in recus
    assert len(recus["X-Request-ID"]) == 32


def test_un_fichier_protege_ne_s_obtient_que_par_l_application(mandataire):
    assert demander(mandataire, "/_fichiers/membre/photo.txt HTTP/1.1\r\nHost: %HOTE%")[0] == 404
    statut, entetes, corps = demander(mandataire, "/photo HTTP/1.1\r\nHost: %HOTE%")
    assert (statut, corps) == (200, b"0123456789")
    assert entetes["content-type"] == "text/plain; charset=utf-8"
    assert entetes["content-security-policy"] == "default-src 'none'"
    assert entetes["cross-origin-resource-policy"] == "same-site"
    assert entetes["x-content-type-options"] == "nosniff"
    assert entetes["cache-control"] == "private"


def test_une_plage_d_un_fichier_protege_est_servie_par_nginx(mandataire):
    statut, entetes, corps = demander(mandataire, "/photo HTTP/1.1\r\nHost: %HOTE%\r\nRange: bytes=2-4")
    assert (statut, corps) == (206, b"234")
    assert entetes["content-range"] == "bytes 2-4/10"


def test_une_connexion_temps_reel_traverse(mandataire):
    statut, _, corps = demander(
        mandataire, "/ws/essai HTTP/1.1\r\nHost: %HOTE%\r\nUpgrade: websocket\r\nConnection: Upgrade"
    )
    assert statut == 101
    assert corps == b"bonjour"


def test_un_hote_inconnu_n_obtient_pas_meme_un_certificat(mandataire):
    with pytest.raises(ssl.SSLError):
        demander(mandataire, "/ HTTP/1.1\r\nHost: %HOTE%", hote="ailleurs.example")


def test_les_mesures_ne_sortent_pas(mandataire):
    assert demander(mandataire, "/metrics HTTP/1.1\r\nHost: %HOTE%")[0] == 404
