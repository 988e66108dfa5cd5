"""Outside systems of this theme."""
