"""Vidéoprotection: Caméras de la commune et accès aux images, dans le cadre de la loi."""
