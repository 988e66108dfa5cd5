"""The shell as a Django application."""

from syndicat.socle.manifest import ConfigAvecManifest, EntreeMenu, Manifest

_BUREAU = "syndicat.comptes.perms.can_open_desk"


class WebConfig(ConfigAvecManifest):
    """Layouts, components, cockpit, menu, portal frame."""

    name = "syndicat.web"
    label = "web"
    verbose_name = "Interface"
    manifest = Manifest(
        code="web",
        label="Interface",
        service=False,
        ordre=8,
        menu=(
            EntreeMenu(libelle="Ma commune", url="web:bureau", icone="maison", permission=_BUREAU, groupe="collectivite", hote="tous", ordre=0),
            EntreeMenu(libelle="À décider", url="web:a_decider", icone="signer", permission=_BUREAU, groupe="collectivite", hote="tous", compteur="syndicat.web.cockpit.compter", ordre=1),
            EntreeMenu(libelle="Échéances", url="web:echeances", icone="agenda", permission=_BUREAU, groupe="collectivite", hote="tous", ordre=2),
            EntreeMenu(libelle="Tableau de bord", url="web:tableau", icone="carte", permission="syndicat.web.perms.can_see_board", groupe="collectivite", hote="syndicat", ordre=3),
            EntreeMenu(libelle="Portail public", url="web:annonces", icone="navigateur", permission="syndicat.web.perms.can_announce", groupe="gestion", hote="tous", ordre=80),
            EntreeMenu(libelle="Ce que propose le syndicat", url="web:offres", icone="etoile", permission=_BUREAU, groupe="syndicat", hote="membre", ordre=90),
        ),
    )  # fmt: skip
