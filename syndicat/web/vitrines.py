"""What a collectivité shows of itself (``membres.Vitrine``), kept a few seconds in each process: read on every page."""

import time
from decimal import Decimal

from django.http import HttpRequest

from syndicat.membres.models import Collectivite, Vitrine
from syndicat.socle.contexte import Portee
from syndicat.web.theme import Marque, derive

FRAICHEUR = 2.0
_memoire: dict[int, tuple[float, Vitrine]] = {}
MARQUE_SYNDICAT = Marque(hue=280, chroma=0.125)


def portee_de(request: HttpRequest) -> Portee:
    """The collectivité of a request on a member's host (set by ``membres.middleware``)."""
    portee: Portee = request.portee  # type: ignore[attr-defined]
    return portee


def vitrine_de(portee: Portee) -> Vitrine:
    """The Vitrine of a collectivité; an unsaved one with default colours when none was recorded."""
    vu = _memoire.get(portee.collectivite_id)
    maintenant = time.monotonic()
    if vu is not None and maintenant - vu[0] < FRAICHEUR:
        return vu[1]
    trouvee = (
        Vitrine.objects.select_related("collectivite").filter(collectivite_id=portee.collectivite_id).first()
    )
    if trouvee is None:
        trouvee = Vitrine(collectivite=Collectivite.objects.get(pk=portee.collectivite_id))
        if portee.est_syndicat:
            trouvee.teinte, trouvee.chroma, trouvee.blason = 280, Decimal("0.125"), "reseau"
    _memoire[portee.collectivite_id] = (maintenant, trouvee)
    return trouvee


def oublier(collectivite_id: int) -> None:
    """After a change of settings: this process reads again at once, the others within ``FRAICHEUR`` seconds."""
    _memoire.pop(collectivite_id, None)


def marque_de(vitrine: Vitrine) -> Marque:
    """The white label's two numbers."""
    return Marque(hue=float(vitrine.teinte), chroma=float(vitrine.chroma))


class CharteDeMembre:
    """A member's colours for what is not a page (``socle.protocoles.Charte``): the light palette, as in the shell."""

    def accent(self, portee: Portee) -> tuple[str, str]:
        """(accent, text on it) as #rrggbb."""
        clair = derive(marque_de(vitrine_de(portee))).clair
        return clair["accent"], clair["sur-accent"]
