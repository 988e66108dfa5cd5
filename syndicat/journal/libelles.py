"""French sentences of the actions, for the page and the export. Each room declares its own at start."""

_libelles: dict[str, str] = {}


def declarer_libelles(libelles: dict[str, str]) -> None:
    """Register sentences by action: ``{"grc.signalement.cree": "Signalement reçu"}``.

    A sentence stands alone (no subject, no name, no full stop). Two rooms may not claim one action.
    """
    for action, phrase in libelles.items():
        connue = _libelles.setdefault(action, phrase)
        if connue != phrase:
            raise ValueError(f"L’action « {action} » a déjà la phrase « {connue} ».")


def libelle(action: str) -> str:
    """The sentence of an action, or its code when nobody declared it."""
    return _libelles.get(action, action)


def actions() -> dict[str, str]:
    """Every declared action with its sentence, in the order of the sentences."""
    return dict(sorted(_libelles.items(), key=lambda paire: paire[1].lower()))
