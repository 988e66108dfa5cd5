"""Onboarding: a schema by replay of the template, a domain, a shop window, in one transaction as owner."""

from dataclasses import dataclass
from functools import partial

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from syndicat.membres import annuaire, gabarit, schema, verrou
from syndicat.membres.acteurs import Agissant, PremierAdministrateur
from syndicat.membres.enums import EtatMembre
from syndicat.membres.gabarit import Gabarit
from syndicat.membres.journalisation import consigner
from syndicat.membres.models import Collectivite, Domaine, Vitrine
from syndicat.membres.schema import ALIAS
from syndicat.socle import contexte
from syndicat.socle.protocoles import demander


@dataclass(frozen=True)
class Embarquement:
    """What onboarding did: ``nouveau`` is False when the member was there already."""

    collectivite: Collectivite
    nouveau: bool


def hote_de(collectivite: Collectivite) -> str:
    """Host name of a member; the syndicate answers at the base itself."""
    if collectivite.slug == settings.SLUG_SYNDICAT:
        return settings.DOMAINE_BASE
    return f"{collectivite.slug}.{settings.DOMAINE_BASE}"


def embarquer(
    *,
    collectivite: Collectivite,
    by: Agissant,
    administrateur: str = "",
    modele: Gabarit | None = None,
    verrouiller: bool = True,
) -> Embarquement:
    """Give a collectivité of the registry its space. Idempotent; ``verrouiller=False`` when the lock is held.

    Raises ValidationError (archived or inconsistent), LookupError (no template yet), VerrouPris.
    """
    if verrouiller:
        with verrou.structure(exclusif=False):
            return embarquer(
                collectivite=collectivite,
                by=by,
                administrateur=administrateur,
                modele=modele,
                verrouiller=False,
            )
    modele = modele or gabarit.du_modele()
    with contexte.hors_membre(), transaction.atomic(using=ALIAS):
        fraiche = Collectivite.objects.using(ALIAS).select_for_update().get(pk=collectivite.pk)
        nouveau = _a_creer(fraiche)
        if nouveau:
            gabarit.rejouer(modele, fraiche.schema_name)
            fraiche.etat = EtatMembre.ACTIVE
            fraiche.onboarded_at = timezone.now()
            fraiche.save(using=ALIAS, update_fields=["etat", "onboarded_at"])
        _domaine(fraiche)
        Vitrine.objects.using(ALIAS).get_or_create(collectivite=fraiche)
        transaction.on_commit(annuaire.invalider, using=ALIAS)
        transaction.on_commit(partial(_apres, fraiche, nouveau, by, administrateur), using=ALIAS)
    return Embarquement(Collectivite.objects.using(ALIAS).get(pk=fraiche.pk), nouveau)


def _a_creer(collectivite: Collectivite) -> bool:
    present = schema.existe(collectivite.schema_name)
    if collectivite.etat == EtatMembre.REGISTRE:
        if present:
            raise ValidationError(
                f"Le schéma {collectivite.schema_name} existe déjà alors que « {collectivite.nom} » n’est pas embarquée."
            )
        return True
    if collectivite.etat == EtatMembre.ARCHIVEE:
        raise ValidationError(f"« {collectivite.nom} » est archivée : elle ne se rembarque pas.")
    if not present:
        raise ValidationError(
            f"« {collectivite.nom} » est embarquée mais son schéma {collectivite.schema_name} manque."
        )
    return False


def _domaine(collectivite: Collectivite) -> None:
    hote = hote_de(collectivite)
    pris = Domaine.objects.using(ALIAS).filter(domain=hote).first()
    if pris is None:
        principal = (
            not Domaine.objects.using(ALIAS).filter(tenant_id=collectivite.pk, is_primary=True).exists()
        )
        Domaine.objects.using(ALIAS).bulk_create(
            [Domaine(domain=hote, tenant_id=collectivite.pk, is_primary=principal)]
        )
    elif pris.tenant_id != collectivite.pk:
        raise ValidationError(f"L’adresse {hote} est celle d’une autre collectivité.")


def _apres(collectivite: Collectivite, nouveau: bool, by: Agissant, administrateur: str) -> None:
    """Once the space exists for everybody: the journal's line and the first administrator."""
    with contexte.dans(collectivite.portee), transaction.atomic():
        if nouveau:
            consigner("membres.collectivite.embarquee", collectivite, by=by)
        if administrateur:
            comptes = demander(PremierAdministrateur)  # type: ignore[type-abstract]
            if comptes is None:
                raise ValidationError("Aucune gestion des comptes : l’administrateur n’a pas été désigné.")
            comptes.designer(courriel=administrateur, by=by)
