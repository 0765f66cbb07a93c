"""The three things we take from `cryptography`, which nothing else of ours touches, and HKDF.

Imported inside the functions: a command that only hashes does not pay for loading OpenSSL.
A signature is checked here as RFC 8032 says; which keys are fit to be trusted at all is `note.Verifier`'s business.
"""

import hmac

from .errors import SealError


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
    """HKDF with SHA-256 (RFC 5869 §2), on the standard library's HMAC: it runs a few times for every sealed text."""
    if not 0 < length <= 255 * 32:
        raise ValueError("HKDF with SHA-256 can derive 1 to 8,160 bytes")
    extracted = hmac.digest(salt or bytes(32), secret, "sha256")
    block, derived = b"", b""
    while len(derived) < length:
        block = hmac.digest(extracted, block + purpose + bytes([len(derived) // 32 + 1]), "sha256")
        derived += block
    return derived[:length]


def gcm_encrypt(key: bytes, nonce: bytes, content: bytes, associated: bytes) -> bytes:
    """AES-GCM (NIST SP 800-38D): the ciphertext with its 16-byte tag behind it."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    return AESGCM(key).encrypt(nonce, content, associated)


def gcm_decrypt(key: bytes, nonce: bytes, sealed: bytes, associated: bytes) -> bytes:
    """The content, or SealError where the tag does not fit."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    try:
        return AESGCM(key).decrypt(nonce, sealed, associated)
    except InvalidTag:
        raise SealError(
            "the sealed bytes were changed, or sealed for another place or with another key"
        ) from None
