"""Sweeps over the index: what is due, member after member, never 556 messages.

Choosing what is due reads the index across members, a declared act; the work itself is done inside each member.
"""

import logging
from collections.abc import Callable, Iterable
from datetime import timedelta

from django.db import connection
from django.db.models import Q
from django.utils import timezone

from apps.data import actions
from apps.data.commun.models import EtatJeu, JeuDeDonnees
from apps.data.flux import declares_pour, trouver
from apps.data.suivi import SERVICE
from syndicat.comptes.acteur import Acteur
from syndicat.conventions.models import Convention, EtatConvention
from syndicat.conventions.porte import Ouverture, ouverture
from syndicat.membres import annuaire
from syndicat.socle import contexte
from syndicat.socle.protocoles import PublicationDonnees, demander

log = logging.getLogger(__name__)
ACTE = contexte.declarer_acte(
    "data.balayage", "Choisir les jeux de données à rafraîchir ou à retirer, tous membres confondus"
)
PERIODE = timedelta(days=1)
#: A PostgreSQL backend keeps about 1 MB for each schema it visited.
RENOUVELER = 50


def _pour_chacun(lignes: Iterable[tuple[int, str]], faire: Callable[[str], object]) -> int:
    """Run ``faire(flux)`` inside each member; one that fails is logged and does not stop the others."""
    faits = 0
    for numero, (collectivite_id, flux) in enumerate(lignes, 1):
        try:
            with contexte.dans(collectivite_id) as portee:
                if portee.lecture_seule:
                    continue
                faire(flux)
            faits += 1
        except Exception:
            log.exception("Jeu de données %s non traité pour la collectivité %s", flux, collectivite_id)
        if numero % RENOUVELER == 0 and not connection.in_atomic_block:
            connection.close()
    return faits


def publier(flux: str) -> str:
    """Publish one declared feed of the collectivité in scope, through the Protocol; answers the public id."""
    offre = demander(PublicationDonnees)  # type: ignore[type-abstract]
    if offre is None:
        raise LookupError("Aucun thème n’offre la publication de données.")
    return offre.publier(flux=flux, lignes=trouver(flux).lignes(contexte.exiger_portee()))


def rafraichir_les_jeux() -> int:
    """Refresh the data sets that are due; answers how many were."""
    with contexte.transverse(ACTE):
        dus = list(
            JeuDeDonnees.objects.filter(
                Q(a_rafraichir=True) | Q(verifie_at__lt=timezone.now() - PERIODE),
                etat__in=[EtatJeu.PUBLIE, EtatJeu.PROPOSE, EtatJeu.REFUSE],
            )
            .order_by("collectivite_id", "flux")
            .values_list("collectivite_id", "flux")
        )
    return _pour_chacun(dus, publier)


def flux_ouverts(portee: contexte.Portee) -> list[str]:
    """Feeds of the themes this collectivité has, for the collectivité in scope."""
    return [d.code for d in declares_pour(portee) if ouverture(d.theme) is not Ouverture.FERME]


def _manquants() -> list[tuple[int, str]]:
    with contexte.transverse(ACTE):
        membres = set(
            Convention.objects.filter(service=SERVICE, etat=EtatConvention.ACTIVE).values_list(
                "collectivite_id", flat=True
            )
        )
        connus = set(JeuDeDonnees.objects.values_list("collectivite_id", "flux"))
    membres.add(annuaire.portee_du_syndicat().collectivite_id)
    manquants = []
    for collectivite_id in sorted(membres):
        with contexte.dans(collectivite_id) as portee:
            manquants += [
                (collectivite_id, code)
                for code in flux_ouverts(portee)
                if (collectivite_id, code) not in connus
            ]
    return manquants


def proposer_les_flux() -> int:
    """Project, « à valider », the feeds that members have and the index does not know."""
    return _pour_chacun(_manquants(), publier)


def retirer_les_fermes() -> int:
    """Withdraw the data sets of members whose open-data service is closed."""
    with contexte.transverse(ACTE):
        publies = list(
            JeuDeDonnees.objects.filter(etat=EtatJeu.PUBLIE)
            .order_by("collectivite_id", "flux")
            .values_list("collectivite_id", "flux")
        )
    fermes = []
    for collectivite_id, flux in publies:
        with contexte.dans(collectivite_id):
            if ouverture(SERVICE) is Ouverture.FERME:
                fermes.append((collectivite_id, flux))

    def retirer(flux: str) -> None:
        actions.retirer_jeu(jeu=JeuDeDonnees.objects.get(flux=flux), by=Acteur.systeme("data.service_ferme"))

    return _pour_chacun(fermes, retirer)
