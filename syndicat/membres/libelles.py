"""French sentences of the registry’s actions; the journal gathers them from the application at start."""

LIBELLES = {
    "membres.collectivite.embarquee": "Espace ouvert",
    "membres.collectivite.renommee": "Adresse changée",
    "membres.collectivite.suspendue": "Espace mis en lecture seule",
    "membres.collectivite.retablie": "Espace rétabli",
    "membres.collectivite.fusionnee": "Commune fusionnée, espace remis à son successeur en lecture seule",
    "membres.collectivite.recue": "Commune fusionnée reçue",
    "membres.collectivite.exportee": "Données exportées pour restitution",
    "membres.collectivite.visee": "Visa des Archives enregistré",
    "membres.collectivite.archivee": "Espace supprimé après restitution",
    "membres.collectivite.restauree": "Espace restauré depuis une sauvegarde",
}
