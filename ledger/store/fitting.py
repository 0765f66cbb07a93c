"""Whether a key of the keyring is the one that the log knows: each has a check value, which the hash tree covers."""

from collections.abc import Callable, Mapping

from ledger.proofs import SealError, is_key_check, key_check


class Fitting:
    """The check values of one ledger's keys. `bound` gives those that an upgrade recorded, by the people's ids."""

    def __init__(self, identity: Callable[[], str]) -> None:
        self._identity = identity
        self.bound: Callable[[], Mapping[str, str]] = dict
        self._compared: dict[str, tuple[bytes, bool]] = {}
        """Of each person, and as "" of the ledger, the key that was compared last, and whether it was the right one."""

    def check_of(self, subject: str) -> str | None:
        """The check value by which a person's key is bound to the log; None before an upgrade has bound it."""
        return subject if is_key_check(subject) else self.bound().get(subject)

    def fits(self, subject: str, key: bytes) -> bool:
        """Whether this is the key that is bound to the log; where none is bound yet it is taken as it is."""
        compared, right = self._compared.get(subject, (None, False))
        if compared is not key:
            wanted = self.check_of(subject)
            if wanted is None:
                return True
            right = _has_check(key, self._identity(), wanted)
            self._compared[subject] = (key, right)
        return right

    def secret_fits(self, secret: bytes) -> bool | None:
        """Whether the ledger's own secret is the one it began with; None where none is bound yet."""
        compared, right = self._compared.get("", (None, False))
        if compared is not secret:
            identity = self._identity()
            wanted = identity if is_key_check(identity) else self.bound().get("")
            if wanted is None:
                return None
            right = _has_check(secret, "", wanted)
            self._compared[""] = (secret, right)
        return right


def _has_check(key: bytes, ledger: str, wanted: str) -> bool:
    """What is no key at all has no check value."""
    try:
        return key_check(key, ledger) == wanted
    except SealError:
        return False
