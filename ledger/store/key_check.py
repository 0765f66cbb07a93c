"""The keyring against the log: every key that is bound to the log is the one it was made as, and none is missing.

A person's key is bound by its check value, which the hash tree covers: from layout 3 on people stand in the tree under
it, for those of an earlier layout an upgrade records it. An erasure is no fault: the log says who was erased, and no key
of theirs is there any more.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from ledger.errors import StoreError
from ledger.events.employees import employee_of, employee_stream
from ledger.proofs import SealError, key_check
from ledger.store.audit_scan import Fault
from ledger.store.database_errors import is_trouble
from ledger.store.keyring_schema import keys
from ledger.store.log import Log
from ledger.store.sql import chunks, placeholders

_SECRET: Final = ""
"""As whose key the ledger's own secret stands."""
_PEOPLE: Final = "SELECT stream, subject FROM subjects WHERE ledger = ?"
_BEGINNINGS: Final = "SELECT stream, position FROM events WHERE ledger = ? AND version = 1 AND stream IN ({})"


@dataclass(slots=True)
class KeysChecked:
    """What a keyring came to: whether it is here at all, how many keys are not bound to the log yet, and its faults."""

    here: bool = False
    unbound: int = 0
    faults: list[Fault] = field(default_factory=list)


def check_keys(log: Log) -> KeysChecked:
    """Compares every key with its check value. StoreError where the log cannot be read for it."""
    sealing, secret = log.sealing, log.keyring.secret(log.identity())
    checked = KeysChecked(here=secret is not None)
    checked.faults += [Fault("keyring_differs", None, {"name": name}) for name in log.keyring.differing()]
    checked.faults += [
        Fault("database_damaged", None, {"reason": reason}) for reason in log.keyring.inconsistencies()
    ]
    if secret is None:
        return checked
    if sealing.fitting.secret_fits(secret) is False:
        checked.faults.append(Fault("secret_wrong", None, {}))
    people = people_of(log)
    if _copied(log, people):
        checked.faults.append(Fault("keyring_differs", None, {"name": keys.name}))
    log.people.load_keys(people)  # first: whose key goes meanwhile is among the erased then
    erased = log.people.read_erasures()
    standing = people.keys() - erased
    missing = [each for each in standing if not sealing.keeps_key(each)]
    if missing:  # another thread may have erased somebody since, and has forgotten the key here as well
        missing = sorted(set(missing).difference(log.people.read_erasures()))
    checked.unbound += sum(sealing.fitting.check_of(people[each]) is None for each in standing)
    checked.faults += _missing(log, missing, standing - set(missing))
    back = _back(log, erased)
    wrong = [each for each in standing if sealing.is_wrong(each)]
    wrong += [each for each, is_own in back.items() if not is_own]
    checked.faults += [
        Fault("key_wrong", position, {"employee": each}) for each, position in _begin(log, wrong).items()
    ]
    checked.faults += [
        Fault("key_not_destroyed", None, {"employee": each}) for each, is_own in back.items() if is_own
    ]
    if lacking := log.keyring.handouts.lacking(log.identity()):
        checked.faults.append(Fault("handouts_missing", None, {"rows": lacking}))
    return checked


def _back(log: Log, erased: Sequence[str]) -> dict[str, bool]:
    """The people erased in whose place a key is, and whether it is their own.

    An erasure is committed before its key is destroyed: a recording that is between the two is waited for, but not for
    ever; the keys are told then as they stand.
    """
    log.people.load_keys(erased)
    kept = [each for each in erased if log.sealing.keeps_key(each)]
    if kept:
        try:
            log.keyring.await_erasures()
        except StoreError as error:
            if not is_trouble(error):
                raise
        log.sealing.forget_keys(kept)
    return {each: log.sealing.keeps_own_key(each) for each in kept if log.sealing.keeps_key(each)}


def _copied(log: Log, people: Mapping[str, str]) -> bool:
    """Whether somebody's key stands there once more, as nobody's, where no erasure destroys it.

    A key of nobody's that is like no other was left by a recording that was stopped.
    """
    identity, own = log.identity(), {_SECRET, *people.values()}
    checks = {log.sealing.fitting.check_of(subject) for subject in people.values()} - {None}
    others = [key for subject, key in log.keyring.kept(identity).items() if subject not in own]
    return any(_check(key, identity) in checks for key in others)


def _check(key: bytes, identity: str) -> str:
    """The check value of a key; empty where it is none."""
    try:
        return key_check(key, identity)
    except SealError:
        return ""


def people_of(log: Log) -> dict[str, str]:
    """Everybody on record → the id under which they stand in the hash tree."""
    return {employee_of(stream): subject for stream, subject in log.fetch_all(_PEOPLE, log.ledger)}


def _missing(log: Log, missing: Iterable[str], there: Iterable[str]) -> list[Fault]:
    """A key that is gone, or a keyring that ends before the log does: it lacks the newest people and nobody else."""
    lacking = _begin(log, missing)
    if not lacking:
        return []
    first = min(lacking.values())
    if first > max(_begin(log, there).values(), default=0):
        return [Fault("keyring_stale", first, {"people": len(lacking)})]
    return [Fault("key_missing", position, {"employee": each}) for each, position in lacking.items()]


def _begin(log: Log, people: Iterable[str]) -> dict[str, int]:
    """Where each person's stream begins, in order."""
    found: dict[str, int] = {}
    for chunk in chunks(map(employee_stream, people)):
        rows = log.fetch_all(_BEGINNINGS.format(placeholders(len(chunk))), log.ledger, *chunk)
        found.update((employee_of(stream), position) for stream, position in rows)
    return dict(sorted(found.items(), key=lambda each: each[1]))
