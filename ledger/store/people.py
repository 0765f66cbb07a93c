"""The people of a ledger: their keys, what is sealed under them, what was handed out, and erasures."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import replace
from datetime import datetime
from operator import itemgetter
from typing import Any, Final

from sqlalchemy.exc import DBAPIError

from ledger.errors import StoreError
from ledger.events import SITE_OWNER, Recorded
from ledger.events.employees import EmployeeErased, employee_stream
from ledger.formats import Reason
from ledger.store.address import shown
from ledger.store.connection import LedgerConnection
from ledger.store.evidence_files import EvidenceFiles
from ledger.store.personal import owners_of
from ledger.store.registry_queries import RegistryQueries
from ledger.store.sql import Question
from ledger.store.verified import VerifiedReads
from ledger.subjects import ERASURE

_ERASING: Final = (
    "SELECT position, stream, version, kind, schema, state FROM events"
    " WHERE ledger = ? AND stream = ? AND kind = ?"
)
"""What erases somebody: the registry, where anybody may write a row, is not believed without it."""


class People:
    """What a ledger knows of its people's words."""

    def __init__(self, place: LedgerConnection, registry: RegistryQueries, verified: VerifiedReads) -> None:
        self._place = place
        self._registry = registry
        self._verified = verified
        self.sealing = place.sealing
        self.keyring = place.keyring
        self.evidence = EvidenceFiles(place)
        self._erased: set[str] = set()
        self._erasures_read: ContextVar[list[bool] | None] = ContextVar("erasures_read", default=None)

    @property
    def is_holding(self) -> bool:
        """Whether one state of the log is held here."""
        return self._erasures_read.get() is not None

    @contextmanager
    def holding(self) -> Iterator[None]:
        """One state of the log: the erasures recorded in it are read once at most."""
        token = self._erasures_read.set([])
        try:
            yield
        finally:
            self._erasures_read.reset(token)

    def note_keyring_copy(self, file: str, operator: str, at: datetime) -> None:
        """Keeps that the keyring is copied to a file. StoreError `keyring_missing`, `handout_not_noted`.

        Of a copy of the ledger that nobody can write to nothing is kept.
        """
        self.keyring.require(self._place.identity())
        if self._place.is_laid_away():
            return
        with self._noting():
            self.keyring.handouts.note_copy(self._place.identity(), file, operator, at)

    # Erasing somebody (個人信息保護法 art. 47) goes so, and is finished by whoever records next where it was stopped:
    #
    # 1. The unit takes the turn to erase (`Keyring.erasing`), records `EmployeeErased` and commits: from here on nobody
    #    opens the words, key or no key.
    # 2. The key is destroyed in the keyring, where the event stands in the log with its right leaf, and for no other reason.
    # 3. Freed pages are overwritten, so that neither the file nor its journal holds the key.
    # 4. The person's folder of evidence files is removed, which no key opens any more, here or in a copy of it.
    # 5. The turn ends: a `verify` that found the event and the key has waited for it (`Keyring.await_erasures`).
    # 6. Copies that left the ledger before are named: no erasure reaches them.

    def finish_erasures(self) -> list[str]:
        """Destroys the keys and files that are still there of people whose erasure is recorded; returns whose these were.

        The event is committed first: whoever is interrupted between the two leaves this to be done.
        """
        return self.destroy_keys(self.read_erasures())

    def destroy_keys(self, erased: Sequence[str]) -> list[str]:
        """Destroys the keys of these people where their erasure stands in the log, then their files; whose there still were.

        StoreError `erasure_unfinished`; `evidence_left` where the key is gone, and files that nobody can open are not.
        """
        erased = [employee for employee in erased if self._is_erased(employee)]
        self.sealing.mark_erased(erased)
        self.load_keys(erased)
        try:
            self.sealing.require_ids(erased)
            keys = [employee for employee in erased if self.sealing.destroy_key(employee)]
        except (DBAPIError, OSError, StoreError) as error:
            url, reason = shown(self.keyring.url), _reason(error)
            raise StoreError("erasure_unfinished", url=url, reason=reason) from None
        try:
            files = [employee for employee in erased if self.evidence.remove_person(employee)]
        except OSError as error:
            folder = str(self.evidence.folder)
            raise StoreError("evidence_left", folder=folder, reason=error.strerror or str(error)) from None
        return [employee for employee in erased if employee in {*keys, *files}]

    def _is_erased(self, employee: str) -> bool:
        """Whether an event erases somebody, and stands in the tree as it is stored."""
        if employee in self._erased:
            return True
        stream, kind = employee_stream(employee), EmployeeErased.kind
        for row in self._place.fetch_all(_ERASING, self._place.ledger, stream, kind):
            try:
                self._verified.check([row])
            except StoreError as error:
                if error.code != "event_unproven":
                    raise
                continue
            self._erased.add(employee)
        return employee in self._erased

    def note_handout(
        self,
        employees: Iterable[str],
        what: str,
        file: str,
        operator: str,
        at: datetime,
        since: int | None = None,
    ) -> None:
        """Keeps that a file with these people's words left the ledger.

        `since` is the position at which the words began to be read: StoreError `person_erased` where somebody was
        erased after it, `handout_not_noted`.
        """
        wanted = sorted(set(employees))
        self.read_erasures()
        self.load_keys(wanted)
        with self._noting():
            self.sealing.note_handout(wanted, what, file, operator, at)
        if since is not None:
            erased = set(wanted) & (set(self.read_erasures()) - set(self._registry.ids(ERASURE, None, since)))
            for employee in sorted(erased):
                raise StoreError("person_erased", employee=employee)

    @contextmanager
    def _noting(self) -> Iterator[None]:
        """What the keyring refuses to note, as StoreError `handout_not_noted`."""
        try:
            yield
        except (DBAPIError, OSError, StoreError) as error:
            url, reason = shown(self.keyring.url), _reason(error)
            raise StoreError("handout_not_noted", url=url, reason=reason) from None

    def handouts(self, employee: str) -> list[dict[str, str]]:
        """The files with a person's words that left the ledger, in order: recorded_at, what, operator, file.

        The copies of the keyring that hold the person's key are among them.
        """
        self.read_erasures()
        self.load_keys([employee])
        position = self._registry.position_of("employee", employee)
        copies = self.keyring.handouts.of(self._place.identity())
        if position is not None and copies:
            since = self._registry.recorded_at(position) or ""
            copies = [row for row in copies if row["recorded_at"] >= since]
        return sorted([*self.sealing.handouts(employee), *copies], key=itemgetter("recorded_at"))

    def read_erasures_once(self) -> None:
        """As often as there may be something new: once in one state of the log."""
        heeded = self._erasures_read.get()
        if not heeded:
            self.read_erasures()
        if heeded is not None:
            heeded.append(True)

    def read_erasures(self) -> list[str]:
        """Everybody whose erasure is recorded; from now on none of their words are opened here."""
        statement, values = self.erasures_asked
        return self.erasures_in(self._place.fetch_all(statement, *values))

    @property
    def erasures_asked(self) -> Question:
        """What asks whose erasure is recorded."""
        return self._registry.ids_asked(ERASURE)

    def erasures_in(self, rows: Sequence[Any]) -> list[str]:
        """Those whom the answer to that names; from now on none of their words are opened here."""
        erased = [employee for employee in self._registry.ids_in(ERASURE, rows) if self._is_erased(employee)]
        self.sealing.mark_erased(erased)
        return erased

    def digest(self, content: str, employee: str | None) -> str | None:
        """A command's digest as it is kept: under a key of the person it is about, else the ledger's.

        None where the person is not known, or erased. StoreError `keyring_missing`, `keyring_wrong`, `person_key_wrong`.
        """
        if employee is not None:
            self.load_keys([employee])
        kept = self.sealing.digest(content, employee)
        if kept is None:
            self.keyring.require(self._place.identity())
            if employee is None:  # another one than an upgrade has bound
                raise self.sealing.lacking(SITE_OWNER)
            if self.sealing.keeps_key(employee) and not self._is_erased(employee):
                raise self.sealing.lacking(employee)
        return kept

    def create_key(self, employee: str) -> None:
        """A new person of the open unit: gets a random id and a key, which are kept when the unit is."""
        self.load_keys([employee])
        self.sealing.create_key(employee)

    def opened(
        self, recorded: Recorded, only: frozenset[str] | None = None, whose: str | None = None
    ) -> Recorded:
        """An event with its personal texts opened, or only these fields, or only the words of one person."""
        self.load_keys(owners_of([recorded]))
        return replace(recorded, event=self.sealing.opened(recorded, only, whose))

    def event_keys(self, recorded: Recorded) -> dict[str, bytes]:
        """Employee → the key that opens their words in an event, of those whose key is there."""
        self.load_keys(owners_of([recorded]))
        return self.sealing.event_keys(recorded)

    def load_keys(self, employees: Collection[str]) -> None:
        """Has the ids and keys of people read, where they are not known yet."""
        if self.sealing.knows(employees):
            return
        with self._place.usable(), self._place.recorder.snapshot() as connection:
            self.sealing.load_keys(connection, employees)


def _reason(error: DBAPIError | OSError | StoreError) -> str:
    """What a keyring's database says."""
    if isinstance(error, StoreError):
        if error.code == "keyring_differs":
            name = error.fields["name"]
            return Reason(
                f"{name} in the keyring is not what the program makes", "keyring_not_ours", name=name
            )
        return str(error.fields.get("reason", error.code))
    return str(getattr(error, "orig", error))
