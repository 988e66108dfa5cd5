"""The signing key of the journal, kept outside the database: ``settings.JOURNAL_CLE`` (environment).

Either an Ed25519 private key in PEM (« -----BEGIN PRIVATE KEY----- », line breaks may be written ``\\n``), or any
long secret, from which the key is derived (HKDF-SHA256, so that the secret may be shared with nothing else).
Keys withdrawn by a rotation stay trusted for what they signed: ``JOURNAL_CLES_ANCIENNES``, their public halves in
hexadecimal as ``manage.py verify_journal --cle-publique`` prints them.
"""

from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

_USAGE = b"syndicat.journal.signature.v1"


def cle_privee() -> Ed25519PrivateKey:
    """The present signing key; ImproperlyConfigured when the setting is empty or of another kind."""
    secret = settings.JOURNAL_CLE.strip()
    if not secret:
        raise ImproperlyConfigured("JOURNAL_CLE est vide : le journal ne peut pas être signé.")
    if secret.startswith("-----BEGIN"):
        cle = load_pem_private_key(secret.replace("\\n", "\n").encode(), password=None)
        if not isinstance(cle, Ed25519PrivateKey):
            raise ImproperlyConfigured("JOURNAL_CLE : une clé Ed25519 est attendue.")
        return cle
    graine = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=_USAGE).derive(secret.encode())
    return Ed25519PrivateKey.from_private_bytes(graine)


def cle_publique() -> str:
    """Public half of the present key, 64 hexadecimal digits."""
    return cle_privee().public_key().public_bytes_raw().hex()


def empreinte_de(publique: str) -> str:
    """Short name of a public key: the first 16 hexadecimal digits of its SHA-256."""
    return sha256(bytes.fromhex(publique)).hexdigest()[:16]


def signer(message: bytes) -> tuple[bytes, str]:
    """(signature of 64 bytes, short name of the key)."""
    return cle_privee().sign(message), empreinte_de(cle_publique())


def signature_valide(message: bytes, signature: bytes, cle: str) -> bool:
    """True where ``cle`` names a trusted key, present or former, that signed ``message``."""
    connues = [cle_publique(), *settings.JOURNAL_CLES_ANCIENNES]
    for publique in connues:
        if empreinte_de(publique) == cle:
            try:
                Ed25519PublicKey.from_public_bytes(bytes.fromhex(publique)).verify(signature, message)
            except InvalidSignature:
                return False
            return True
    return False
