"""One ledger at the counter: record, report, rebuild. What is outside calls this and nothing deeper."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from ledger import clock
from ledger.application import history, intake, reports
from ledger.application.counter import Hand, record
from ledger.application.memory import Memory
from ledger.application.rows import MemoryRows, Rows, SheetRows
from ledger.application.sheets import Sheets
from ledger.commands import Command
from ledger.errors import InputError, LedgerError
from ledger.events import (
    POLICY_STREAM,
    MonthClosed,
    NoticeIssued,
    PolicyAdopted,
    Recorded,
)
from ledger.policy import loading
from ledger.projections.refresh import Progress
from ledger.store.log import Log, Unit
from ledger.terms import parse_instant


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

    def values(self) -> dict[str, int]:
        """As `--json` prints it."""
        return {"recorded": self.recorded, "skipped": self.skipped, "position": self.position}


class Ledger:
    """A ledger by its URL. `now` and `operator` are the clock and the hand; tests give their own."""

    def __init__(
        self,
        url: str,
        *,
        now: Callable[[], datetime] = clock.now,
        operator: Callable[[], str] = clock.operator,
    ) -> None:
        self.store = Log(url)
        self.sheets = Sheets(self.store)
        self._now = now
        self._operator = operator

    def close(self) -> None:
        """Lets go of the databases."""
        self.store.close()
        self.sheets.close()

    def __enter__(self) -> "Ledger":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # --- recording ----------------------------------------------------------------------------------

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
                position = self.store.equal_command(digest)
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

    def execute(self, command: Command) -> Applied:
        """Records one command typed by hand: always new."""
        with self._recording() as (unit, memory, hand):
            applied = Applied()
            self._record(unit, memory, command, hand, applied)
            applied.position = unit.position
        return applied

    @contextmanager
    def _recording(self) -> Iterator[tuple[Unit, Memory, Hand]]:
        self.store.create()
        with self.store.unit() as unit:
            memory = Memory(self.store)
            hand = Hand(self._operator(), max(self._now(), unit.recorded_at))
            if unit.position == 0:
                unit.append(_house_rules(memory, hand))
            yield unit, memory, hand

    @staticmethod
    def _record(unit: Unit, memory: Memory, command: Command, hand: Hand, applied: Applied) -> None:
        for recorded in record(memory, command, unit.position, hand):
            unit.append(recorded)
            applied.notes.extend(_notes(recorded))
        applied.recorded += 1

    def _skip(self, line: int, command: Command, position: int) -> Skip:
        subject = command.about()
        latest = self.store.last_on_subject(subject)
        changed = latest if latest is not None and latest > position else None
        return Skip(line, command.do, subject, position, changed)

    # --- reading ------------------------------------------------------------------------------------

    def position_of(self, as_of: str) -> int:
        """A position or an instant of recording to the end of the command it falls in."""
        self.store.require()
        if as_of.isascii() and as_of.isdigit() and len(as_of) <= 18:
            return self.store.command_end(position=int(as_of))
        try:
            instant = parse_instant(as_of)
        except ValueError:
            raise InputError("as_of_wrong", as_of=as_of) from None
        return self.store.command_end(recorded_by=instant)

    def site(self, site: str | None, as_of: int | None = None) -> str:
        """The site asked for, or the only one. InputError `site_needed` where there are several."""
        self.store.require()
        memory = Memory(self.store, as_of)
        if site is not None:
            return memory.site(site).site
        sites = memory.site_ids()
        if len(sites) != 1:
            raise InputError("site_needed", sites=", ".join(sites) or "–")
        return sites[0]

    def monthly(self, month: str, site: str | None = None, as_of: int | None = None) -> list[dict[str, Any]]:
        """`report monthly`."""
        name = self.site(site, as_of)
        with self._rows(as_of) as (rows, memory):
            return reports.monthly(rows, memory, name, month)

    def public_list(
        self, month: str, site: str | None = None, as_of: int | None = None
    ) -> list[dict[str, Any]]:
        """`report public-list`."""
        name = self.site(site, as_of)
        with self._rows(as_of) as (rows, memory):
            return reports.public_list(rows, memory, name, month)

    def joint_liability(
        self, month: str, site: str | None = None, as_of: int | None = None
    ) -> list[dict[str, Any]]:
        """`report joint-liability`."""
        name = self.site(site, as_of)
        with self._rows(as_of) as (rows, _):
            return reports.joint_liability(rows, name, month)

    def payroll(self, month: str, site: str | None = None, as_of: int | None = None) -> dict[str, Any]:
        """`report payroll`."""
        name = self.site(site, as_of)
        with self._rows(as_of) as (rows, _):
            return reports.payroll(rows, name, month)

    def appeals(self, site: str | None = None, as_of: int | None = None) -> list[dict[str, Any]]:
        """`report appeals`."""
        name = self.site(site, as_of)
        with self._rows(as_of) as (rows, memory):
            return reports.appeals(rows, memory, name, self._now())

    def log(self, name: str, as_of: int | None = None) -> list[dict[str, Any]]:
        """`log`: the history of one person or thing."""
        self.store.require()
        return history.history(Memory(self.store, as_of), name)

    def rebuild(self, progress: Progress | None = None) -> int:
        """Draws every sheet anew; returns the position they are drawn at."""
        self.store.require()
        return self.sheets.rebuild(progress)

    @contextmanager
    def _rows(self, as_of: int | None) -> Iterator[tuple[Rows, Memory]]:
        self.store.require()
        if as_of is not None:
            memory = Memory(self.store, as_of)
            yield MemoryRows(memory), memory
            return
        with self.sheets.current() as connection:
            yield SheetRows(connection, self.store.ledger), Memory(self.store)


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


def _notes(recorded: Recorded) -> Iterator[Note]:
    event = recorded.event
    if isinstance(event, NoticeIssued) and event.late:
        yield Note("notice_late", {"notice": event.notice, "month": event.month})
    if isinstance(event, MonthClosed) and event.late:
        yield Note("close_late", {"month": event.month, "site": event.site, "on": event.on})
