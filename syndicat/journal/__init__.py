"""The audit journal: ``from syndicat.journal import consigner``. Everything else stands in the modules.

The name is resolved at first use, so that the package can be imported before the applications are loaded.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from syndicat.journal.service import consigner

__all__ = ["consigner"]


def __getattr__(nom: str) -> Any:
    if nom == "consigner":
        from syndicat.journal.service import consigner  # noqa: PLC0415 - models load after the applications

        return consigner
    raise AttributeError(nom)
