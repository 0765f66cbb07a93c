"""What a close hands to payroll, as sheets: what to take of each person, the lines behind it, and how to check it (§12).

Nothing is decided here. Names and departments are those of the month's last day; explanations are made of codes only.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal

from ledger.aggregates.employee_state import EmployeeState
from ledger.events import Recorded
from ledger.events.months import MonthClosed, PayrollLine, RunLine
from ledger.exports.table import Column, Table, Value
from ledger.formats import masked, plain
from ledger.labels.messages import Labels
from ledger.reckoning.allotment import Allotment, Item, Run, allotments
from ledger.state.ledger_state import LedgerState
from ledger.terms import COMPONENTS, format_money, last_day

Names = Literal["none", "masked", "full"]

FORMAT: Final = "kaoji.payroll/v1"
_PAY: Final = (
    *(("employee", "id"), ("name", "text"), ("department", "text"), ("month", "month")),
    *(("own", "money"), ("joint", "money"), ("performance", "money"), ("deducted", "money")),
    *(("carried_before", "money"), ("brought", "money"), ("due", "money"), ("carried", "money")),
    *(("remark", "text"), ("actual", "money"), ("why_otherwise", "text")),
)
_LINES: Final = (
    *(("employee", "id"), ("name", "text"), ("department", "text"), ("obligation_month", "month")),
    *(("component", "text"), ("sources", "text"), ("amount", "money"), ("adjustment", "text")),
    *(("because_words", "text"), ("because", "text")),
)


@dataclass(frozen=True, slots=True)
class Handoff:
    """The sheets of a close, whose names are in them, and what the file is known by."""

    pay: Table
    lines: Table
    control: Table
    people: tuple[str, ...]
    close: MonthClosed


def handoff(
    ledger_state: LedgerState, recorded: Recorded, names: Names, labels: Labels, checkpoint: str | None
) -> Handoff:
    """The sheets of a close. `checkpoint`: the earliest stored one that covers it, as told; None where there is none."""
    close = recorded.event
    assert isinstance(close, MonthClosed)
    maker = _Maker(ledger_state, close, names, labels)
    people = tuple(sorted({line.employee for line in close.run} | {line.employee for line in close.lines}))
    return Handoff(
        pay=Table(labels.title("handoff-pay"), _columns(_PAY, labels), maker.pay()),
        lines=Table(labels.title("handoff-lines"), _columns(_LINES, labels), maker.lines()),
        control=Table(
            labels.title("handoff-control"),
            (Column(labels.heading("control_item")), Column(labels.heading("control_value"), "id")),
            _control(ledger_state, recorded, close, labels, checkpoint),
        ),
        people=people,
        close=close,
    )


def _columns(keys: Iterable[tuple[str, str]], labels: Labels) -> tuple[Column, ...]:
    return tuple(Column(labels.heading(f"handoff_{key}"), kind) for key, kind in keys)  # type: ignore[arg-type]


class _Maker:
    def __init__(self, ledger_state: LedgerState, close: MonthClosed, names: Names, labels: Labels) -> None:
        self._state = ledger_state
        self._close = close
        self._names = names
        self._labels = labels

    def pay(self) -> list[list[Value]]:
        """A row for each person of the run, by staff number."""
        before = self._before()
        carried = {} if before is None else {line.employee: line.carried_fen for line in before.run}
        return [self._pay_row(run, carried.get(run.employee, 0)) for run in self._close.run]

    def _pay_row(self, run: RunLine, carried_before: int) -> list[Value]:
        allotment = self._allotment(run.employee)
        return [
            *self._who(run.employee),
            self._close.month,
            *(allotment.of(component) for component in COMPONENTS),
            run.deducted_fen,
            carried_before,
            run.brought_fen,
            run.due_fen,
            run.carried_fen,
            self._remark(run, carried_before),
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
        words = "；" if labels.language != "en" else "; "
        told = [
            labels.say("handoff_because", event=labels.word(e.event.kind), position=e.position)
            for e in events
        ]
        return [
            *self._who(line.employee),
            line.obligation_month,
            labels.heading(f"handoff_{line.component}"),
            " ".join(sources) or None,
            line.amount_fen,
            labels.word("yes") if line.adjustment else None,
            words.join(told) if line.adjustment and told else None,
            " ".join(map(str, line.because)) or None,
        ]

    def _who(self, employee: str) -> tuple[Value, Value, Value]:
        state, day = self._state.employee(employee), last_day(self._close.month)
        department = state.departments.on(day) or state.departments.last()
        if self._names == "none":
            return employee, None, department
        name = state.names.on(day) or state.name
        return employee, masked(name) if self._names == "masked" else name, department

    def _remark(self, run: RunLine, carried_before: int) -> str | None:
        """What is to be known of somebody's amounts, from codes and figures only."""
        labels, state = self._labels, self._state.employee(run.employee)
        said = []
        if state.departed_on is not None and state.departed_on <= self._close.on:
            said.append(labels.say("handoff_departed", on=state.departed_on))
        if carried_before:
            said.append(labels.say("handoff_carried_before", amount=format_money(carried_before)))
        if run.brought_fen:
            said.append(labels.say("handoff_brought", amount=format_money(run.brought_fen)))
        if run.carried_fen:
            told = {"taken": format_money(run.deducted_fen), "carried": format_money(run.carried_fen)}
            said.append(labels.say("handoff_guarded", **told))
        return ("；" if labels.language != "en" else "; ").join(said) or None

    def _before(self) -> MonthClosed | None:
        closes = [each for each in self._state.closes(self._close.site) if each.month < self._close.month]
        return closes[-1] if closes else None

    def _allotment(self, employee: str) -> Allotment:
        """What the run of this close takes of each component."""
        found = list(allotments(runs_of(self._state, self._state.employee(employee), self._close)))
        return found[-1]


def runs_of(ledger_state: LedgerState, state: EmployeeState, until: MonthClosed) -> list[Run]:
    """One person's runs up to a close, each with its lines and the differences carried into it."""
    closes = [each for each in ledger_state.closes(until.site) if each.month <= until.month]
    places = [ledger_state.first_close_of(close.site, close.month) for close in closes]
    brought: defaultdict[str, list[tuple[str, int]]] = defaultdict(list)
    for each in state.settlements:
        into = next(
            (
                c.month
                for c, at in zip(closes, places, strict=True)
                if at is not None and at.position > each.position
            ),
            None,
        )
        if each.how == "carry" and into is not None:
            brought[into].append((each.month, each.amount_fen))
    return [
        Run(
            close.month,
            tuple(
                Item(line.obligation_month, line.component, close.month, line.amount_fen)
                for line in close.lines
                if line.employee == state.employee
            ),
            sum(line.deducted_fen for line in close.run if line.employee == state.employee),
            tuple(brought[close.month]),
        )
        for close in closes
    ]


def _sources(recorded: Recorded) -> Iterable[str]:
    """The notice, appeal or reward an event is about."""
    for field in ("notice", "appeal", "reward"):
        name = getattr(recorded.event, field, None)
        if name is not None:
            yield name
            return


def _control(
    ledger_state: LedgerState, recorded: Recorded, close: MonthClosed, labels: Labels, checkpoint: str | None
) -> list[list[Value]]:
    hashes = ledger_state.log.hashes([recorded.position])
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
        "position": str(recorded.position),
        "event_hash": hashes[recorded.position],
        "checkpoint": checkpoint or labels.say("handoff_unsigned"),
    }
    return [[plain(labels.heading(f"control_{name}")), value] for name, value in values.items()]
