"""SMS port. A provider is a class named by ``SMS_FOURNISSEUR``; none by default, and then nothing pretends to be sent."""

import json
import os
import re
from pathlib import Path
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string

from syndicat.notifications.enums import EtatEnvoi
from syndicat.notifications.models import Envoi
from syndicat.notifications.refus import RefusDefinitif

_E164 = re.compile(r"^\+[1-9]\d{7,14}$")


class FournisseurSms(Protocol):
    """What a provider does. Raises RefusDefinitif for a number it will never serve, anything else to be tried again.

    ``reference`` is the same at each attempt: a provider that knows it already does not send twice.
    """

    def envoyer(self, *, numero: str, texte: str, reference: str) -> None:
        """Send ``texte`` to ``numero`` (E.164)."""
        ...


class SmsEnFichier:
    """Named double of a provider, for the demo and the tests: one JSON line a message in ``SMS_FICHIER``.

    Its contract, that a real provider keeps too: E.164 number, text of 1 to 1530 characters, non-empty reference, and a
    reference already seen is not written twice.
    """

    def envoyer(self, *, numero: str, texte: str, reference: str) -> None:
        if not _E164.match(numero) or not reference:
            raise RefusDefinitif("numéro ou référence hors contrat")
        if not 1 <= len(texte) <= 1530:
            raise RefusDefinitif("texte vide ou trop long")
        fichier = Path(settings.SMS_FICHIER)
        fichier.parent.mkdir(parents=True, exist_ok=True)
        if fichier.exists() and any(
            json.loads(ligne)["reference"] == reference for ligne in fichier.read_text("utf-8").splitlines()
        ):
            return
        ligne = json.dumps({"numero": numero, "texte": texte, "reference": reference}, ensure_ascii=False)
        descripteur = os.open(fichier, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        with os.fdopen(descripteur, "a", encoding="utf-8") as sortie:
            sortie.write(ligne + "\n")


def normaliser(numero: str) -> str:
    """E.164 from a French or international number; raises RefusDefinitif."""
    nu = re.sub(r"[\s.\-()]", "", numero).removeprefix("00")
    if numero.strip().startswith(("+", "00")):
        nu = "+" + nu.removeprefix("+")
    elif re.fullmatch(r"0[1-9]\d{8}", nu):
        nu = "+33" + nu[1:]
    if not _E164.match(nu):
        raise RefusDefinitif("numéro de téléphone mal formé")
    return nu


def remettre(ligne: Envoi) -> EtatEnvoi:
    """Hand over to the provider of the settings; « sans canal » where there is none."""
    if not settings.SMS_FOURNISSEUR:
        return EtatEnvoi.SANS_CANAL
    numero = normaliser(ligne.destinataire)
    fournisseur: FournisseurSms = import_string(settings.SMS_FOURNISSEUR)()
    fournisseur.envoyer(numero=numero, texte=ligne.texte, reference=str(ligne.uuid))
    return EtatEnvoi.ENVOYE
