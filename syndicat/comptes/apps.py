"""Accounts and rights as a Django application."""

from importlib import import_module

from syndicat.socle.manifest import ConfigAvecManifest, Manifest


class ComptesConfig(ConfigAvecManifest):
    """Users of the whole platform, their adhesions, sign-in."""

    name = "syndicat.comptes"
    label = "comptes"
    verbose_name = "Comptes"
    manifest = Manifest(
        code="comptes",
        label="Comptes et droits",
        service=False,
        ordre=2,
        public_urls="syndicat.comptes.urls_portail",
    )

    def ready(self) -> None:
        import_module("syndicat.comptes.models_sessions")
