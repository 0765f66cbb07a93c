"""The four things we take from `cryptography`, which nothing else of ours touches.

Imported inside the functions: a command that only hashes does not pay for loading OpenSSL. What runs for every sealed
text is imported once, since even an import of what is there already takes as long as a short hash.
A signature is checked here as RFC 8032 says; which keys are fit to be trusted at all is `note.Verifier`'s business.
"""

from functools import cache
from typing import TYPE_CHECKING

from .errors import SealError

if TYPE_CHECKING:
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF


def ed25519_public_key(seed: bytes) -> bytes:
    """The public key of a 32-byte private key (RFC 8032 §5.1.5)."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    return Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()


def ed25519_sign(seed: bytes, message: bytes) -> bytes:
    """A signature (RFC 8032 §5.1.6): the same bytes every time."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    return Ed25519PrivateKey.from_private_bytes(seed).sign(message)


def ed25519_verifies(public_key: bytes, signature: bytes, message: bytes) -> bool:
    """Whether the signature is the key's over the message (RFC 8032 §5.1.7, without the cofactor)."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, message)
    except InvalidSignature:
        return False
    return True


def hkdf_sha256(secret: bytes, salt: bytes, purpose: bytes, length: int) -> bytes:
    """HKDF with SHA-256 (RFC 5869 §2)."""
    if not 0 < length <= 255 * 32:
        raise ValueError("HKDF with SHA-256 can derive 1 to 8,160 bytes")
    hkdf, sha256 = _hkdf()
    return hkdf(sha256, length, salt, purpose).derive(secret)


def gcm_encrypt(key: bytes, nonce: bytes, content: bytes, associated: bytes) -> bytes:
    """AES-GCM (NIST SP 800-38D): the ciphertext with its 16-byte tag behind it."""
    aesgcm, _ = _gcm()
    return aesgcm(key).encrypt(nonce, content, associated)


def gcm_decrypt(key: bytes, nonce: bytes, sealed: bytes, associated: bytes) -> bytes:
    """The content, or SealError where the tag does not fit."""
    aesgcm, invalid_tag = _gcm()
    try:
        return aesgcm(key).decrypt(nonce, sealed, associated)
    except invalid_tag:
        raise SealError(
            "the sealed bytes were changed, or sealed for another place or with another key"
        ) from None


@cache
def _gcm() -> "tuple[type[AESGCM], type[InvalidTag]]":
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    return AESGCM, InvalidTag


@cache
def _hkdf() -> "tuple[type[HKDF], SHA256]":
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    return HKDF, SHA256()
