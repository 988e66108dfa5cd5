"""Routes the walker does not reach, each with its reason; printed and counted at every run."""

#: (route key prefix, method or "*", reason)
EXEMPTIONS: tuple[tuple[str, str, str], ...] = ()


def raison(cle: str, methode: str) -> str:
    """Why this route × method is left out, or an empty string."""
    for prefixe, m, pourquoi in EXEMPTIONS:
        if cle.startswith(prefixe) and m in ("*", methode):
            return pourquoi
    return ""
