"""Sécurité informatique: Un responsable de la sécurité partagé, pour prévenir et réagir."""
