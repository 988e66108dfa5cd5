"""Markets, catalogue and orders: the shared tables of purchasing (a ceiling is shared by all members)."""
