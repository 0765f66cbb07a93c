"""`upgrade`: a ledger of an earlier layout is brought to the present one. Nothing recorded is rewritten.

1. In one write unit the check value of every key is recorded, after each key has opened a word of its person's.
2. In the same transaction guards that came later are put in place, and the head row says the present layout.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, update

from ledger.aggregates.context import Decision
from ledger.application.part import Part
from ledger.errors import StoreError
from ledger.events import kinds
from ledger.events.employees import employee_stream
from ledger.events.keyring import KEYRING_STREAM, KeysBound
from ledger.proofs import key_check
from ledger.state.execution import record_own
from ledger.state.ledger_state import LedgerState
from ledger.store import guards
from ledger.store.address import shown
from ledger.store.key_check import people_of
from ledger.store.personal import personal_fields, site_texts
from ledger.store.schema import LAYOUT, heads
from ledger.terms import SEALED

_AT_ONCE: Final = 1_000
"""So many check values stand in one event."""
_NAMED: Final = frozenset({"name"})


@dataclass(frozen=True, slots=True)
class Upgraded:
    """What an upgrade came to: how many keys it bound, whose keys are not in the keyring, and where the ledger stands."""

    bound: int
    lacking: list[str]
    position: int


class Upgrade(Part):
    """What whoever keeps the machine asks of a ledger that an earlier kaoji wrote."""

    def bring_up(self) -> Upgraded:
        """Binds every key to the log that is not yet, puts the later guards in place, and raises the layout.

        Done once more it binds what was lacking. StoreError `keyring_missing`, `person_key_wrong`, `keyring_wrong` where a
        key does not open its person's words, or the secret those of sites.
        """
        log = self.log
        log.require()
        log.keyring.require(log.identity())
        log.keyring.require_own()
        log.create()
        with log.unit() as unit:
            checks, lacking = self._checks()
            state = LedgerState(log)
            hand = self._hand(unit, state)
            decisions = [Decision(KEYRING_STREAM, KeysBound(checks=part)) for part in _parts(checks)]
            if decisions:
                for recorded in record_own(state, decisions, unit.position, hand):
                    unit.append(recorded)
            unit.flush()
            self._raise_layout(unit.connection)
            position = unit.position
        return Upgraded(len(checks), lacking, position)

    def _checks(self) -> tuple[dict[str, str], list[str]]:
        """The check values that are not in the log yet, by the people's ids; and whose keys are not here."""
        log, identity = self.log, self.log.identity()
        secret = log.keyring.secret(identity)
        checks: dict[str, str] = {}
        if secret is not None and log.sealing.fitting.secret_fits(secret) is None:
            if not self._opens_words_of_sites():
                raise StoreError("keyring_wrong", url=shown(log.keyring.url))
            checks[""] = key_check(secret)
        people, erased = people_of(log), set(log.people.read_erasures())
        log.people.load_keys(people)
        lacking = []
        for employee, subject in sorted(people.items()):
            if employee in erased or log.sealing.fitting.check_of(subject) is not None:
                continue
            key = log.sealing.key_of(employee)
            if key is None:
                lacking.append(employee)
            elif not self._opens(employee):
                raise StoreError("person_key_wrong", employee=employee)
            else:
                checks[subject] = key_check(key, identity)
        return checks, lacking

    def _opens_words_of_sites(self) -> bool:
        """Whether the secret opens whatever is sealed for sites: another one than the ledger began with does not."""
        sealed = [kind for kind, cls in kinds().items() if any(m.site for m in personal_fields(cls).values())]
        found = (self.log.people.opened(recorded).event for recorded in self.log.of_kinds(sealed))
        return not any(SEALED in texts for event in found for texts in site_texts(event).values())

    def _opens(self, employee: str) -> bool:
        """Whether somebody's key opens the name under which they were registered: the right key does, no other."""
        first = self.log.stream(employee_stream(employee))[0]
        return getattr(self.log.people.opened(first, _NAMED).event, "name", SEALED) != SEALED

    def _raise_layout(self, connection: Connection) -> None:
        guards.install(connection)
        connection.execute(
            update(heads)
            .where(heads.c.ledger == self.log.ledger, heads.c.layout < LAYOUT)
            .values(layout=LAYOUT)
        )


def _parts(checks: dict[str, str]) -> Iterator[dict[str, str]]:
    rows = sorted(checks.items())
    for start in range(0, len(rows), _AT_ONCE):
        yield dict(rows[start : start + _AT_ONCE])
