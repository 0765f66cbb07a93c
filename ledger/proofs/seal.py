"""Sealing a person's words: AES-256-GCM under a key of the event's own, with a commitment to key and place.

    subject key   32 random bytes; kept elsewhere, and erasing it is what erases the words
    site key      HKDF-SHA256(secret of the ledger; site): for words that are nobody's, and are never erased
    event key     HKDF-SHA256(subject key; ledger, stream, version, kind): can be handed out, opens this event only
    evidence key  HKDF-SHA256(subject key; ledger, SHA-256 of a file): opens this file beside the ledger only
    key check     HKDF-SHA256(subject key; ledger) under a label of its own: says which key it is, and nothing of it
    sealed        version ‖ salt(16) ‖ commitment(32) ‖ AES-256-GCM(key, nonce, content)
                  with key ‖ commitment ‖ nonce = HKDF-SHA256(event key; salt; version, place)

Why a commitment: AES-GCM alone lets whoever knows two keys make one ciphertext that opens to two contents, so a text in
evidence could be shown as either (Albertini et al., USENIX Security 2022). The commitment is derived beside the
encryption key, from the event key, the salt and the associated data, and is compared before anything is opened. Two
(key, place) pairs with one commitment are a collision of HMAC-SHA256, so sealed bytes have one opening (the
derive-key-and-commit construction of the AWS Encryption SDK; committing to the whole context, CMT-4 of Bellare and Hoang,
EUROCRYPT 2022). A fresh salt makes each encryption key single-use, so nonces cannot repeat. The commitment says nothing of
the content, hence there is no digest by which an erased name could be guessed.

The place is associated data: the JSON Pointer (RFC 6901) of the sealed text in the stored state. Length is not hidden.
"""

import hmac
import re
import secrets
from base64 import b32encode
from functools import lru_cache
from typing import Final

from .errors import Malformed, SealError
from .primitives import gcm_decrypt, gcm_encrypt, hkdf_sha256
from .wire import read_base64, write_base64

KEY_SIZE: Final = 32
SALT_SIZE: Final = 16
COMMITMENT_SIZE: Final = 32
NONCE_SIZE: Final = 12
PREFIX: Final = "sealed:v1:"
"""How a sealed text begins where it stands in a JSON state; base 64 follows."""

_CHECK_SIZE: Final = 20
_CHECK: Final = re.compile("k[a-z2-7]{31}")
_VERSION: Final = b"\x01"
_HEAD: Final = len(_VERSION) + SALT_SIZE + COMMITMENT_SIZE


def new_subject_key() -> bytes:
    """A key for one person."""
    return secrets.token_bytes(KEY_SIZE)


def site_key(secret: bytes, site: str) -> bytes:
    """The key of a site's words, in the place of a subject key; `secret` is the ledger's own."""
    _check_key(secret)
    return hkdf_sha256(secret, b"", _purpose("kaoji site key v1", site), KEY_SIZE)


def event_key(subject_key: bytes, ledger: str, stream: str, version: int, kind: str) -> bytes:
    """The person's key for one event, from which the person's key cannot be computed back."""
    _check_key(subject_key)
    purpose = _purpose("kaoji event key v1", ledger, stream, str(version), kind)
    return hkdf_sha256(subject_key, b"", purpose, KEY_SIZE)


def evidence_key(subject_key: bytes, ledger: str, sha256: str) -> bytes:
    """The person's key for one file kept beside the ledger, named by the SHA-256 (hex) of its bytes."""
    _check_key(subject_key)
    return hkdf_sha256(subject_key, b"", _purpose("kaoji evidence key v1", ledger, sha256), KEY_SIZE)


def key_check(key: bytes, ledger: str = "") -> str:
    """What says which key is meant: `k` and 31 of `a`–`z`, `2`–`7` (155 bits). Without a ledger, of a ledger's own key."""
    _check_key(key)
    made = hkdf_sha256(key, b"", _purpose("kaoji key check v1", ledger), _CHECK_SIZE)
    return f"k{b32encode(made).decode().lower()[:31]}"


def is_key_check(text: str) -> bool:
    """Whether this is the check value of a key; the random ids of earlier ledgers are hexadecimal, and begin with no k."""
    return _CHECK.fullmatch(text) is not None


def seal(key: bytes, content: bytes, place: str) -> bytes:
    """The content under an event key, to be opened with that key at that place only."""
    _check_key(key)
    salt = secrets.token_bytes(SALT_SIZE)
    cipher_key, commitment, nonce = _derive(key, salt, place)
    return _VERSION + salt + commitment + gcm_encrypt(cipher_key, nonce, content, b"")


def unseal(key: bytes, sealed: bytes, place: str) -> bytes:
    """The content, or SealError: for another key or place, and for bytes that were changed."""
    _check_key(key)
    if not sealed.startswith(_VERSION):
        raise SealError("these are no sealed bytes")
    salt, commitment = sealed[1 : 1 + SALT_SIZE], sealed[1 + SALT_SIZE : _HEAD]
    cipher_key, expected, nonce = _derive(key, salt, place)
    if not hmac.compare_digest(commitment, expected):
        raise SealError("sealed with another key, or for another place")
    return gcm_decrypt(cipher_key, nonce, sealed[_HEAD:], b"")


def seal_text(key: bytes, text: str, place: str) -> str:
    """A text, sealed, as a text that can stand in its place in a JSON state."""
    return PREFIX + write_base64(seal(key, text.encode(), place))


def unseal_text(key: bytes, sealed: str, place: str) -> str:
    """The text of such a text, or SealError."""
    if not sealed.startswith(PREFIX):
        raise SealError("this is no sealed text")
    try:
        return unseal(
            key, read_base64(sealed.removeprefix(PREFIX), Malformed, "a sealed text"), place
        ).decode()
    except (Malformed, UnicodeDecodeError):
        raise SealError("this is no sealed text") from None


def _derive(key: bytes, salt: bytes, place: str) -> tuple[bytes, bytes, bytes]:
    size = KEY_SIZE + COMMITMENT_SIZE + NONCE_SIZE
    derived = hkdf_sha256(key, salt, _seal_purpose(place), size)
    return derived[:KEY_SIZE], derived[KEY_SIZE:-NONCE_SIZE], derived[-NONCE_SIZE:]


@lru_cache(maxsize=1_000)
def _seal_purpose(place: str) -> bytes:
    return _purpose("kaoji seal v1", place)


def _purpose(*parts: str) -> bytes:
    """Each part behind its length, so that no two lists of parts give the same bytes."""
    encoded = [part.encode() for part in parts]
    return b"".join(len(part).to_bytes(4, "big") + part for part in encoded)


def _check_key(key: bytes) -> None:
    if len(key) != KEY_SIZE:
        raise SealError("a key has 32 bytes")
