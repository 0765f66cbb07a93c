"""Note keys: names, ids, and the strings they are handed on in (C2SP signed-note, “Signatures”, “Verifier keys”).

    verifier   <name>+<8 hex digits of the key id>+<base 64 of kind ‖ public key>
    signer     PRIVATE+KEY+<name>+<8 hex digits of the key id>+<base 64 of kind ‖ private key>
    replaced   <verifier> until <size>      in a file of keys: it signs for that many events, and for nothing beyond

Key id = SHA-256(name ‖ 0x0A ‖ kind ‖ public key)[:4]. It identifies, it does not authenticate: trust comes from
having got the whole string from the right hands. Two kinds are known, 0x01 and 0x04; the ML-DSA kind is not.
"""

import re
import secrets
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Final

from . import primitives
from .errors import BadSignature, MalformedKey
from .wire import NUMBER_LIMIT, read_base64, read_decimal, write_base64

LOG: Final = 0x01
"""Ed25519 over the text of the note (signed-note, “Ed25519 signatures”): how a log signs."""
WITNESS: Final = 0x04
"""Timestamped Ed25519 (C2SP tlog-cosignature, `cosignature/v1`): how a witness signs."""

KEY_SIZE: Final = 32
TIMESTAMP_SIZE: Final = 8

_NAME = re.compile("[^\x00-\x20+\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ud800-\udfff]+")
"""No plus, none of Unicode's White_Space, no ASCII control, nothing UTF-8 cannot write."""

_PRIVATE = "PRIVATE+KEY+"
_UNTIL = " until "
_FIELD_PRIME = 2**255 - 19
_SMALL_ORDER_Y = {
    0,
    1,
    _FIELD_PRIME - 1,
    0x05FC536D880238B13933C6D305ACDFD5F098EFF289F4C345B027B2C28F95E826,
    0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD84D3D706A17C7,
}


def is_key_name(name: str) -> bool:
    """Whether a key may be called so (signed-note, “Format”)."""
    return _NAME.fullmatch(name) is not None


@dataclass(frozen=True, slots=True)
class Verifier:
    """A key whose signatures are known.

    A public key that is a point of small order, or not the canonical encoding of its point, is refused: with such
    a key one signature fits many texts, and its owner could disown what was signed (eprint 2020/823).
    """

    name: str
    key: bytes
    kind: int = LOG
    until: int | None = field(default=None, compare=False)
    """The size of the log up to which it signs, where another key took over there: a stolen old key signs no more."""

    def __post_init__(self) -> None:
        if not is_key_name(self.name):
            raise MalformedKey("the name of a key is empty, or has a space or a plus in it")
        if self.kind not in (LOG, WITNESS):
            raise MalformedKey(f"keys of kind {self.kind} are not known here")
        if len(self.key) != KEY_SIZE:
            raise MalformedKey("an Ed25519 key has 32 bytes")
        y = int.from_bytes(self.key, "little") & (2**255 - 1)
        if y >= _FIELD_PRIME or y in _SMALL_ORDER_Y:
            raise MalformedKey("signatures of this key would prove nothing")

    @property
    def key_id(self) -> bytes:
        """The first four bytes of the key's digest (signed-note, “Signatures”)."""
        return sha256(self.name.encode() + b"\n" + bytes([self.kind]) + self.key).digest()[:4]

    @classmethod
    def parse(cls, vkey: str) -> "Verifier":
        """The key of a verifier key string; MalformedKey for anything else, or where the id is not the key's."""
        name, key_id, encoded = _parts(vkey)
        material = read_base64(encoded, MalformedKey, "the key")
        verifier = cls(name, material[1:], material[0] if material else 0)
        if verifier.key_id.hex() != key_id:
            raise MalformedKey("the key id is not this key's")
        return verifier

    @classmethod
    def parse_line(cls, line: str) -> "Verifier":
        """A line of a file of keys: a verifier key string, and the size up to which it signs where it was replaced."""
        vkey, bounded, until = line.partition(_UNTIL)
        verifier = cls.parse(vkey)
        return replace(verifier, until=read_decimal(until, MalformedKey, "the size")) if bounded else verifier

    def line(self) -> str:
        """As `parse_line` reads it."""
        return str(self) if self.until is None else f"{self}{_UNTIL}{self.until}"

    def bounded(self, until: int | None) -> "Verifier":
        """The same key, which signs up to this size too; a narrower bound that it has stays."""
        bounds = [each for each in (self.until, until) if each is not None]
        return replace(self, until=min(bounds, default=None))

    def __str__(self) -> str:
        """The verifier key string."""
        return f"{self.name}+{self.key_id.hex()}+{write_base64(bytes([self.kind]) + self.key)}"

    def check(self, text: bytes, signature: bytes) -> int | None:
        """The time of a witness's signature, None for a log's; BadSignature where it is not this key's."""
        timestamp = None
        if self.kind == WITNESS:
            timestamp = int.from_bytes(signature[:TIMESTAMP_SIZE], "big")
            if timestamp >= NUMBER_LIMIT:
                raise BadSignature(f"the cosignature by {self.name} has no possible time")
            text, signature = _timestamped(text, timestamp), signature[TIMESTAMP_SIZE:]
        if not primitives.ed25519_verifies(self.key, signature, text):
            raise BadSignature(f"the signature by {self.name} is wrong")
        return timestamp


@dataclass(frozen=True, slots=True)
class Signer:
    """A private key. Its string is a secret; where it is kept, and with which mode, is not decided here."""

    name: str
    seed: bytes = field(repr=False)
    kind: int = LOG

    def __post_init__(self) -> None:
        if len(self.seed) != KEY_SIZE:
            raise MalformedKey("a private key has 32 bytes")
        _ = self.verifier

    @classmethod
    def generate(cls, name: str, kind: int = LOG) -> "Signer":
        """A new key."""
        return cls(name, secrets.token_bytes(KEY_SIZE), kind)

    @classmethod
    def parse(cls, skey: str) -> "Signer":
        """The key of a signer key string; MalformedKey for anything else, or where the id is not the key's."""
        if not skey.startswith(_PRIVATE):
            raise MalformedKey("this is not a private key")
        name, key_id, encoded = _parts(skey.removeprefix(_PRIVATE))
        material = read_base64(encoded, MalformedKey, "the key")
        signer = cls(name, material[1:], material[0] if material else 0)
        if signer.verifier.key_id.hex() != key_id:
            raise MalformedKey("the key id is not this key's")
        return signer

    def secret(self) -> str:
        """The signer key string."""
        material = bytes([self.kind]) + self.seed
        return f"{_PRIVATE}{self.name}+{self.verifier.key_id.hex()}+{write_base64(material)}"

    @property
    def verifier(self) -> Verifier:
        """The public half."""
        return Verifier(self.name, primitives.ed25519_public_key(self.seed), self.kind)

    def sign(self, text: bytes, timestamp: int | None = None) -> bytes:
        """A signature over the text of a note; a witness says when, in POSIX seconds, a log does not."""
        if (timestamp is None) != (self.kind == LOG):
            raise MalformedKey("a witness signs with a time, a log without")
        if timestamp is None:
            return primitives.ed25519_sign(self.seed, text)
        if not 0 <= timestamp < NUMBER_LIMIT:
            raise MalformedKey("a cosignature cannot have this time")
        signature = primitives.ed25519_sign(self.seed, _timestamped(text, timestamp))
        return timestamp.to_bytes(TIMESTAMP_SIZE, "big") + signature


def _timestamped(text: bytes, timestamp: int) -> bytes:
    """What a witness signs (tlog-cosignature, “Ed25519 signed message”)."""
    return f"cosignature/v1\ntime {timestamp}\n".encode() + text


def _parts(key: str) -> list[str]:
    parts = key.split("+", 2)
    if len(parts) != 3:
        raise MalformedKey("a key is written name+id+key")
    return parts
