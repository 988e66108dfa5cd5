"""Facts heard by open data."""

from apps.data.actions import demander_rafraichissement
from syndicat.socle.faits import Fait


def signalement_clos(fait: Fait, *, cle: str) -> None:
    """A report was closed: its anonymised feed is due. Marking twice is marking once."""
    demander_rafraichissement(flux="grc.signalements")
