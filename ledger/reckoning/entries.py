"""A figure is a sum of entries; an entry names its amount, its rule and what it rests on (law 4).

Both come by the million, and are structs as the facts are.
"""

from collections.abc import Iterable
from datetime import date
from typing import Final, Literal, get_args

from msgspec import Struct

Figure = Literal["base_fine", "surcharge", "shifted", "no_worse", "joint_liability", "performance"]
FIGURES: Final[tuple[Figure, ...]] = get_args(Figure)
ShareStatus = Literal["enforceable", "contested", "lapsed"]
ShareGround = Literal["finding", "repeat"]


class Entry(Struct, frozen=True, gc=False):
    """One accounting line of a cell.

    `amount_fen` counts towards the figure of that name; `rule` is the key path in the policy `policy`, `clause`
    its source; `rests_on` are positions of events; `reading` names the reading of a gap where one was needed.
    """

    figure: Figure
    amount_fen: int
    policy: str
    rule: str
    clause: str
    rests_on: tuple[int, ...]
    notice: str | None = None
    reward: str | None = None
    reading: str | None = None


class Share(Struct, frozen=True, gc=False):
    """The part of a joint notice's fine that leaves the employee (篇3 4.2.6, 4.2.7).

    `supervisor` bears it; None: the place was vacant. `ground` is `finding` where both apply.
    `arose_on` opens the supervisor's window to appeal.
    """

    notice: str
    employee: str
    month: str
    supervisor: str | None
    ground: ShareGround
    share_fen: int
    status: ShareStatus
    arose_on: date
    arose_at: int
    entry: Entry


def total(entries: Iterable[Entry], figure: Figure) -> int:
    """The sum of a figure's entries, in fen."""
    return sum(entry.amount_fen for entry in entries if entry.figure == figure)


def totals(entries: Iterable[Entry]) -> dict[Figure, int]:
    """The sums of all figures, in fen; 0 where a figure has no entry."""
    sums = dict.fromkeys(FIGURES, 0)
    for entry in entries:
        sums[entry.figure] += entry.amount_fen
    return sums


def positions(groups: Iterable[Iterable[int]]) -> tuple[int, ...]:
    """Positions of several causes as one sorted tuple, each once."""
    return tuple(sorted(set().union(*groups)))
