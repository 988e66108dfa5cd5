"""Cache keys carry the collectivité: what one member caches, another cannot read."""

from syndicat.socle.contexte import portee_courante


def cle(key: str, prefixe: str, version: int) -> str:
    """``prefix:<collectivité or 'commun'>:version:key``."""
    portee = portee_courante()
    espace = str(portee.collectivite_id) if portee is not None else "commun"
    return f"{prefixe}:{espace}:{version}:{key}"
