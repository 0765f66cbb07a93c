"""Sealing a person's words where they stand in an event's bytes, and opening them for being shown.

Each personal field is sealed under a key of the person it belongs to (proofs.md, personal data). Names are opened
whenever an event is read, other words only for who asks; figures and decisions need neither.
"""

import hmac
from collections.abc import Iterable
from datetime import datetime
from functools import partial
from typing import Any, Final

from ledger.errors import StoreError
from ledger.events import SITE_OWNER, Event, Recorded, read_event, write_fields
from ledger.events.employees import employee_stream
from ledger.proofs import event_key, seal_text
from ledger.store.person_keys import PersonKeys
from ledger.store.personal import Change, change_texts, opener, personal_fields
from ledger.terms import ERASED, SEALED

_HANDOUT: Final = "handout"


class Sealing(PersonKeys):
    """What is sealed under the keys of a ledger's people."""

    def digest(self, content: str, employee: str | None) -> str | None:
        """HMAC-SHA256 (hex) of a command's plain digest under a key of the person it is about, or of the ledger.

        None where there is no such key: an unkept person has no commands, an erased one's are not told any more.
        """
        key = self._secret() if employee is None else self.key_of(employee)
        return (
            None if key is None else hmac.digest(key, f"kaoji command v1\n{content}".encode(), "sha256").hex()
        )

    def sealed_fields(self, recorded: Recorded) -> dict[str, Any]:
        """An event's fields as they are stored: its personal texts sealed. StoreError `person_erased`."""
        fields = write_fields(recorded.event)
        keys = self._event_keys(recorded, fields)
        for field, mark in personal_fields(type(recorded.event)).items():
            if fields.get(field):
                owner = mark.owner(fields.get)
                key = keys[owner]
                if key is None:
                    if employee_stream(owner) in self._erased:
                        raise StoreError("person_erased", employee=owner)
                    raise self.lacking(owner)
                fields[field] = change_texts(fields[field], f"/fact/{field}", partial(seal_text, key))
        return fields

    def opened(
        self, recorded: Recorded, only: frozenset[str] | None = None, whose: str | None = None
    ) -> Event:
        """The event with its personal texts opened, or only these fields; where no key opens them a word says why.

        With `whose`, only the words of one person and those that are nobody's; everybody else's are shown as sealed.
        With an empty `whose` all are.
        """
        event = recorded.event
        wanted = {
            field: mark.owner(partial(getattr, event))
            for field, mark in personal_fields(type(event)).items()
            if (only is None or field in only) and getattr(event, field)
        }
        if not wanted:
            return event
        if all(type(getattr(event, field)) is str for field in wanted):
            return event.model_copy(
                update={
                    field: self._opened_text(recorded, field, owner, whose) for field, owner in wanted.items()
                }
            )
        fields = write_fields(event)
        for field, owner in wanted.items():
            change = self._opener_of(recorded, owner, whose)
            fields[field] = change_texts(fields[field], f"/fact/{field}", change)
        return read_event(event.kind, event.schema_version, fields)

    def _opened_text(self, recorded: Recorded, field: str, owner: str, whose: str | None) -> str:
        """A field that is one text: the event need not be made anew for it."""
        return self._opener_of(recorded, owner, whose)(getattr(recorded.event, field), f"/fact/{field}")

    def _opener_of(self, recorded: Recorded, owner: str, whose: str | None) -> Change:
        if whose is not None and owner != whose and not (whose and owner.startswith(SITE_OWNER)):
            return opener(None, SEALED)
        key = self._event_key(recorded, owner)
        return opener(key, "" if key is not None else self._why_not(owner))

    def event_keys(self, recorded: Recorded) -> dict[str, bytes]:
        """A person or `site/<site>` → the key for this event, of all whose words stand in it and whose key is there."""
        keys = self._event_keys(recorded, write_fields(recorded.event))
        return {owner: key for owner, key in sorted(keys.items()) if key is not None}

    def _event_keys(self, recorded: Recorded, fields: dict[str, Any]) -> dict[str, bytes | None]:
        """The same of everybody some text of it belongs to; None where a key is not there."""
        keys: dict[str, bytes | None] = {}
        for field, mark in personal_fields(type(recorded.event)).items():
            owner = mark.owner(fields.get)
            if fields.get(field) and owner not in keys:
                keys[owner] = self._event_key(recorded, owner)
        return keys

    def _event_key(self, recorded: Recorded, employee: str) -> bytes | None:
        key = self.key_of(employee)
        if key is None:
            return None
        return event_key(key, self._identity(), recorded.stream, recorded.version, recorded.event.kind)

    def _why_not(self, employee: str) -> str:
        """What stands where no key is there: the log says that the person was erased, or the keyring lacks the key."""
        return ERASED if employee_stream(employee) in self._erased else SEALED

    # --- files that were handed out ---------------------------------------------------------------------

    def note_handout(
        self,
        employees: Iterable[str],
        what: str,
        file: str,
        operator: str,
        at: datetime,
    ) -> None:
        """Keeps that a file left the ledger, for each of these people whose words it can hold.

        What a file is called is sealed as a word of theirs: nobody can tell every name from what is none.
        """
        files: dict[str, str] = {}
        for employee in employees:
            subject, key = self.subject_of(employee_stream(employee)), self._file_key(employee)
            if subject is not None and key is not None:
                files[subject] = seal_text(key, file, _HANDOUT)
        if files:
            self.keyring.handouts.note(self._identity(), files, what, operator, at)

    def handouts(self, employee: str) -> list[dict[str, str]]:
        """The files that left the ledger with a person's words, in order."""
        subject = self.subject_of(employee_stream(employee))
        rows = [] if subject is None else self.keyring.handouts.of(self._identity(), subject)
        open_name = opener(self._file_key(employee), self._why_not(employee))
        return [{**row, "file": open_name(row["file"], _HANDOUT)} for row in rows]

    def _file_key(self, employee: str) -> bytes | None:
        key = self.key_of(employee)
        return None if key is None else event_key(key, self._identity(), _HANDOUT, 0, "file")
