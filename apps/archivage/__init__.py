"""Archives: Dépôt des documents dans un système d’archivage électronique."""
