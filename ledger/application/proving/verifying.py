"""`verify`: the log against its tree, the keyring and the registries against the log, at the levels that are asked for."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from ledger.application.part import Part
from ledger.application.proving.verification import deep_faults
from ledger.application.proving.witness import verifier
from ledger.errors import InputError, StoreError
from ledger.events.keys import NOTARY_STREAM, SigningKeyRotated
from ledger.projections.schema import metadata as sheet_tables
from ledger.proofs import Checkpoint, ProofError, Verifier, as_handed_out, open_checkpoint
from ledger.store import catalogue
from ledger.store.audit import Audited, Fault, audit
from ledger.store.audit_scan import Watch, unwatched
from ledger.store.database_errors import is_trouble
from ledger.store.key_check import KeysChecked, check_keys
from ledger.store.notary import Notary
from ledger.store.registry_check import decisive
from ledger.store.transactions import reading


@dataclass(slots=True)
class Verified:
    """What `verify` found: the audit, the levels that were asked for, and all faults."""

    audited: Audited
    levels: list[str] = field(default_factory=lambda: ["full"])
    unchecked: list[str] = field(default_factory=list)
    """The levels that were asked for, and for which there was nothing to look at."""
    faults: list[Fault] = field(default_factory=list)
    earlier: int = 0
    """How many commands were decided by an earlier edition of the rules, which is not held against today's."""
    unbound: int = 0
    """How many people's keys are not bound to the log: `kaoji upgrade` binds them."""

    def values(self) -> dict[str, Any]:
        """As `--json` prints it."""
        checked = self.audited
        return {
            "ok": not self.faults,
            "levels": self.levels,
            "unchecked": self.unchecked,
            "older": checked.older,
            "events": checked.events,
            "size": checked.size,
            "root": checked.root.hex(),
            "checkpoint": None if checked.checkpoint is None else checked.checkpoint.size,
            "checkpoint_given": checked.given,
            "checkpoints": checked.checkpoints,
            "window": checked.window,
            "earlier": self.earlier,
            "unbound": self.unbound,
            "faults": [
                {"code": fault.code, "position": fault.position, **_as_text(fault.fields)}
                for fault in self.faults
            ],
        }


def _as_text(fields: dict[str, object]) -> dict[str, object]:
    """A damaged file or a view gives anything where a text or a number should stand; JSON has few of these."""
    plain = str, int, float, type(None)
    return {name: value if isinstance(value, plain) else repr(value) for name, value in fields.items()}


class Verifying(Part):
    """Checking a ledger, and whether a checkpoint is its own."""

    def signed(self, given: bytes | None = None, vkeys: Iterable[str] = ()) -> Checkpoint:
        """A checkpoint that is signed by a trusted key: the given one, else the newest known here.

        StoreError `nothing_signed` where there is none, `keys_unknown`; InputError `checkpoint_unreadable`.
        """
        notary = Notary(self.log)
        verifiers = notary.verifiers(map(verifier, vkeys))
        if given is not None:
            return _signed(as_handed_out(given), verifiers)
        known = [*filter(None, [notary.newest()]), *notary.key.last_note()]
        if not known:
            raise StoreError("nothing_signed", url=self.log.shown_url())
        return max((_signed(note, verifiers) for note in known), key=lambda checkpoint: checkpoint.size)

    def verify(
        self,
        since: bytes | None = None,
        vkeys: Iterable[str] = (),
        everything: bool = False,
        sheets: bool = False,
        deep: bool = False,
        processes: int = 1,
        watch: Watch = unwatched,
    ) -> Verified:
        """Checks everything, or what is new since a checkpoint kept elsewhere, unless `everything` is asked for too.

        Nothing is raised for a fault. `watch` is told how far it is and what it has found so far.

        InputError `vkey_wrong`, `checkpoint_unreadable`; StoreError `keys_unknown` where no key is known to check
        a given checkpoint with.
        """
        self.log.require(standing=False)
        verifiers = Notary(self.log).verifiers(map(verifier, vkeys))
        outside = [] if since is None else [as_handed_out(since)]
        size = max((size_of_note(note, verifiers) for note in outside), default=0)
        after = 0 if everything else size
        keys: list[KeysChecked | StoreError] = []
        audited = self._audited(
            outside, verifiers, after, processes, lambda: keys.append(self._keys_checked()), watch
        )
        verified = Verified(audited, ["since" if after else "full"], faults=list(audited.faults))
        with _read_or_told(verified):
            verified.faults += self._signed_by_strangers()
        self._check_keyring(verified, keys[0] if keys else self._keys_checked())
        if not deep and (audited.older or not audited.registries):  # deep compares all of them
            self._check_registries(verified)
        watch(0, 0, "beside", [fault for fault in verified.faults if fault.position is None])
        if deep:
            self._check_deeply(verified, verifiers, watch)
        if sheets:
            watch(0, 0, "sheets", ())
            self._check_sheets(verified)
        return verified

    def _check_deeply(self, verified: Verified, verifiers: Sequence[Verifier], watch: Watch) -> None:
        """Every command decided anew, all registries, and the keys that are recorded."""
        verified.levels.append("deep")
        found, verified.earlier = deep_faults(self.log, verified.audited.size, watch)
        told = [fault for fault in verified.faults if fault.code == "registry_wrong"]
        verified.faults = [fault for fault in verified.faults if fault not in told]
        verified.faults += found
        _add_registries(verified, ((str(f.fields["table"]), f.fields["rows"]) for f in told))
        verified.faults += self._strange_keys([str(each) for each in verifiers])

    def _check_sheets(self, verified: Verified) -> None:
        """The sheets against the log, with their catalogue and file; unchecked where there are none, or no log."""
        found: Iterable[tuple[str, int]] | None = None
        with _read_or_told(verified):
            found = self.projections.differing()
        if found is None:
            verified.unchecked.append("sheets")
            return
        verified.levels.append("sheets")
        verified.faults += [
            Fault("sheet_differs", None, {"sheet": sheet, "rows": rows}) for sheet, rows in found
        ]
        verified.faults += self._strange_sheets()  # reports go by an index, the comparison by the table

    def _strange_sheets(self) -> Iterator[Fault]:
        """What is not the program's in the catalogue of the sheets, or damaged in their file."""
        with self.log.usable(), reading(self.projections.engine) as connection:
            for name in catalogue.differing(connection, sheet_tables):
                yield Fault("table_differs", None, {"table": name})
            for reason in catalogue.inconsistencies(connection):
                yield Fault("database_damaged", None, {"reason": reason})

    def _keys_checked(self) -> KeysChecked | StoreError:
        """Every key against the log, or why that could not be done."""
        try:
            return check_keys(self.log)
        except StoreError as error:
            return error

    def _check_keyring(self, verified: Verified, checked: KeysChecked | StoreError) -> None:
        """Takes what was found of the keys; where the log could not be read for it, the audit has told why.

        Who may not read the keyring, such as an auditor, checks everything else.
        """
        if isinstance(checked, StoreError):
            if checked.code == "database_rights":
                verified.unchecked.append("keys")
            elif checked.code == "keyring_unusable":
                url, reason = checked.fields["url"], checked.fields["reason"]
                verified.faults.append(Fault("keyring_unusable", None, {"url": url, "reason": reason}))
            elif is_trouble(checked) or not verified.faults:
                raise checked
            return
        if not checked.here:
            verified.unchecked.append("keys")
        verified.unbound = checked.unbound
        verified.faults += checked.faults

    def _check_registries(self, verified: Verified) -> None:
        """Erasures and closes as the registries have them, where the audit did not hold them against all events."""
        with _read_or_told(verified):
            _add_registries(verified, decisive(self.log))

    def _audited(
        self,
        outside: list[bytes],
        verifiers: list[Verifier],
        after: int,
        processes: int,
        meanwhile: Callable[[], None],
        watch: Watch,
    ) -> Audited:
        """An audit that tells of a ledger it cannot read, instead of giving up.

        StoreError where it is the database that cannot be asked: that says nothing about the ledger in it.
        """
        remembered = Notary(self.log).key.last_note()
        try:
            return audit(self.log, outside, verifiers, remembered, after, processes, meanwhile, watch)
        except StoreError as error:
            if is_trouble(error):
                raise
            reason = str(error.fields.get("reason", error.code))
        except (TypeError, ValueError, ArithmeticError, AttributeError, LookupError, ProofError) as error:
            reason = self._mistyped() or f"{type(error).__name__}: {error}"
        unread = Audited()
        unread.fault("unreadable", reason=reason)
        return unread

    def _mistyped(self) -> str:
        """The columns of the log with a value of another type in them."""
        with suppress(StoreError), self.log.usable(), reading(self.log.engine) as connection:
            return ", ".join(catalogue.mistyped(connection))
        return ""

    def _signed_by_strangers(self) -> list[Fault]:
        """The newest kept checkpoint that no key signed which is known here, where any is: else the key was exchanged.

        Any of them could be held against the tree all the same, but whoever laid another key there signs from now on.
        """
        notary = Notary(self.log)
        known = {each.key_id for each in notary.key.verifiers()}
        sizes = [
            size
            for size, signed in notary.signatures()
            if known and known.isdisjoint(each.key_id for each in signed)
        ]
        return [Fault("key_exchanged", None, {"size": max(sizes)})] if sizes else []

    def _strange_keys(self, known: list[str]) -> list[Fault]:
        """The recorded keys that are not among those known here, where any is."""
        return [
            Fault("key_unknown", recorded.position, {"key": recorded.event.new_key})
            for recorded in self.log.stream(NOTARY_STREAM)
            if isinstance(recorded.event, SigningKeyRotated) and known and recorded.event.new_key not in known
        ]


@contextmanager
def _read_or_told(verified: Verified) -> Iterator[None]:
    """Within it the log is read for a check; where it cannot be, the audit has told why, and nothing is raised."""
    try:
        yield
    except StoreError as error:
        if is_trouble(error) or not verified.faults:
            raise


def _add_registries(verified: Verified, wrong: Iterable[tuple[str, object]]) -> None:
    """Registries that are wrong, each told once: by whoever looked at more of it."""
    known = {fault.fields["table"] for fault in verified.faults if fault.code == "registry_wrong"}
    verified.faults += [
        Fault("registry_wrong", None, {"table": name, "rows": rows})
        for name, rows in wrong
        if name not in known
    ]


def size_of_note(checkpoint: bytes, verifiers: Sequence[Verifier]) -> int:
    """How many events a checkpoint is of. StoreError `keys_unknown`; InputError `checkpoint_unreadable`."""
    return _signed(checkpoint, verifiers).size


def _signed(checkpoint: bytes, verifiers: Sequence[Verifier]) -> Checkpoint:
    """A checkpoint that one of these keys signed. StoreError `keys_unknown`; InputError `checkpoint_unreadable`."""
    if not verifiers:
        raise StoreError("keys_unknown")
    try:
        return open_checkpoint(checkpoint, verifiers).checkpoint
    except ProofError as error:
        raise InputError("checkpoint_unreadable", reason=str(error)) from None
