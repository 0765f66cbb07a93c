"""The recording side of the counter: a file of commands, or one typed by hand, in one write unit (law 8)."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from ledger.application import intake, typed
from ledger.application.counter import Hand, kept_digest, record
from ledger.application.impact import Impact, impact
from ledger.application.memory import Memory
from ledger.application.typed import full_id
from ledger.commands import Command
from ledger.errors import InputError, LedgerError
from ledger.events import (
    POLICY_STREAM,
    EmployeeErased,
    MonthClosed,
    NoticeIssued,
    PolicyAdopted,
    Recorded,
    write_fields,
)
from ledger.policy import loading
from ledger.store.log import Log, Unit
from ledger.store.notary import Notary


@dataclass(frozen=True, slots=True)
class Skip:
    """A command that equals one recorded before; `changed_since` where something later is about the same thing."""

    line: int
    do: str
    subject: str
    position: int
    changed_since: int | None


@dataclass(frozen=True, slots=True)
class Note:
    """Something that must be said at once, such as a notice recorded late."""

    code: str
    fields: dict[str, object]


@dataclass(slots=True)
class Applied:
    """What recording came to: counts of commands, and the ledger's last position."""

    recorded: int = 0
    skipped: int = 0
    position: int = 0
    skips: list[Skip] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    events: list[Recorded] = field(default_factory=list)
    impact: Impact | None = None

    def made(self) -> list[dict[str, Any]]:
        """The events as people and programs are shown them: position, kind, fields."""
        return [
            {"position": r.position, "kind": r.event.kind, "fields": write_fields(r.event)}
            for r in self.events
        ]

    def values(self) -> dict[str, int]:
        """As `--json` prints it."""
        return {"recorded": self.recorded, "skipped": self.skipped, "position": self.position}


class Recording:
    """What inspectors, department heads and managers ask of a ledger."""

    store: Log
    _now: Callable[[], datetime]
    _operator: Callable[[], str]

    def apply(self, lines: Iterable[bytes]) -> Applied:
        """Records a whole command file, or nothing of it; commands recorded before are skipped."""
        commands = list(intake.read_lines(lines))
        with self._recording() as (unit, memory, hand):
            applied = Applied()
            seen: dict[str, int] = {}
            for line, command in commands:
                digest = command.digest()
                if digest in seen:
                    raise InputError("command_twice", first=seen[digest]).at(line=line)
                seen[digest] = line
                kept = kept_digest(memory, command)
                position = None if kept is None else self.store.equal_command(kept)
                if position is not None:
                    applied.skips.append(self._skip(line, command, position))
                    continue
                try:
                    self._record(unit, memory, command, hand, applied)
                except LedgerError as error:
                    raise error.at(line=line) from None
            applied.skipped = len(applied.skips)
            applied.position = unit.position
        return applied

    def execute(self, command: Command, dry_run: bool = False) -> Applied:
        """Records one command typed by hand: always new. A dry run shows its events and impact, and records nothing."""
        return self._by_hand(lambda memory, hand: command, dry_run)

    def typed(self, values: dict[str, Any], dry_run: bool = False) -> Applied:
        """The same for fields as typed: ids are numbered and completed, dates and site filled in.

        An erasure that was recorded, but whose key was left behind by a crash, is finished instead of refused.
        """
        if values.get("do") == "erase_employee" and not dry_run and self.store.exists():
            finished = self.store.finish_erasures()
            if (
                finished
                and full_id(Memory(self.store), "employee", values["employee"], "employee") in finished
            ):
                note = Note("erasure_finished", {"employee": values["employee"]})
                return Applied(position=self.store.position(), notes=[note])
        return self._by_hand(
            lambda memory, hand: intake.parse_command(typed.complete(values, memory, hand)), dry_run
        )

    def _by_hand(self, make: Callable[[Memory, Hand], Command], dry_run: bool) -> Applied:
        if dry_run:
            self.store.require()
        applied = Applied()
        with self._recording(keep=not dry_run) as (unit, memory, hand):
            self._record(unit, memory, make(memory, hand), hand, applied)
            applied.position = unit.position
        if dry_run:
            after = Memory(self.store)
            for recorded in applied.events:
                after.add(recorded)
            applied.impact = impact(Memory(self.store), after, applied.events)
        return applied

    @contextmanager
    def _recording(self, keep: bool = True) -> Iterator[tuple[Unit, Memory, Hand]]:
        self.store.create()
        with self.store.unit(keep) as unit:
            memory = Memory(self.store)
            hand = Hand(self._operator(), max(self._now(), unit.recorded_at))
            if unit.position == 0:
                notary = Notary(self.store)
                notary.key.make(notary.origin)
                unit.append(_house_rules(memory, hand))
            yield unit, memory, hand

    @staticmethod
    def _record(unit: Unit, memory: Memory, command: Command, hand: Hand, applied: Applied) -> None:
        for recorded in record(memory, command, unit.position, hand):
            unit.append(recorded)
            applied.events.append(recorded)
            applied.notes.extend(_notes(recorded))
            if isinstance(recorded.event, EmployeeErased):
                applied.notes.extend(_beyond(memory.log, recorded.event.employee))
        applied.recorded += 1

    def _skip(self, line: int, command: Command, position: int) -> Skip:
        subject = command.about()
        latest = self.store.last_on_subject(subject)
        changed = latest if latest is not None and latest > position else None
        return Skip(line, command.do, subject, position, changed)


def _house_rules(memory: Memory, hand: Hand) -> Recorded:
    """The first event of a ledger: the default house rules are adopted."""
    document = loading.house_rules()
    event = PolicyAdopted(
        version=document["version"],
        document=document,
        digest=loading.digest(document),
        on=hand.recorded_at.date(),
    )
    recorded = Recorded(
        1, POLICY_STREAM, 1, hand.recorded_at, hand.operator, event.digest, "policy:None", 0, event
    )
    memory.add(recorded)
    return recorded


def _beyond(log: Log, employee: str) -> Iterator[Note]:
    """The files that left the ledger before, which no erasure reaches."""
    for row in log.handouts(employee):
        yield Note(
            "handout_beyond",
            {
                "employee": employee,
                "kind": row["what"],
                "file": row["file"],
                "at": row["recorded_at"],
                "operator": row["operator"],
            },
        )


def _notes(recorded: Recorded) -> Iterator[Note]:
    event = recorded.event
    if isinstance(event, NoticeIssued) and event.late:
        yield Note("notice_late", {"notice": event.notice, "month": event.month})
    if isinstance(event, MonthClosed) and event.late:
        yield Note("close_late", {"month": event.month, "site": event.site, "on": event.on})
