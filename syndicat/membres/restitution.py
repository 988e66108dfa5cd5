"""The end of a member: its data handed back, signed; the visa of the Archives; then, and only then, the drop.

Elimination of public archives asks for the visa of the Archives départementales (Code du patrimoine, L. 212-2,
R. 212-13 and 14); the restitution at the end of the contract is owed by article 28 of the RGPD.
"""

import base64
import zipfile
from datetime import date
from functools import partial
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from syndicat.membres import annuaire, extraction, schema, verrou
from syndicat.membres.acteurs import Agissant, FichiersDesMembres
from syndicat.membres.enums import EtatMembre
from syndicat.membres.journalisation import consigner
from syndicat.membres.models import Collectivite, Domaine, Restitution
from syndicat.membres.schema import ALIAS
from syndicat.socle import contexte
from syndicat.socle.protocoles import demander

LISEZMOI = """Restitution des données de {nom} (SIREN {siren}) par le syndicat.

manifeste.json   ce que contient ce fichier : chaque table, ses colonnes, son nombre de lignes, son empreinte SHA-256
schema/*.csv     les données de la collectivité, une table par fichier (CSV, UTF-8, virgule, première ligne de titres)
commun/*.csv     ses lignes dans les tables partagées : conventions, commandes, journal, adresses
fichiers/        les fichiers déposés, sous leur clé

La signature (Ed25519, RFC 8032) porte sur l’empreinte SHA-256 de ce fichier, écrite en hexadécimal.
"""


def _cle() -> Ed25519PrivateKey:
    """Signing key, derived from the journal's (kept outside the database)."""
    if not settings.JOURNAL_CLE:
        raise ValidationError("JOURNAL_CLE manque : la restitution ne peut pas être signée.")
    graine = HKDF(SHA256(), 32, b"syndicat", b"restitution").derive(settings.JOURNAL_CLE.encode())
    return Ed25519PrivateKey.from_private_bytes(graine)


def signature_valide(restitution: Restitution, fichier: Path) -> bool:
    """Is this file the one that was signed?"""
    cle = Ed25519PublicKey.from_public_bytes(base64.b64decode(restitution.cle_publique))
    try:
        cle.verify(
            base64.b64decode(restitution.signature), extraction.somme_du_fichier(fichier).encode("ascii")
        )
    except InvalidSignature:
        return False
    return True


def exporter(*, collectivite: Collectivite, dossier: Path, by: Agissant) -> Restitution:
    """Write the zip and its ``.signature.json``; the member must be suspended or merged, so that nothing moves."""
    if collectivite.etat not in (EtatMembre.SUSPENDUE, EtatMembre.FUSIONNEE):
        raise ValidationError("Suspendre d’abord la collectivité : ses données ne doivent plus changer.")
    cle = _cle()
    publique = base64.b64encode(cle.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)).decode()
    fichier = dossier / f"restitution-{collectivite.slug}-{timezone.localdate():%Y%m%d}.zip"
    provisoire = fichier.with_name(fichier.name + ".partiel")
    provisoire.touch(mode=0o600)  # personal data: for its owner only
    with (
        extraction.instantane() as (brut, _),
        zipfile.ZipFile(provisoire, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        archive.writestr("LISEZMOI.txt", LISEZMOI.format(nom=collectivite.nom, siren=collectivite.siren))
        extrait = extraction.extraire(archive, brut, collectivite)
        extraction.ecrire_json(archive, "manifeste.json", extraction.manifeste(collectivite, extrait))
    provisoire.replace(fichier)
    somme = extraction.somme_du_fichier(fichier)
    signature = base64.b64encode(cle.sign(somme.encode("ascii"))).decode()
    with contexte.dans(collectivite.portee), contexte.ecriture_technique(), transaction.atomic():
        restitution = Restitution.objects.create(
            collectivite=collectivite,
            fichier=fichier.name,
            sha256=somme,
            signature=signature,
            cle_publique=publique,
            exportee_at=timezone.now(),
        )
        consigner(
            "membres.collectivite.exportee",
            collectivite,
            by=by,
            detail={"restitution": str(restitution.uuid), "sha256": somme},
        )
    return restitution


@transaction.atomic
def enregistrer_visa(
    *, restitution: Restitution, reference: str, le: date, par: str, by: Agissant
) -> Restitution:
    """The Archives départementales agree to the elimination. ``reference`` and ``par`` are required."""
    fraiche = Restitution.objects.select_for_update().select_related("collectivite").get(pk=restitution.pk)
    if fraiche.visa_le is not None:
        raise ValidationError("Le visa de cette restitution est déjà enregistré.")
    if not reference.strip() or not par.strip():
        raise ValidationError("La référence et le signataire du visa sont obligatoires.")
    if not fraiche.exportee_at.date() <= le <= timezone.localdate():
        raise ValidationError("Le visa est daté d’entre l’export et aujourd’hui.")
    fraiche.visa_reference, fraiche.visa_le, fraiche.visa_par = reference.strip(), le, par.strip()
    fraiche.save(update_fields=["visa_reference", "visa_le", "visa_par"])
    with contexte.ecriture_technique():
        consigner(
            "membres.collectivite.visee",
            fraiche.collectivite,
            by=by,
            detail={"restitution": str(fraiche.uuid), "le": le},
        )
    return fraiche


def archiver(*, restitution: Restitution, fichier: Path, by: Agissant) -> Collectivite:
    """Drop the member's schema, hosts and files. Asks for the visa and for the signed file at hand. Raises ValidationError."""
    with contexte.hors_membre(), verrou.structure(exclusif=True), transaction.atomic(using=ALIAS):
        fraiche = (
            Restitution.objects.using(ALIAS)
            .select_for_update(of=("self",))
            .select_related("collectivite__successeur")
            .get(pk=restitution.pk)
        )
        collectivite = fraiche.collectivite
        if fraiche.visa_le is None:
            raise ValidationError("Sans visa des Archives départementales, rien ne se supprime.")
        if not fichier.exists() or not signature_valide(fraiche, fichier):
            raise ValidationError("Le fichier de restitution manque ou n’est pas celui qui a été signé.")
        if collectivite.etat not in (EtatMembre.SUSPENDUE, EtatMembre.FUSIONNEE):
            raise ValidationError(
                "La collectivité n’est plus suspendue : exporter à nouveau avant d’archiver."
            )
        portee = collectivite.portee
        schema.supprimer(collectivite.schema_name)
        Domaine.objects.using(ALIAS).filter(tenant=collectivite).delete()
        Collectivite.objects.using(ALIAS).filter(pk=collectivite.pk).update(etat=EtatMembre.ARCHIVEE)
        Restitution.objects.using(ALIAS).filter(pk=fraiche.pk).update(supprimee_at=timezone.now())
        transaction.on_commit(annuaire.invalider, using=ALIAS)
        transaction.on_commit(partial(_apres, collectivite, portee, fraiche, by), using=ALIAS)
    archivee: Collectivite = Collectivite.objects.get(pk=collectivite.pk)
    return archivee


def _apres(
    collectivite: Collectivite, portee: contexte.Portee, restitution: Restitution, by: Agissant
) -> None:
    with contexte.dans(portee), contexte.ecriture_technique(), transaction.atomic():
        consigner(
            "membres.collectivite.archivee",
            collectivite,
            by=by,
            detail={"restitution": str(restitution.uuid)},
        )
    fichiers = demander(FichiersDesMembres)  # type: ignore[type-abstract]
    if fichiers is not None:
        with contexte.dans(portee):
            depot = fichiers.depot(portee)
            for cle in [cle for cle, _ in depot.cles()]:
                depot.effacer(cle)
