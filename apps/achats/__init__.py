"""Achats: Catalogue de la centrale d’achat et commandes."""
