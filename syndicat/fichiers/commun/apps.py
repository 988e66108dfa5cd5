"""The part of ``fichiers`` that lives in the shared schema, as a Django application."""

from syndicat.socle.manifest import ConfigAvecManifest


class FichiersCommunConfig(ConfigAvecManifest):
    """Work still to do on files, over all members: one indexed table instead of 556."""

    name = "syndicat.fichiers.commun"
    label = "fichiers_commun"
    verbose_name = "Fichiers (commun)"
