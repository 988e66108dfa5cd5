"""Child process of the routing bench."""

from typing import Any

from bench import _commun

if __name__ == "__main__":
    banc: list[Any] = []

    def jouer(**arguments: Any) -> dict[str, Any]:
        """One round; the handler is loaded at the first."""
        if not banc:
            from bench import _vues_routage

            banc.append(_vues_routage.Banc())
        return dict(banc[0].jouer(**arguments))

    _commun.servir({"jouer": jouer})
