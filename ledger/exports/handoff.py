"""What a close hands to payroll, as sheets: what to take of each person, the lines behind it, and how to check it (§12).

Nothing is decided here. Names and departments are those of the month's last day; explanations are made of codes only.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal

from ledger.aggregates.employee.pay_returns import SettlementState, carried_on
from ledger.events import Recorded
from ledger.events.months import MonthClosed, PayrollLine, RunLine
from ledger.exports import because
from ledger.exports.table import Column, Table, Value
from ledger.labels.messages import Labels
from ledger.reckoning.allotment import Item, Run, allotments
from ledger.state.handed_over import HandedOver
from ledger.state.ledger_state import LedgerState
from ledger.terms import COMPONENTS, format_money, last_day
from ledger.texts import masked

Names = Literal["none", "masked", "full"]

FORMAT: Final = "kaoji.payroll/v1"
PAY: Final = (
    *(("employee", "id"), ("name", "text"), ("department", "text"), ("month", "month")),
    *(("own", "money"), ("joint", "money"), ("performance", "money"), ("deducted", "money")),
    *(("carried_before", "money"), ("brought", "money"), ("due", "money"), ("carried", "money")),
    *(("remark", "text"), ("actual", "money"), ("why_otherwise", "text")),
)
LINES: Final = (
    *(("employee", "id"), ("name", "text"), ("department", "text"), ("obligation_month", "month")),
    *(("component", "text"), ("sources", "text"), ("amount", "money"), ("adjustment", "text")),
    *(("because_words", "text"), ("because", "text")),
)


@dataclass(frozen=True, slots=True)
class Handoff:
    """The sheets of a close, whose names are in them, and what the file is known by. `mapped`: by a company's mapping.

    `note`: the checkpoint that the control sheet names, to be kept once the sheets are written.
    """

    pay: Table
    lines: Table
    control: Table
    mapped: Table | None
    people: tuple[str, ...]
    close: MonthClosed
    note: bytes | None = None


def handoff(
    ledger_state: LedgerState,
    placed: tuple[int, MonthClosed],
    names: Names,
    labels: Labels,
    note: bytes | None,
    mapping: str | None = None,
) -> Handoff:
    """The sheets of a close and its position. `note`: a checkpoint that covers it; None: there is none.

    `mapping`: name and digest of the mapping file that the sheets are handed over with.
    """
    position, close = placed
    maker = _Maker(ledger_state, placed, names, labels)
    people = tuple(sorted({line.employee for line in close.run} | {line.employee for line in close.lines}))
    return Handoff(
        pay=Table(labels.title("handoff-pay"), _columns(PAY, labels), maker.pay()),
        lines=Table(labels.title("handoff-lines"), _columns(LINES, labels), maker.lines()),
        control=Table(
            labels.title("handoff-control"),
            (Column(labels.heading("control_item")), Column(labels.heading("control_value"), "id")),
            _control(ledger_state, position, close, labels, note, mapping),
        ),
        mapped=None,
        people=people,
        close=close,
        note=note,
    )


def _columns(keys: Iterable[tuple[str, str]], labels: Labels) -> tuple[Column, ...]:
    return tuple(Column(labels.heading(f"handoff_{key}"), kind) for key, kind in keys)  # type: ignore[arg-type]


class _Maker:
    def __init__(
        self, ledger_state: LedgerState, placed: tuple[int, MonthClosed], names: Names, labels: Labels
    ) -> None:
        self._state = ledger_state
        self._position, self._close = placed
        self._names = names
        self._labels = labels

    def pay(self) -> list[list[Value]]:
        """A row for each person of the run, by staff number."""
        made = PersonalRuns(self._state)
        return [self._pay_row(run, made) for run in self._close.run]

    def _pay_row(self, run: RunLine, made: "PersonalRuns") -> list[Value]:
        since, carried_before = made.before(run.employee, self._position)
        settled = carried_on(self._state.employee(run.employee), since, self._position)
        allotment = list(allotments(made.of(run.employee, self._position)))[-1]
        return [
            *self._who(run.employee),
            self._close.month,
            *(allotment.of(component) for component in COMPONENTS),
            run.deducted_fen,
            carried_before,
            run.brought_fen,
            run.due_fen,
            run.carried_fen,
            self._remark(run, carried_before, settled),
            None,
            None,
        ]

    def lines(self) -> list[list[Value]]:
        """A row for each line, in the order of the close."""
        return [self._line_row(line) for line in self._close.lines]

    def _line_row(self, line: PayrollLine) -> list[Value]:
        labels = self._labels
        events = self._state.log.at(line.because)
        sources = sorted({name for each in events for name in _sources(each)})
        told = [because.told(each, labels) for each in events]
        return [
            *self._who(line.employee),
            line.obligation_month,
            labels.heading(f"handoff_{line.component}"),
            " ".join(sources) or None,
            line.amount_fen,
            labels.word("yes") if line.adjustment else None,
            because.listed(told, labels) if line.adjustment else None,
            " ".join(map(str, line.because)) or None,
        ]

    def _who(self, employee: str) -> tuple[Value, Value, Value]:
        state, day = self._state.employee(employee), last_day(self._close.month)
        department = state.departments.on(day) or state.departments.last()
        if self._names == "none":
            return employee, None, department
        name = state.names.on(day) or state.name
        return employee, masked(name) if self._names == "masked" else name, department

    def _remark(self, run: RunLine, carried_before: int, settled: Iterable[SettlementState]) -> str | None:
        """What is to be known of somebody's amounts, from codes and figures only."""
        labels, state = self._labels, self._state.employee(run.employee)
        said = []
        if state.departed_on is not None and state.departed_on <= self._close.on:
            said.append(labels.say("handoff_departed", on=state.departed_on))
        if carried_before:
            said.append(labels.say("handoff_carried_before", amount=format_money(carried_before)))
        for each in settled:
            key = "handoff_brought" if each.amount_fen > 0 else "handoff_brought_back"
            said.append(labels.say(key, month=each.month, amount=format_money(abs(each.amount_fen))))
        if run.carried_fen:
            told = {"taken": format_money(run.deducted_fen), "carried": format_money(run.carried_fen)}
            said.append(labels.say("handoff_guarded", **told))
        return because.listed(said, labels)


class PersonalRuns:
    """Everybody's runs up to a close, also those of another site somebody came from; each close is read through once."""

    def __init__(self, ledger_state: LedgerState) -> None:
        self._state = ledger_state
        self._handed = HandedOver(ledger_state)
        self._by_person: dict[int, tuple[dict[str, list[PayrollLine]], dict[str, RunLine]]] = {}

    def before(self, employee: str, position: int) -> tuple[int, int]:
        """Where the latest close stands that reckoned somebody before a position, and what it carried on, in fen."""
        found = self._handed.before(employee, position)
        if found is None:
            return 0, 0
        _, runs = self._of_close(*found)
        return found[0], runs[employee].carried_fen if employee in runs else 0

    def of(self, employee: str, until: int) -> list[Run]:
        """Somebody's runs up to a position, each with its lines and the differences carried into it."""
        state, since, found = self._state.employee(employee), 0, list[Run]()
        for position, close in self._handed.closes(employee, until):
            lines, runs = self._of_close(position, close)
            if (run := runs.get(employee)) is not None:
                items = [
                    Item(line.obligation_month, line.component, close.month, line.amount_fen)
                    for line in lines.get(employee, ())
                ]
                brought = [(each.month, each.amount_fen) for each in carried_on(state, since, position)]
                found.append(Run(close.month, tuple(items), run.deducted_fen, tuple(brought)))
            since = position
        return found

    def _of_close(
        self, position: int, close: MonthClosed
    ) -> tuple[dict[str, list[PayrollLine]], dict[str, RunLine]]:
        if position not in self._by_person:
            lines: defaultdict[str, list[PayrollLine]] = defaultdict(list)
            for line in close.lines:
                lines[line.employee].append(line)
            self._by_person[position] = lines, {run.employee: run for run in close.run}
        return self._by_person[position]


def _sources(recorded: Recorded) -> Iterable[str]:
    """The notice, appeal or reward an event is about."""
    for field in ("notice", "appeal", "reward"):
        name = getattr(recorded.event, field, None)
        if name is not None:
            yield name
            return


def _control(
    ledger_state: LedgerState,
    position: int,
    close: MonthClosed,
    labels: Labels,
    note: bytes | None,
    mapping: str | None,
) -> list[list[Value]]:
    hashes = ledger_state.log.hashes([position])
    values = {
        "format": FORMAT,
        "site": close.site,
        "month": close.month,
        "closed_on": close.on.isoformat(),
        "late": labels.word("yes" if close.late else "no"),
        "people": str(len(close.run)),
        "lines": str(len(close.lines)),
        "total": format_money(close.total_fen),
        "deducted": format_money(sum(line.deducted_fen for line in close.run)),
        "carried": format_money(sum(line.carried_fen for line in close.run)),
        "digest": close.digest,
        "ledger": ledger_state.log.identity(),
        "position": str(position),
        "event_hash": hashes[position],
        "checkpoint": _in_a_cell(note) or labels.say("handoff_unsigned"),
        "mapping": mapping or "–",
    }
    return [[labels.heading(f"control_{name}"), value] for name, value in values.items()]


def _in_a_cell(note: bytes | None) -> str | None:
    """Size, root and first signature of a checkpoint."""
    if note is None:
        return None
    _, size, root, *rest = note.decode().splitlines()
    return " ".join([size, root, *(line for line in rest if line.startswith("—"))][:3])


def checkpoint_of(origin: str, cell: str) -> bytes:
    """The checkpoint that a cell of the control sheet names, with its first signature alone; nonsense for other text."""
    size, root, signature = (*cell.split(" ", 2), "", "", "")[:3]
    return f"{origin}\n{size}\n{root}\n\n{signature}\n".encode()
