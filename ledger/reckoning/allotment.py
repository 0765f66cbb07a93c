"""Which pay items a run's deduction is made of: the pure allocation behind a payroll hand-off (finance §12).

A run holds one amount a person, a payroll program wants one a component. Each person has open items. A close adds its lines
and the differences carried into it; credits are taken in full, debits from the oldest on until they sum to what the run
deducts, and the rest stays open. So Σ taken = deducted, Σ rest = carried, and nothing negative is ever left open.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from ledger.terms import COMPONENTS, Component


@dataclass(frozen=True, slots=True)
class Item:
    """What one close made due of one person for one obligation month and component; `close` is the month closed. Fen."""

    obligation_month: str
    component: Component
    close: str
    amount_fen: int


@dataclass(frozen=True, slots=True)
class Run:
    """One person in one close: its lines, the differences carried into it ((month, fen)), and what it deducts. Fen."""

    month: str
    lines: tuple[Item, ...]
    deducted_fen: int
    differences: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Allotment:
    """The items a run takes and those it leaves open, each in the order of finance §12."""

    month: str
    taken: tuple[Item, ...]
    rest: tuple[Item, ...]

    def of(self, component: Component) -> int:
        """What the run takes of one component, in fen."""
        return sum(item.amount_fen for item in self.taken if item.component == component)

    @property
    def carried_fen(self) -> int:
        """What stays open for the next run, in fen."""
        return sum(item.amount_fen for item in self.rest)


def allotments(runs: Iterable[Run]) -> Iterator[Allotment]:
    """One person's runs, in the order of their closes, each with the items it takes and leaves open.

    ValueError where a run deducts more than is open, or leaves a credit open: no run of `reckoning.payroll` does.
    """
    before: dict[str, Allotment] = {}
    rest: tuple[Item, ...] = ()
    for run in runs:
        carried = [
            replace(item, close=run.month)
            for month, amount_fen in run.differences
            for item in difference_items(before[month].taken if month in before else (), month, amount_fen)
        ]
        allotment = allot(run.month, [*rest, *run.lines, *carried], run.deducted_fen)
        before[run.month], rest = allotment, allotment.rest
        yield allotment


def allot(month: str, open_items: Iterable[Item], deducted_fen: int) -> Allotment:
    """Takes open items until they sum to `deducted_fen`; the last one is split where it must be. ValueError as above."""
    items = sorted((item for item in open_items if item.amount_fen), key=_order)
    wanted = deducted_fen - sum(item.amount_fen for item in items if item.amount_fen < 0)
    taken: list[Item] = []
    rest: list[Item] = []
    for item in items:
        part = item.amount_fen if item.amount_fen < 0 else max(0, min(item.amount_fen, wanted))
        if part:
            taken.append(replace(item, amount_fen=part))
        if part != item.amount_fen:
            rest.append(replace(item, amount_fen=item.amount_fen - part))
        wanted -= max(0, part)
    if wanted:
        raise ValueError(f"{month}: {deducted_fen} fen cannot be made of what is open")
    return Allotment(month, tuple(taken), tuple(rest))


def difference_items(taken: Sequence[Item], month: str, amount_fen: int) -> tuple[Item, ...]:
    """A difference carried from a month, as items: by what was not taken, the last of the run first.

    A return says one amount a person. Pay covers the oldest item first, so what is short is the youngest; what was
    taken too much goes back the same way. What the run's own items do not explain is `own` of that month.
    """
    made: list[Item] = []
    left = amount_fen
    for item in reversed(taken):
        part = min(left, max(0, item.amount_fen)) if left > 0 else max(left, -abs(item.amount_fen))
        if part:
            made.append(replace(item, amount_fen=part))
            left -= part
    if left:
        made.append(Item(month, "own", month, left))
    return tuple(reversed(made))


def _order(item: Item) -> tuple[str, int, str]:
    """Oldest obligation first, own before joint before performance, earlier closes first."""
    return item.obligation_month, COMPONENTS.index(item.component), item.close
