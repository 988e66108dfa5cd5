"""The one gate: is a service open, winding down or closed for a collectivité? Web, API, sockets, tasks ask here."""

import time
from datetime import date
from enum import StrEnum

from syndicat.conventions.models import Convention, EtatConvention
from syndicat.socle.contexte import exiger_portee

_EN_EXTINCTION = (EtatConvention.SUSPENDUE, EtatConvention.ECHUE, EtatConvention.RESILIEE)
_memoire: dict[int, tuple[float, dict[str, "Ouverture"]]] = {}
DUREE = 1.0


class Ouverture(StrEnum):
    """OUVERT: everything. EXTINCTION: no new file, the rest goes on. FERME: nothing."""

    OUVERT = "ouvert"
    EXTINCTION = "extinction"
    FERME = "ferme"


def oublier(collectivite_id: int) -> None:
    """Read again at the next question, in this process."""
    _memoire.pop(collectivite_id, None)


def ouvertures(*, au: date | None = None) -> dict[str, Ouverture]:
    """State of each service for the collectivité in scope (absent: closed). One query at most a second."""
    portee = exiger_portee()
    if au is None:
        vu = _memoire.get(portee.collectivite_id)
        if vu is not None and time.monotonic() - vu[0] < DUREE:
            return vu[1]
    jour = au or date.today()  # noqa: DTZ011 - a civil date
    resultat: dict[str, Ouverture] = {}
    for service, etat, debut, fin in Convention.objects.values_list("service", "etat", "debut", "fin"):
        if etat == EtatConvention.ACTIVE and debut <= jour and (fin is None or jour <= fin):
            resultat[service] = Ouverture.OUVERT
        elif etat in _EN_EXTINCTION or (etat == EtatConvention.ACTIVE and fin is not None and fin < jour):
            resultat.setdefault(service, Ouverture.EXTINCTION)
    if au is None:
        _memoire[portee.collectivite_id] = (time.monotonic(), resultat)
    return resultat


def ouverture(service: str) -> Ouverture:
    """State of one service for the collectivité in scope. The syndicate runs every service for itself."""
    if exiger_portee().est_syndicat:
        return Ouverture.OUVERT
    return ouvertures().get(service, Ouverture.FERME)


class Porte:
    """The gate as offered to the rooms below (``socle.protocoles.PorteDesServices``)."""

    def est_lisible(self, service: str) -> bool:
        """Open or winding down."""
        return ouverture(service) is not Ouverture.FERME
