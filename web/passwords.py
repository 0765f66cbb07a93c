"""Passwords: 10 to 128 characters of any kind, none that is guessed first, kept as Argon2id."""

import os
import re
import threading
import unicodedata
from typing import Final

from cryptography.exceptions import InvalidKey
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

SHORTEST: Final = 10
LONGEST: Final = 128
_MEMORY_KIB: Final = 19 * 1024
_AT_ONCE: Final = threading.BoundedSemaphore(2)
_PATIENCE: Final = 5.0
"""Seconds for which a third sign-in waits for the two that are being checked."""

_LEET: Final = str.maketrans("013457@$!", "oieastasi")
_GUESSED_FIRST: Final = """
password passwort passw mima wodemima admin administrator root user guest welcome letmein login
qwerty qwertyuiop asdfgh asdfghjkl zxcvbn zxcvbnm qazwsx qazwsxedc iloveyou woaini woaiwojia aini
monkey dragon sunshine princess football baseball master superman batman trustno shadow michael
jordan killer hello nihao changeme default secret temp test testing demo sample kaoji wuye
wuyeguanli guanli guanlichu yuangong zhongguo china beijing shanghai guangzhou shenzhen abc abcd
abcde abcdef abcdefg aaa
"""
_ROOTS: Final = frozenset(_GUESSED_FIRST.split())
_ROWS: Final = (
    "01234567890123456789",
    "abcdefghijklmnopqrstuvwxyz",
    "qwertyuiopasdfghjklzxcvbnm",
    "1qaz2wsx3edc4rfv",
)


class TooBusyError(Exception):
    """More sign-ins are being checked than the machine is to bear at once."""


def normal(password: str) -> str:
    """The same characters whatever keyboard typed them (NFKC)."""
    return unicodedata.normalize("NFKC", password)


def fault_of(password: str, employee: str, name: str) -> str | None:
    """Why a password is not taken: `too_short`, `too_long`, `guessed`, `own_name`; None: it is."""
    typed = normal(password)
    if len(typed) < SHORTEST:
        return "too_short"
    if len(typed) > LONGEST:
        return "too_long"
    folded = typed.casefold()
    if employee.casefold() in folded or (name and name.casefold() in folded):
        return "own_name"
    return "guessed" if _is_guessed(folded) else None


def _is_guessed(folded: str) -> bool:
    """Whether it is a row of keys, one thing over and over, digits alone, or a word everybody takes with digits to it."""
    core = re.sub(r"^[\W\d_]+|[\W\d_]+$", "", folded)
    if core in _ROOTS or core.translate(_LEET) in _ROOTS:
        return True
    if folded.isdigit() or len(set(folded)) <= 3:
        return True
    half = len(folded) // 2
    if folded[:half] == folded[half : 2 * half] and len(set(folded)) <= 5:
        return True
    return any(folded in row or folded in row[::-1] for row in _ROWS)


def hashed(password: str) -> str:
    """A password as it is kept. TooBusyError."""
    with _Turn():
        return _argon2().derive_phc_encoded(normal(password).encode())


def is_right(password: str, kept: str | None) -> bool:
    """Whether a password is the one kept; an account that is not there takes as long. TooBusyError."""
    with _Turn():
        try:
            Argon2id.verify_phc_encoded(normal(password).encode(), kept or _nobodys())
        except InvalidKey:
            return False
        return kept is not None


def _argon2() -> Argon2id:
    return Argon2id(salt=os.urandom(16), length=32, iterations=2, lanes=1, memory_cost=_MEMORY_KIB)


_NOBODY: Final[list[str]] = []


def _nobodys() -> str:
    """A hash of nothing anybody knows."""
    if not _NOBODY:
        _NOBODY.append(_argon2().derive_phc_encoded(os.urandom(32)))
    return _NOBODY[0]


class _Turn:
    """One of two turns at the hash."""

    def __enter__(self) -> None:
        if not _AT_ONCE.acquire(timeout=_PATIENCE):
            raise TooBusyError

    def __exit__(self, *_: object) -> None:
        _AT_ONCE.release()
