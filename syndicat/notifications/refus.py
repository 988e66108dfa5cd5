"""The refusal that no further attempt will change."""


class RefusDefinitif(Exception):
    """The other side will never take this message (unknown recipient, malformed number)."""
