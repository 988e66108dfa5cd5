"""The life of a member: every change of its place in the registry, journaled, effective everywhere at once."""

from datetime import date, timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import timezone

from syndicat.membres import annuaire
from syndicat.membres.acteurs import Agissant
from syndicat.membres.embarquement import embarquer, hote_de
from syndicat.membres.enums import TRANSITIONS_MEMBRE, EtatMembre, Nature
from syndicat.membres.journalisation import consigner
from syndicat.membres.models import Collectivite, Domaine, Rattachement, valider_slug
from syndicat.membres.registre import cle_de_tri
from syndicat.socle import contexte
from syndicat.socle.transition import transition

__all__ = ["fusionner", "onboard", "rattacher", "renommer", "retablir", "suspendre"]

#: A former address leads to the new one that long, then answers 404 and may be taken again.
REDIRECTION = timedelta(days=365)
onboard = embarquer


@transaction.atomic
def renommer(*, collectivite: Collectivite, slug: str, by: Agissant, nom: str = "") -> Collectivite:
    """New host name (and name); the former one redirects for a year. The schema keeps its name.

    Raises ValidationError: bad or reserved name, address of another (present or still redirecting).
    """
    valider_slug(slug)
    if slug in settings.SLUGS_RESERVES:
        raise ValidationError(f"Le nom d’hôte « {slug} » est réservé.")
    fraiche = Collectivite.objects.select_for_update().get(pk=collectivite.pk)
    if fraiche.nature == Nature.SYNDICAT:
        raise ValidationError("L’adresse du syndicat se règle à l’installation (SYNDICAT_SLUG).")
    if Collectivite.objects.exclude(pk=fraiche.pk).filter(slug=slug).exists():
        raise ValidationError(f"Le nom d’hôte « {slug} » est celui d’une autre collectivité.")
    ancien = fraiche.slug
    fraiche.slug = slug
    if nom:
        fraiche.nom, fraiche.nom_tri = nom, cle_de_tri(nom)
    fraiche.save(update_fields=["slug", "nom", "nom_tri"])
    if slug != ancien and fraiche.etat != EtatMembre.REGISTRE:
        _changer_d_adresse(fraiche)
    if fraiche.etat != EtatMembre.REGISTRE:
        with contexte.ecriture_technique():
            consigner(
                "membres.collectivite.renommee", fraiche, by=by, detail={"ancien": ancien, "nouveau": slug}
            )
    annuaire.invalider()
    return fraiche


def _changer_d_adresse(collectivite: Collectivite) -> None:
    maintenant, hote = timezone.now(), hote_de(collectivite)
    occupe = Domaine.objects.filter(domain=hote).exclude(tenant=collectivite).first()
    if occupe is not None:
        if occupe.redirige_jusqu_au is None or occupe.redirige_jusqu_au > maintenant:
            raise ValidationError(f"L’adresse {hote} mène encore à une autre collectivité.")
        occupe.delete()
    Domaine.objects.filter(tenant=collectivite, redirige_jusqu_au=None).filter(
        domain__endswith=f".{settings.DOMAINE_BASE}"
    ).update(redirige_jusqu_au=maintenant + REDIRECTION, is_primary=False)
    propre = Domaine.objects.filter(
        tenant=collectivite, is_primary=True
    ).exists()  # its own domain stays first
    Domaine.objects.update_or_create(
        domain=hote,
        defaults={"tenant": collectivite, "redirige_jusqu_au": None, "is_primary": not propre},
    )


@transaction.atomic
def suspendre(*, collectivite: Collectivite, by: Agissant, motif: str) -> Collectivite:
    """Read-only from now on, at the middleware and in the database. ``motif`` is a code."""
    if collectivite.nature == Nature.SYNDICAT:
        raise ValidationError("L’espace du syndicat ne se suspend pas.")
    fraiche = transition(collectivite, vers=EtatMembre.SUSPENDUE, table=TRANSITIONS_MEMBRE)
    consigner("membres.collectivite.suspendue", fraiche, by=by, detail={"motif": motif})
    annuaire.invalider()
    return fraiche


@transaction.atomic
def retablir(*, collectivite: Collectivite, by: Agissant) -> Collectivite:
    """End of the suspension."""
    fraiche = transition(collectivite, vers=EtatMembre.ACTIVE, table=TRANSITIONS_MEMBRE)
    consigner("membres.collectivite.retablie", fraiche, by=by)
    annuaire.invalider()
    return fraiche


@transaction.atomic
def fusionner(
    *, predecesseur: Collectivite, successeur: Collectivite, le: date, by: Agissant
) -> Collectivite:
    """A commune passes into another (commune nouvelle, CGCT L. 2113-1 s.) on the day ``le``.

    Its space stays, read-only; its host, tracking links and deadlines go on; whoever has a role at the
    successor has it there too. Its memberships end that day. Raises ValidationError.
    """
    if predecesseur.pk == successeur.pk or predecesseur.pk in successeur.heritiers:
        raise ValidationError("Une commune ne fusionne pas avec elle-même.")
    if {predecesseur.nature, successeur.nature} != {Nature.COMMUNE}:
        raise ValidationError("Seules des communes fusionnent ainsi.")
    heritiere = Collectivite.objects.select_for_update().get(pk=successeur.pk)
    if heritiere.etat != EtatMembre.ACTIVE:
        raise ValidationError(f"« {heritiere.nom} » n’a pas d’espace actif pour recevoir une autre commune.")
    fraiche = Collectivite.objects.select_for_update().get(pk=predecesseur.pk)
    if EtatMembre.FUSIONNEE not in TRANSITIONS_MEMBRE[fraiche.etat]:
        raise ValidationError(f"« {fraiche.nom} » n’est pas dans un état qui permet une fusion.")
    fraiche.successeur, fraiche.date_fin, fraiche.etat = heritiere, le, EtatMembre.FUSIONNEE
    fraiche.save(update_fields=["successeur", "date_fin", "etat"])
    for rattachement in fraiche.rattachements.select_for_update().filter(periode__contains=le):
        _clore(rattachement, le)
    fraiche.rattachements.filter(periode__startswith__gt=le).delete()
    consigner(
        "membres.collectivite.fusionnee",
        fraiche,
        by=by,
        detail={"le": le, "successeur": str(heritiere.ident)},
    )
    consigner(
        "membres.collectivite.recue", heritiere, by=by, detail={"le": le, "predecesseur": str(fraiche.ident)}
    )
    annuaire.invalider()
    return fraiche


def _clore(rattachement: Rattachement, le: date) -> None:
    """End a period on ``le`` (excluded); a period that would be empty goes."""
    if rattachement.periode.lower is not None and rattachement.periode.lower >= le:
        rattachement.delete()
        return
    rattachement.periode = DateRange(rattachement.periode.lower, le)
    rattachement.save(update_fields=["periode"])


@transaction.atomic
def rattacher(*, membre: Collectivite, groupement: Collectivite, genre: str, depuis: date) -> Rattachement:
    """From ``depuis`` on, ``membre`` belongs to ``groupement``; what held that day ends, what was to come later goes.

    Idempotent. The database refuses two groupements on one day whatever writes them.
    """
    Collectivite.objects.select_for_update().get(pk=membre.pk)
    en_vigueur = membre.rattachements.filter(genre=genre, periode__contains=depuis).first()
    membre.rattachements.filter(genre=genre, periode__startswith__gt=depuis).delete()
    if en_vigueur is not None:
        if en_vigueur.groupement_id == groupement.pk:
            if en_vigueur.periode.upper is not None:
                en_vigueur.periode = DateRange(en_vigueur.periode.lower, None)
                en_vigueur.save(update_fields=["periode"])
            return Rattachement.objects.get(pk=en_vigueur.pk)
        _clore(en_vigueur, depuis)
    return Rattachement.objects.create(
        membre=membre, groupement=groupement, genre=genre, periode=DateRange(depuis, None)
    )
