"""Writes of open data: a feed becomes a versioned projection in the publication index, once a person approved it."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from apps.data import flux as catalogue_des_flux
from apps.data.commun.models import (
    TRANSITIONS_JEU,
    Distribution,
    EtatJeu,
    JeuDeDonnees,
    Ligne,
)
from apps.data.flux import FluxDeclare
from apps.data.formats import ECRIVAINS, Ecrivain, formats_de, valeur_json
from apps.data.regles import Detecteur, motif_de_refus
from apps.data.suivi import A_VALIDER, REFUSE, SERVICE, a_valider, refuse
from syndicat.comptes.acteur import Acteur
from syndicat.journal import consigner
from syndicat.membres.models import Collectivite, Vitrine
from syndicat.socle import contexte
from syndicat.socle.transition import transition
from syndicat.suivi import service as suivi

LOT = 1000


class _DonneesPersonnelles(Exception):
    """Inside a publication: the new rows must be undone."""

    def __init__(self, motif: str) -> None:
        self.motif = motif


class _Inchange(Exception):
    """Inside a publication: the same bytes as the version already there."""


def _contact(portee: contexte.Portee) -> tuple[str, str]:
    vitrine = Vitrine.objects.filter(collectivite_id=portee.collectivite_id).first()
    if vitrine is None:
        return portee.nom, ""
    return vitrine.accueil or portee.nom, vitrine.courriel


def _obtenir(declare: FluxDeclare) -> JeuDeDonnees:
    """The data set of a feed, locked; created « à valider » at first."""
    portee = contexte.exiger_portee()
    nom, courriel = _contact(portee)
    flux = declare.flux
    maintenant = timezone.now()
    jeu, _ = JeuDeDonnees.objects.get_or_create(
        flux=declare.code,
        defaults={
            "titre": flux.titre,
            "description": flux.description,
            "frequence": flux.frequence.upper(),
            "theme": flux.theme,
            "mots_cles": list(flux.mots_cles),
            "contact_nom": nom,
            "contact_courriel": courriel,
            "emprise": Collectivite.objects.values_list("emprise", flat=True).get(pk=portee.collectivite_id),
            "modified_at": maintenant,
            "verifie_at": maintenant,
        },
    )
    return _verrouiller(jeu)


def _verrouiller(jeu: JeuDeDonnees) -> JeuDeDonnees:
    frais: JeuDeDonnees = JeuDeDonnees.objects.select_for_update().get(pk=jeu.pk)
    return frais


def _par_lots(lignes: Iterable[Mapping[str, Any]]) -> Iterator[list[Mapping[str, Any]]]:
    iterateur = iter(lignes)
    while lot := list(islice(iterateur, LOT)):
        yield lot


class _Projection:
    """Writes rows and measures the bytes of each format on the way; memory holds one batch."""

    def __init__(self, jeu: JeuDeDonnees, version: int) -> None:
        self._jeu, self._version = jeu, version
        self._noms = jeu.noms_colonnes
        self._detecteur = Detecteur(self._noms)
        self._formes: dict[str, Ecrivain] = {
            f: ECRIVAINS[f](jeu.colonnes, jeu.geo) for f in formats_de(jeu.geo)
        }
        self.sommes = {f: hashlib.sha256() for f in self._formes}
        self.octets = dict.fromkeys(self._formes, 0)
        self.nb = 0

    def _compter(self, format_: str, bloc: bytes) -> None:
        self.sommes[format_].update(bloc)
        self.octets[format_] += len(bloc)

    def ecrire(self, lignes: Iterable[Mapping[str, Any]]) -> None:
        for f, ecrivain in self._formes.items():
            self._compter(f, ecrivain.debut())
        for lot in _par_lots(lignes):
            self._un_lot(lot)
        for f, ecrivain in self._formes.items():
            self._compter(f, ecrivain.fin())
        constats = self._detecteur.constats()
        if constats:
            raise _DonneesPersonnelles(motif_de_refus(constats))

    def _un_lot(self, lot: list[Mapping[str, Any]]) -> None:
        valeurs = []
        for ligne in lot:
            self._detecteur.lire(ligne)
            valeurs.append([valeur_json(ligne.get(nom)) for nom in self._noms])
        Ligne.objects.bulk_create(
            Ligne(jeu_id=self._jeu.pk, version=self._version, rang=self.nb + i, valeurs=v)
            for i, v in enumerate(valeurs)
        )
        for f, ecrivain in self._formes.items():
            self._compter(f, ecrivain.lignes(valeurs, premieres=self.nb == 0))
        self.nb += len(valeurs)


def _projeter(jeu: JeuDeDonnees, lignes: Iterable[Mapping[str, Any]]) -> None:
    """Write the next version; raises ``_Inchange`` or ``_DonneesPersonnelles`` (both undo the rows)."""
    projection = _Projection(jeu, jeu.version + 1)
    projection.ecrire(lignes)
    connues = dict(jeu.distributions.values_list("format", "sha256"))
    if jeu.version and connues == {f: s.hexdigest() for f, s in projection.sommes.items()}:
        raise _Inchange
    maintenant = timezone.now()
    jeu.version += 1
    jeu.nb_lignes = projection.nb
    jeu.modified_at = maintenant
    for f, somme in projection.sommes.items():
        Distribution.objects.update_or_create(
            jeu=jeu,
            format=f,
            defaults={
                "octets": projection.octets[f],
                "sha256": somme.hexdigest(),
                "modified_at": maintenant,
            },
        )
    jeu.distributions.exclude(format__in=list(projection.sommes)).delete()
    # The version just replaced stays for downloads under way; the one before goes.
    jeu.lignes.filter(version__lt=jeu.version - 1).delete()


@transaction.atomic
def publier_flux(*, flux: str, lignes: Iterable[Mapping[str, Any]], by: Acteur) -> JeuDeDonnees:
    """Put the rows of a declared feed into the index, for the collectivité in scope.

    First time: the data set waits for a person's approval (« à valider »). Later: a published one is replaced by
    its new version. Personal data found: nothing of it is kept, the last good version stays, it is journaled and somebody
    is told. LookupError where no theme declares that feed.
    """
    declare = catalogue_des_flux.trouver(flux)
    jeu = _obtenir(declare)
    jeu.colonnes = declare.colonnes()
    jeu.geo = list(declare.flux.geo) if declare.flux.geo else None
    jeu.verifie_at = timezone.now()
    jeu.a_rafraichir = False
    try:
        with transaction.atomic():
            _projeter(jeu, lignes)
    except _Inchange:
        _lever_refus(jeu)
        jeu.save()
        return jeu
    except _DonneesPersonnelles as refus:
        return _refuser(jeu, refus.motif, by)
    _lever_refus(jeu)
    jeu.save()
    consigner(
        "data.jeu.projete",
        by=by,
        objet=("jeu", str(jeu.uuid)),
        detail={"version": jeu.version, "lignes": jeu.nb_lignes, "flux": jeu.flux},
    )
    if jeu.etat == EtatJeu.PROPOSE:
        suivi.poser_ligne(a_valider(jeu))
    return jeu


def _lever_refus(jeu: JeuDeDonnees) -> None:
    """The rows are clean: an earlier refusal is over."""
    if jeu.motif:
        jeu.motif = ""
        suivi.clore_a_traiter(SERVICE, jeu.uuid, REFUSE)
    if jeu.etat == EtatJeu.REFUSE:
        jeu.etat = EtatJeu.PROPOSE


def _refuser(jeu: JeuDeDonnees, motif: str, by: Acteur) -> JeuDeDonnees:
    jeu.motif = motif[:300]
    if jeu.etat == EtatJeu.PROPOSE:
        jeu.etat = EtatJeu.REFUSE
        suivi.clore_a_traiter(SERVICE, jeu.uuid, A_VALIDER)
    frais = JeuDeDonnees.objects.get(pk=jeu.pk)
    jeu.version, jeu.nb_lignes, jeu.modified_at = frais.version, frais.nb_lignes, frais.modified_at
    if frais.version:  # the version still served keeps the columns it was written with
        jeu.colonnes, jeu.geo = frais.colonnes, frais.geo
    jeu.save()
    consigner(
        "data.jeu.refuse",
        by=by,
        objet=("jeu", str(jeu.uuid)),
        droit="apps.data.regles.Detecteur",
        detail={"flux": jeu.flux},
    )
    suivi.poser_ligne(refuse(jeu))
    return jeu


@transaction.atomic
def ouvrir_jeu(*, jeu: JeuDeDonnees, by: Acteur) -> JeuDeDonnees:
    """Publish: from now on harvesters see it. A withdrawn one is projected anew first: its old rows are gone.

    Raises ValidationError where there is nothing to publish or where the detector refuses the new rows.
    """
    frais = _verrouiller(jeu)
    if frais.etat == EtatJeu.RETIRE:
        lignes = catalogue_des_flux.trouver(frais.flux).lignes(contexte.exiger_portee())
        frais = publier_flux(flux=frais.flux, lignes=lignes, by=by)
    if frais.motif and frais.etat != EtatJeu.PUBLIE:
        raise ValidationError(f"Ce jeu ne peut pas être publié. {frais.motif}")
    if frais.version == 0:
        raise ValidationError("Ce jeu n’a pas encore de données\u00a0: il n’y a rien à publier.")
    frais.publie_at = frais.publie_at or timezone.now()
    frais.modified_at = timezone.now()
    frais.save(update_fields=["publie_at", "modified_at"])
    frais = transition(frais, vers=EtatJeu.PUBLIE, table=TRANSITIONS_JEU)
    suivi.clore_a_traiter(SERVICE, frais.uuid, A_VALIDER, by=by)
    consigner(
        "data.jeu.publie",
        by=by,
        objet=("jeu", str(frais.uuid)),
        droit="data.perms.can_publier",
        detail={"version": frais.version, "flux": frais.flux},
    )
    return frais


@transaction.atomic
def retirer_jeu(*, jeu: JeuDeDonnees, by: Acteur) -> JeuDeDonnees:
    """Withdraw: rows and files are out of the index at once; the notice stays so that harvesters learn it."""
    frais = transition(jeu, vers=EtatJeu.RETIRE, table=TRANSITIONS_JEU)
    frais.modified_at = timezone.now()
    frais.save(update_fields=["modified_at"])
    frais.lignes.all().delete()
    frais.distributions.all().delete()
    suivi.clore_a_traiter(SERVICE, frais.uuid, by=by)
    consigner(
        "data.jeu.retire",
        by=by,
        objet=("jeu", str(frais.uuid)),
        droit="data.perms.can_publier",
        detail={"flux": frais.flux},
    )
    return frais


@transaction.atomic
def modifier_notice(*, jeu: JeuDeDonnees, champs: Mapping[str, Any], by: Acteur) -> JeuDeDonnees:
    """Change the description (title, sentence, keywords, contact)."""
    frais = _verrouiller(jeu)
    noms = [
        n for n in ("titre", "description", "mots_cles", "contact_nom", "contact_courriel") if n in champs
    ]
    for nom in noms:
        setattr(frais, nom, champs[nom])
    frais.modified_at = timezone.now()
    frais.save(update_fields=[*noms, "modified_at"])
    consigner(
        "data.jeu.notice",
        by=by,
        objet=("jeu", str(frais.uuid)),
        droit="data.perms.can_publier",
        detail={"champs": noms},
    )
    return frais


@transaction.atomic
def demander_rafraichissement(*, flux: str) -> int:
    """Mark the data set of a feed as due for the next sweep; answers how many rows were marked."""
    return JeuDeDonnees.objects.filter(flux=flux).update(a_rafraichir=True)
