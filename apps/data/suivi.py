"""Open lines of open data, for ``rebuild_suivi``."""

from collections.abc import Iterator

from apps.data.commun.models import EtatJeu, JeuDeDonnees
from syndicat.socle.contexte import Portee
from syndicat.suivi.lignes import LigneATraiter

SERVICE = "data"
A_VALIDER = "jeu_a_valider"
REFUSE = "jeu_refuse"


def a_valider(jeu: JeuDeDonnees) -> LigneATraiter:
    """A data set waits for its approval."""
    return LigneATraiter(
        service=SERVICE,
        uuid=str(jeu.uuid),
        kind=A_VALIDER,
        titre=f"Données à publier\u00a0: {jeu.titre}",
        url=f"/bureau/data/{jeu.uuid}/",
        theme=SERVICE,
        action="Relire et publier",
    )


def refuse(jeu: JeuDeDonnees) -> LigneATraiter:
    """A publication was stopped by the detector."""
    return LigneATraiter(
        service=SERVICE,
        uuid=str(jeu.uuid),
        kind=REFUSE,
        titre=f"Publication arrêtée\u00a0: {jeu.titre}",
        url=f"/bureau/data/{jeu.uuid}/",
        theme=SERVICE,
        action="Voir pourquoi",
    )


def lignes(portee: Portee) -> Iterator[LigneATraiter]:
    """Every open line of the collectivité in scope."""
    for jeu in JeuDeDonnees.objects.exclude(etat=EtatJeu.RETIRE):
        if jeu.etat == EtatJeu.PROPOSE:
            yield a_valider(jeu)
        if jeu.motif:
            yield refuse(jeu)
