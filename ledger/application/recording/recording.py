"""Recording: a file of commands, or one typed by hand, in one write unit (law 8)."""

import gc
from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from copy import deepcopy
from itertools import chain
from tempfile import TemporaryDirectory
from typing import Any, Final

from ledger.application.recording import command_completion, command_reader
from ledger.application.recording.applied import Applied, Skip
from ledger.application.recording.command_completion import named_in
from ledger.application.recording.deciding import Deciding, Imagined
from ledger.application.recording.field_check import check_field
from ledger.application.recording.months_asked import months_asked
from ledger.application.recording.notes import NOTED, Note, empty_departments, notes
from ledger.application.recording.refused import Refused
from ledger.commands import Command, things_named
from ledger.errors import InputError, LedgerError, Refusal, raise_all
from ledger.events.evidence import EvidenceDiscarded
from ledger.events.notices import NoticeIssued
from ledger.review.impact import impact
from ledger.state.execution import Recorder, kept_digest, record
from ledger.state.ids import full_id
from ledger.state.ledger_state import LedgerState
from ledger.state.named import Thing
from ledger.store import registry_batch
from ledger.store.unit import Unit

_MOST_WITH_THE_LOCK: Final = 4
"""For so many things it is asked while the lock is taken where they live."""


class Recording(Deciding):
    """What inspectors, department heads and managers ask of a ledger."""

    def apply(self, lines: Iterable[bytes], dry_run: bool = False) -> Applied:
        """Records a whole command file, or nothing of it; commands recorded before are skipped.

        All faults are raised as one, each with its line: `LedgerError.others` (domain §10.1). A dry run says what would be
        recorded, and records nothing.
        """
        with _uncollected():
            return self._apply(lines, dry_run)

    def _apply(self, lines: Iterable[bytes], dry_run: bool) -> Applied:
        commands = deque(command_reader.read_lines(lines))
        if dry_run and not self.log.exists():
            return self._apply_elsewhere(commands)
        return self._apply_commands(commands, dry_run)

    def _apply_elsewhere(self, commands: deque[tuple[int, Command]]) -> Applied:
        """What a file would make of a ledger that is not there yet: tried on one that is thrown away."""
        with TemporaryDirectory() as folder, self._ledger.elsewhere(folder) as tried:
            return Recording(tried)._apply_commands(commands, dry_run=False)

    def _apply_commands(self, commands: deque[tuple[int, Command]], dry_run: bool) -> Applied:
        digests = [command.digest() for _, command in commands]
        with self.unit(dry_run) as (unit, ledger_state, hand):
            known = self.known(ledger_state, commands, digests)
            applied, refused = Applied(), Refused()
            skipped: list[tuple[int, Command, int]] = []
            seen: dict[str, int] = {}
            for digest in digests:
                # what is recorded is let go: its events hold as much again
                line, command = commands.popleft()
                first = seen.setdefault(digest, line)
                if first == line and digest in known:
                    skipped.append((line, command, known[digest]))
                    continue
                if refused.holds_up(command):
                    continue
                try:
                    if first != line:
                        raise InputError("command_twice", first=first)
                    self._record(unit, ledger_state, command, hand, applied, digest)
                except (InputError, Refusal) as error:
                    refused.take(command, error.at(line=line))
                except LedgerError as error:
                    raise error.at(line=line) from None
            raise_all(refused.faults, refused.resting)
            applied.notes.extend(empty_departments(ledger_state, applied.events))
            applied.skips = self._skips(skipped)
            applied.skipped = len(applied.skips)
            applied.position = unit.position
        if not dry_run:
            self._remove_discarded(applied)
        return applied

    def known(
        self, ledger_state: LedgerState, commands: Collection[tuple[int, Command]], digests: list[str]
    ) -> dict[str, int]:
        """The plain digests of those commands that equal one recorded before the file, and the position of that one.

        It asks all at once, and has the rest read that the others' decisions are going to ask: a file's own people and
        things are not in the log, so what is about them equals nothing there.
        """
        reading = ledger_state.reading
        if reading.is_empty:
            return {}
        named = [_needed(command) for _, command in commands]
        reading.find(chain.from_iterable(named))
        asked = (command for _, command in commands)
        ledger_state.begin_with(months_asked(self.log, asked, chain.from_iterable(named)))
        kept = [
            kept_digest(ledger_state, command, digest)
            for (_, command), digest in zip(commands, digests, strict=True)
        ]
        equal = registry_batch.equal_commands(self.log, filter(None, kept))
        known = {d: equal[k] for d, k in zip(digests, kept, strict=True) if k is not None and k in equal}
        new = (things for things, digest in zip(named, digests, strict=True) if digest not in known)
        reading.foresee(chain.from_iterable(new))
        reading.load_places(chain.from_iterable(command.seen() for _, command in commands))
        return known

    def execute(self, command: Command, dry_run: bool = False) -> Applied:
        """Records one command typed by hand: always new. A dry run shows its events and impact, and records nothing."""
        return self._by_hand(
            lambda ledger_state, hand: command, dry_run, things=_looked_for(things_named(command))
        )

    def typed(self, values: dict[str, Any], dry_run: bool = False, figures: bool = True) -> Applied:
        """The same for fields as typed: ids are numbered and completed, dates and site filled in.

        An erasure that was recorded, but whose key was left behind by a crash, is finished instead of refused. Without
        `figures` a dry run only says whether it would be recorded, and which events.
        """
        if values.get("do") == "erase_employee" and not dry_run and self.log.exists():
            employee = full_id(LedgerState(self.log), "employee", str(values.get("employee", "")), "employee")
            if employee in self.log.people.finish_erasures():
                note = Note("erasure_finished", {"employee": employee})
                return Applied(position=self.log.position(), notes=[note])
        return self._by_hand(
            lambda ledger_state, hand: command_reader.parse_command(
                command_completion.complete(deepcopy(values), ledger_state, hand)
            ),
            dry_run,
            values,
            figures,
            _looked_for(named_in(values)),
        )

    def check_field(self, do: str, path: tuple[str, ...], value: Any) -> str | None:
        """Looks at one field typed by hand by itself, and says whom it means; None: nobody, or there is no ledger yet.

        InputError, Unknown, Taken.
        """
        if not self.log.exists():
            return None
        with self._imagining() as (_, ledger_state, hand):
            return check_field(ledger_state, hand, do, path, value)

    def high_points(self, tried: Applied) -> list[tuple[int, int]]:
        """Of notices tried out: points that by themselves reach the dismissal band, each with where that begins."""
        found = []
        for event in (recorded.event for recorded in tried.events):
            if isinstance(event, NoticeIssued):
                state = LedgerState(self.log)
                policy = state.policy_of(state.employee(event.employee).site_in(event.month), event.month)
                starts = [band.from_points for band in policy.bands if band.band == "dismissal"]
                found += [(event.points, start) for start in starts if event.points >= start]
        return found

    def _by_hand(
        self,
        make: Callable[[LedgerState, Recorder], Command],
        dry_run: bool,
        given: Mapping[str, Any] | None = None,
        figures: bool = True,
        things: Sequence[Thing] = (),
    ) -> Applied:
        applied, months = Applied(), None
        with self._imagining() if dry_run else self._recording(True, things) as (unit, ledger_state, hand):
            command = make(ledger_state, hand)
            if dry_run:
                months = months_asked(self.log, [command], things_named(command))
                ledger_state.begin_with(months)
            digest = None if command.key is None else command.digest(given)
            applied.skips = self._sent_before(ledger_state, command, digest)
            applied.skipped = len(applied.skips)
            if not applied.skips:
                self._record(unit, ledger_state, command, hand, applied, digest)
                applied.notes.extend(empty_departments(ledger_state, applied.events))
            applied.position = unit.position
        if isinstance(unit, Unit):
            self.projections.kept.put(ledger_state, applied.position, unit.leaf_at(applied.position))
            self._remove_discarded(applied)
        elif figures:  # of where it was decided, whatever others recorded since
            position = applied.position - len(applied.events)
            before = LedgerState(self.log, position)
            before.begin_with(months)
            after = LedgerState(self.log, position, before)
            for recorded in applied.events:
                after.add(recorded)
            applied.impact = impact(before, after, applied.events)
        return applied

    def _remove_discarded(self, applied: Applied) -> None:
        """The sealed copies of files that were taken out go once that is recorded."""
        if any(recorded.event.kind == EvidenceDiscarded.kind for recorded in applied.events):
            from ledger.application.evidence_removal import remove_discarded

            remove_discarded(self.log, applied.events)

    def _sent_before(self, ledger_state: LedgerState, command: Command, digest: str | None) -> list[Skip]:
        """The command recorded before under the same key with the same fields, if there is one."""
        kept = None if digest is None else kept_digest(ledger_state, command, digest)
        if kept is None or ledger_state.reading.is_empty:
            return []
        equal = registry_batch.equal_commands(self.log, [kept])
        return [Skip(0, command.do, command.about(), equal[kept], None)] if kept in equal else []

    def _record(
        self,
        unit: "Unit | Imagined",
        ledger_state: LedgerState,
        command: Command,
        hand: Recorder,
        applied: Applied,
        digest: str | None = None,
    ) -> None:
        for recorded in record(ledger_state, command, unit.position, hand, digest):
            unit.append(recorded)
            applied.events.append(recorded)
            if recorded.event.kind in NOTED:
                applied.notes.extend(notes(ledger_state, recorded))
        applied.recorded += 1

    def _skips(self, skipped: list[tuple[int, Command, int]]) -> list[Skip]:
        latest = registry_batch.last_on_subjects(self.log, (command.about() for _, command, _ in skipped))
        return [
            Skip(line, command.do, subject, position, changed if changed > position else None)
            for line, command, position in skipped
            for subject in [command.about()]
            for changed in [latest.get(subject, 0)]
        ]


def _looked_for(named: Iterable[Thing]) -> list[Thing]:
    """The things of those named which only the registry knows of; of a command that names many it is asked one by one."""
    things = [(kind, name) for kind, name in named if kind not in ("employee", "site")]
    return things if len(things) <= _MOST_WITH_THE_LOCK else []


def _needed(command: Command) -> tuple[Thing, ...]:
    """The things a command names of which a decision asks more than where somebody belongs."""
    seen = {("employee", name) for name in command.seen()}
    return tuple(thing for thing in things_named(command) if thing not in seen)


@contextmanager
def _uncollected() -> Iterator[None]:
    """Without the search for cyclic garbage: a file makes none, and all it makes would be gone through again and again."""
    searching = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if searching:
            gc.enable()
