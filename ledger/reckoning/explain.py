"""Why a figure is what it is: the month as figures, each the sum of its lines, each line with its causes (law 4).

It walks the entries that made the figures; what it says cannot differ from what the reports show.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal

from ledger.policy.model import Policy
from ledger.reckoning.entries import Entry, Share, positions
from ledger.reckoning.facts import EmployeeFacts, NoticeFact
from ledger.reckoning.reckon import Cell, contested_performance, performance_notices
from ledger.reckoning.tally import Tally, tally

Unit = Literal["fen", "points", "count", "code"]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a figure: what it adds, by which rule, and what it rests on.

    `amount` is in the figure's unit and adds up to it; `of` names a figure that the line carries over.
    `clause` is the source of `rule`, a key path in policy version `policy`; `reading` names a gap's reading.
    """

    amount: int
    policy: str
    rule: str
    clause: str
    rests_on: tuple[int, ...]
    notice: str | None = None
    reward: str | None = None
    employee: str | None = None
    of: str | None = None
    status: str | None = None
    reading: str | None = None
    check: str | None = None


@dataclass(frozen=True, slots=True)
class Explained:
    """A figure of a month and its lines. For a `code` (a band, yes or no) the lines say what it rests on."""

    figure: str
    unit: Unit
    value: int | str
    lines: tuple[Line, ...]


_SIGNS: Final = {"base_fine": 1, "surcharge": 1, "shifted": -1, "no_worse": -1, "joint_liability": 1}


def explain(
    cell: Cell, borne: Iterable[Share], facts: EmployeeFacts, policy: Policy, closed_by: int | None
) -> tuple[Explained, ...]:
    """Every figure of a month. `borne`: the shares the employee bears; `closed_by`: the close that made notices late."""
    counted = tally(facts.notices_of(cell.month), policy)
    shares = tuple(borne)
    figures = [
        *_points(counted, policy, closed_by),
        *(_money(cell, figure) for figure in ("base_fine", "surcharge", "shifted", "no_worse")),
        _joint(shares),
    ]
    deduction = _deduction(figures, policy)
    return (
        deduction,
        *figures,
        *_codes(cell, counted, policy),
        *_performance(cell, facts, policy),
    )


def _points(counted: Tally, policy: Policy, closed_by: int | None) -> Iterable[Explained]:
    rule = policy.schemes.service_quality

    def points(
        figure: str, notices: Iterable[NoticeFact], source: str, also: tuple[int, ...] = ()
    ) -> Explained:
        lines = tuple(
            Line(
                amount=notice.points,
                policy=policy.version,
                rule="schemes.service_quality",
                clause=source,
                rests_on=positions([notice.positions, also]),
                notice=notice.notice,
            )
            for notice in notices
        )
        return Explained(figure, "points", sum(line.amount for line in lines), lines)

    yield points("points", counted.timely, rule.source)
    closed = () if closed_by is None else (closed_by,)
    yield points("late_points", counted.late, rule.late_source, closed)
    yield points("contested_points", counted.contested, policy.appeals.source)
    if counted.unserved:
        yield points("unserved_points", counted.unserved, policy.notices.source or "")


def _line(entry: Entry, amount: int) -> Line:
    return Line(
        amount=amount,
        policy=entry.policy,
        rule=entry.rule,
        clause=entry.clause,
        rests_on=entry.rests_on,
        notice=entry.notice,
        reward=entry.reward,
        reading=entry.reading,
    )


def _money(cell: Cell, figure: str) -> Explained:
    lines = tuple(_line(entry, entry.amount_fen) for entry in cell.entries if entry.figure == figure)
    return Explained(figure, "fen", sum(line.amount for line in lines), lines)


def _joint(shares: tuple[Share, ...]) -> Explained:
    """Each share that falls on the employee; one that is contested or lapsed stands with nothing."""
    lines = tuple(
        Line(
            amount=share.share_fen if share.status == "enforceable" else 0,
            policy=share.entry.policy,
            rule=share.entry.rule,
            clause=share.entry.clause,
            rests_on=share.entry.rests_on,
            notice=share.notice,
            employee=share.employee,
            status=share.status,
            reading=share.entry.reading,
        )
        for share in shares
    )
    return Explained("joint_liability", "fen", sum(line.amount for line in lines), lines)


def _deduction(figures: Iterable[Explained], policy: Policy) -> Explained:
    lines = tuple(
        Line(
            amount=_SIGNS[figure.figure] * int(figure.value),
            policy=policy.version,
            rule="deduction",
            clause="reading 18",
            rests_on=positions(line.rests_on for line in figure.lines),
            of=figure.figure,
        )
        for figure in figures
        if figure.figure in _SIGNS and figure.value
    )
    return Explained("deduction", "fen", sum(line.amount for line in lines), lines)


def _codes(cell: Cell, counted: Tally, policy: Policy) -> Iterable[Explained]:
    """The band, what it opens, the repeats and the posting: what they say and what they rest on."""
    points = cell.points
    band = policy.band_rule(points)
    if band is not None:
        index = policy.bands.index(band)
        rule, clause, reading = f"bands.{index}", band.source, band.reading
    else:
        rule, clause, reading = "surcharge", policy.surcharge.source, None

    def code(figure: str, value: str, lines: tuple[Line, ...]) -> Explained:
        return Explained(figure, "code", value, lines)

    def line(rule: str, clause: str, rests_on: tuple[int, ...], reading: str | None = None) -> Line:
        return Line(points, policy.version, rule, clause, rests_on, reading=reading)

    in_band = (line(rule, clause, counted.rests_on, reading),) if cell.band != "none" else ()
    yield code("band", cell.band, in_band)
    yield code("sanction_due", cell.sanction_due or "none", in_band if cell.sanction_due else ())
    repeated = tuple(
        Line(
            amount=sum(1 for notice in counted.timely if notice.clause == clause_code),
            policy=policy.version,
            rule="repeats",
            clause=policy.repeats.source,
            rests_on=positions(n.positions for n in counted.timely if n.clause == clause_code),
            of=clause_code,
        )
        for clause_code in cell.repeats
    )
    yield code("repeats", " ".join(cell.repeats) or "none", repeated)
    posted: tuple[Line, ...] = ()
    if cell.public:
        posted = (line("public_list", policy.public_list.source, counted.rests_on), *repeated)
    yield code("public", "yes" if cell.public else "no", posted)


def _performance(cell: Cell, facts: EmployeeFacts, policy: Policy) -> Iterable[Explained]:
    def points(
        figure: str, found: Iterable[tuple[int, str | None, str | None, tuple[int, ...]]], source: str
    ) -> Explained:
        lines = tuple(
            Line(amount, policy.version, figure, source, rests_on, notice=notice, reward=reward)
            for amount, notice, reward, rests_on in found
        )
        return Explained(figure, "points", sum(line.amount for line in lines), lines)

    notices = performance_notices(facts.notices_of(cell.month), policy)
    charged = ((n.points, n.notice, None, n.positions) for n in notices)
    granted = ((r.points, None, r.reward, r.positions) for r in facts.rewards_of(cell.month))
    yield points("deduction_points", charged, policy.schemes.performance.source)
    waiting = contested_performance(facts.notices_of(cell.month))
    if waiting:
        lines = ((n.points, n.notice, None, n.positions) for n in waiting)
        yield points("performance_contested", lines, policy.appeals.source)
    yield points("reward_points", granted, policy.rewards.source)
    yield _money(cell, "performance")
