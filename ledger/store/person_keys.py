"""The people of a ledger: their random ids, and their keys, in the keyring or of the new people of an open unit."""

import dataclasses
from collections.abc import Callable, Collection, Iterable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from sqlalchemy import Connection

from ledger.errors import StoreError
from ledger.events import SITE_OWNER
from ledger.events.employees import employee_stream
from ledger.proofs import key_check, new_subject_key, site_key
from ledger.store.address import shown
from ledger.store.bulk import insert_rows
from ledger.store.fitting import Fitting
from ledger.store.keyring import Keyring
from ledger.store.schema import subjects
from ledger.store.sql import chunks, fetch_all, placeholders


@dataclass(slots=True)
class _NewPeople:
    """The people of an open unit, which is one thread's: stream → random id and key, and who of them is kept already."""

    people: dict[str, tuple[str, bytes]] = dataclasses.field(default_factory=dict)
    kept: set[str] = dataclasses.field(default_factory=set)


_NOBODY: Final[Mapping[str, tuple[str, bytes]]] = MappingProxyType({})


class PersonKeys:
    """The persons of one ledger: their random ids and their keys."""

    def __init__(
        self,
        ledger: str,
        keyring: Keyring,
        identity: Callable[[], str],
    ) -> None:
        """`identity` gives the random id of the ledger, which its keys are bound to."""
        self.ledger = ledger
        self.keyring = keyring
        self._identity = identity
        self.fitting = Fitting(identity)
        self.agree: Callable[[Mapping[str, str]], None] = lambda subjects: None
        """Refuses ids of people that are not those under which their events are read."""
        self._known: dict[str, str] = {}
        self._of_unit: ContextVar[_NewPeople | None] = ContextVar("new_people", default=None)
        self._erased: frozenset[str] = frozenset()

    @property
    def _new(self) -> Mapping[str, tuple[str, bytes]]:
        unit = self._of_unit.get()
        return _NOBODY if unit is None else unit.people

    def load_keys(self, connection: Connection, employees: Collection[str]) -> None:
        """Reads the ids and the keys of people, where they are not known yet. StoreError `registry_unproven`.

        Not those of the open unit's new people, whose rows may stand there and be taken back with the unit.
        """
        streams = {employee_stream(each) for each in employees}
        wanted = [each for each in streams if each not in self._known and each not in self._new]
        for chunk in chunks(wanted):
            statement = f"SELECT stream, subject FROM subjects WHERE ledger = ? AND stream IN ({placeholders(len(chunk))})"
            found = fetch_all(connection, statement, self.ledger, *chunk)
            self._known.update((stream, subject) for stream, subject in found)
        self.keyring.load_keys(
            self._identity(), [self._known[each] for each in wanted if each in self._known]
        )
        self.require_ids(employees)

    def require_ids(self, employees: Iterable[str]) -> None:
        """StoreError `registry_unproven` where the ids of people are not those under which their events are read."""
        streams = map(employee_stream, employees)
        self.agree({each: self._known[each] for each in streams if each in self._known})

    def knows(self, employees: Iterable[str]) -> bool:
        """Whether nothing is to be learned of these people: their ids are known, and their keys were looked for."""
        return all(
            stream in self._new
            or (stream in self._known and self.keyring.has_looked(self._identity(), self._known[stream]))
            for stream in map(employee_stream, employees)
        )

    def mark_erased(self, erased: Collection[str]) -> None:
        """From now on no words are opened of those whose erasure is recorded, whether their key is gone yet or not."""
        streams = frozenset(map(employee_stream, erased))
        if not streams <= self._erased:
            self._erased |= streams
            self._look_anew(streams)

    def forget_keys(self, employees: Iterable[str]) -> None:
        """Whether a key of these people is in the keyring is looked at anew."""
        self._look_anew(map(employee_stream, employees))

    def _look_anew(self, streams: Iterable[str]) -> None:
        self.keyring.forget(self._identity(), {self._known[each] for each in streams if each in self._known})

    def create_key(self, employee: str) -> None:
        """A new person, with a new id and key, kept with the unit's events; does nothing for a known one."""
        stream = employee_stream(employee)
        if stream not in self._known and stream not in self._new:
            unit = self._of_unit.get()
            if unit is None:
                self._of_unit.set(unit := _NewPeople())
            key = new_subject_key()
            unit.people[stream] = (key_check(key, self._identity()), key)

    def subject_of(self, stream: str) -> str | None:
        """The id under which a stream's person stands in the tree; None for a stream that is nobody's."""
        if stream in self._new:
            return self._new[stream][0]
        return self._known.get(stream)

    def key_of(self, employee: str) -> bytes | None:
        """A person's key, or a site's; None where it was erased, is not there, or is another one.

        A site's is derived from the ledger's secret, so that it is there as long as anything can be recorded.
        """
        if employee.startswith(SITE_OWNER):
            secret = self._secret()
            return None if secret is None else site_key(secret, employee.removeprefix(SITE_OWNER))
        stream = employee_stream(employee)
        if stream in self._new:
            return self._new[stream][1]
        if stream in self._erased:
            return None
        return self._own_key(self._known.get(stream))

    def _own_key(self, subject: str | None) -> bytes | None:
        """The key that is in the keyring for a subject; None where there is none, or another's."""
        key = None if subject is None else self.keyring.key(self._identity(), subject)
        return key if subject is not None and key is not None and self.fitting.fits(subject, key) else None

    def _secret(self) -> bytes | None:
        """The ledger's own secret; None where it is not there, or is another one than the ledger began with."""
        secret = self.keyring.secret(self._identity())
        return None if secret is None or self.fitting.secret_fits(secret) is False else secret

    def is_wrong(self, employee: str) -> bool:
        """Whether another key stands in the place of this person's, whose erasure nobody recorded."""
        return self.keeps_key(employee) and self.key_of(employee) is None

    def lacking(self, employee: str) -> StoreError:
        """Why nothing is sealed under a key of somebody or of a site: it is not there, or another one. Nobody erased it."""
        if employee.startswith(SITE_OWNER):
            return StoreError("keyring_wrong", url=shown(self.keyring.url))
        if self.is_wrong(employee):
            return StoreError("person_key_wrong", employee=employee)
        return StoreError("person_key_missing", employee=employee)

    def persist_new_keys(self, connection: Connection) -> None:
        """Keeps the keys of new people, durably, and then their ids: an event is never sealed under a lost key."""
        unit = self._of_unit.get()
        new = {} if unit is None else {s: person for s, person in unit.people.items() if s not in unit.kept}
        if unit is None or not new:
            return
        self.keyring.persist(self._identity(), dict(new.values()))
        rows = [(self.ledger, stream, subject) for stream, (subject, _) in new.items()]
        insert_rows(connection, subjects, ("ledger", "stream", "subject"), rows)
        unit.kept.update(new)

    def end_unit(self, committed: bool) -> None:
        """After the unit's end: new people are known, or there never were any."""
        if committed:
            self._known.update((stream, subject) for stream, (subject, _) in self._new.items())
        self._of_unit.set(None)

    def destroy_key(self, employee: str) -> bool:
        """Destroys a person's key for good; whether there was one. Another's in its place is left: it is theirs."""
        subject = self.subject_of(employee_stream(employee))
        if subject is None or self._own_key(subject) is None:
            return False
        return self.keyring.destroy(self._identity(), subject)

    def keeps_own_key(self, employee: str) -> bool:
        """Whether a key is in the keyring that is this person's, erased or not."""
        return self._own_key(self.subject_of(employee_stream(employee))) is not None

    def keeps_key(self, employee: str) -> bool:
        """Whether a person's key is in the keyring, were it used or not."""
        subject = self.subject_of(employee_stream(employee))
        return subject is not None and self.keyring.key(self._identity(), subject) is not None
