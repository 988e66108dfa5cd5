"""Données ouvertes: Publication des données de la collectivité."""
