"""What is decided of people of whom some months were read is what all their years give: same events, same refusals."""

import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.application.ledger import Ledger
from ledger.application.recording import recording
from ledger.application.recording.command_reader import parse_command
from ledger.errors import LedgerError
from ledger.review import explanation, what_if
from ledger.state.ledger_state import LedgerState
from tests.laws.test_age import at, evening, recorded, whole
from tests.laws.test_laws import law
from tests.support.generator import MONTHS, START, Move, Teller, moves, office_commands
from tests.support.office import lines

Told = tuple[list[Any], list[Any]]
Asked = Callable[..., frozenset[str] | None]


class Bold(Teller):
    """Remembers what was refused, too."""

    def __init__(self, log: Any) -> None:
        super().__init__(log)
        self.tried: list[tuple[Any, dict[str, Any]]] = []

    def say(self, command: dict[str, Any]) -> bool:
        """As the teller does."""
        self.tried.append((self.today, command))
        return super().say(command)


def outcome(ledger: Ledger, commands: Sequence[dict[str, Any]]) -> Told:
    """What a file comes to: its events and what is said of them, or the refusals."""
    try:
        applied = ledger.record.apply(lines(list(commands)))
    except LedgerError as error:
        faults = (error, *error.others)
        return [], [(fault.code, fault.fields, fault.place) for fault in faults]
    events = [
        (r.position, r.stream, r.version, r.step, r.subject, r.event.model_dump(exclude=_sealed(r.event)))
        for r in applied.events
    ]
    return events, [(note.code, note.fields) for note in applied.notes]


def tried(ledger: Ledger, command: dict[str, Any]) -> Any:
    """What a command would come to if it were typed by hand, and what it would change; or why it is refused."""
    try:
        applied = ledger.record.execute(parse_command(command), dry_run=True)
    except LedgerError as error:
        return error.code, error.fields
    assert applied.impact is not None
    return [r.event.model_dump(exclude=_sealed(r.event)) for r in applied.events], applied.impact.values()


def _sealed(event: Any) -> set[str]:
    """Fields that are sealed under a key of the ledger's own."""
    return set(type(event).personal_fields())


@contextmanager
def opened(clock: list[Any]) -> Iterator[Ledger]:
    with (
        tempfile.TemporaryDirectory(prefix="kaoji-law-") as folder,
        Ledger(f"sqlite:///{folder}/kaoji.db", now=lambda: clock[0], operator=lambda: "tester") as ledger,
    ):
        ledger.record.apply(lines(list(office_commands())))
        yield ledger


def files(base: Ledger, story: Sequence[Move]) -> Iterator[tuple[Any, list[dict[str, Any]]]]:
    """The commands of a story, refused ones among them, each a file of its own; some with the ones before of their day."""
    teller = Bold(base.log)
    for move in story:
        teller.make(move)
    before: list[dict[str, Any]] = []
    for number, (day, command) in enumerate(teller.tried):
        before.append(command)
        if number % 3:
            yield day, before
            before = []
    if before:
        yield day, before


@given(st.data())
@law
def test_whatever_months_are_read_first_the_same_is_decided(base: Ledger, data: st.DataObject) -> None:
    story = data.draw(moves(10, 60))
    clock = [evening(START)]
    kept = recording.months_asked
    with opened(clock) as one, opened(clock) as other, pytest.MonkeyPatch.context() as patched:
        for day, commands in files(base, story):
            clock[0] = max(clock[0], evening(day + timedelta(days=35)))
            guessed = data.draw(st.none() | st.frozensets(st.sampled_from(MONTHS), max_size=3))
            patched.setattr(recording, "months_asked", kept if guessed is None else lambda *_, g=guessed: g)
            found = tried(one, commands[0]), outcome(one, commands)
            patched.setattr(recording, "months_asked", lambda *_: None)
            assert found == (tried(other, commands[0]), outcome(other, commands)), commands
        assert {fault.code for fault in one.proofs.verify(deep=True).faults} == set()


@given(st.data())
@law
def test_what_is_explained_and_imagined_is_what_all_years_give(base: Ledger, data: st.DataObject) -> None:
    with recorded(base, data) as ledger:
        for position in at(ledger, data):
            everything = whole(ledger, position)
            for employee in everything.everybody():
                for month in MONTHS:
                    found = explanation.explanation(LedgerState(ledger.log, position), employee, month)
                    assert found == explanation.explanation(everything, employee, month), (employee, month)
            for name in ledger.log.registry.ids("appeal", None, position):
                for outcome in ("dismissed", "revoked"):
                    remedies = [what_if.Remedy(name, outcome)]
                    one = imagined(LedgerState(ledger.log, position), remedies, ledger)
                    assert one == imagined(whole(ledger, position), remedies, ledger), (name, outcome)


def imagined(state: LedgerState, remedies: Sequence[what_if.Remedy], ledger: Ledger) -> Any:
    """What remedies would change, or why they cannot be."""
    try:
        return what_if.on(state, remedies, [], ledger.now()).values()
    except LedgerError as error:
        return error.code, error.fields
