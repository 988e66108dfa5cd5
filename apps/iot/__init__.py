"""Capteurs: Bâtiments, éclairage, déchets : ce que mesurent les capteurs."""
