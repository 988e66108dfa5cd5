"""Waiting for the web process to answer, behind the proxy's headers."""

import http.client
import os
import time
from urllib.parse import urlsplit

from syndicat.embarque.lieu import ErreurEmbarque


def attendre_page(port: int, chemin: str, secondes: float) -> None:
    """Return once ``http://127.0.0.1:<port><chemin>`` answers 200, asked as the HTTPS proxy would.

    Raises ErreurEmbarque after ``secondes``, with the last answer.
    """
    hote = urlsplit(os.environ.get("SYNDICAT_BASE_URL", "http://localhost")).hostname or "localhost"
    fin, dernier = time.monotonic() + secondes, "aucune réponse"
    while time.monotonic() < fin:
        connexion = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        try:
            connexion.request("GET", chemin, headers={"Host": hote, "X-Forwarded-Proto": "https"})
            reponse = connexion.getresponse()
            if reponse.status == 200:
                return
            dernier = f"réponse {reponse.status}"
        except (OSError, http.client.HTTPException) as erreur:
            dernier = str(erreur) or type(erreur).__name__
        finally:
            connexion.close()
        time.sleep(0.3)
    raise ErreurEmbarque(f"{chemin} ne répond pas 200 sur le port {port} après {secondes:g} s : {dernier}.")
