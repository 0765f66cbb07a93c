"""Which few causes make most of the notices: a pure function of a key and points for each (appraisal §9.2; 篇3 4.1.6)."""

from collections.abc import Iterable
from typing import NamedTuple

_VITAL_BELOW = 80


class ParetoRow(NamedTuple):
    """A key with its counts; `share` and `cumulative` in tenths of a percent of all notices.

    `vital`: of those before it the cumulative share is under 80 percent.
    """

    key: str
    notices: int
    points: int
    share: int
    cumulative: int
    vital: bool


def pareto(counted: Iterable[tuple[str, int]]) -> list[ParetoRow]:
    """The rows, by notices and points, both falling, then by key. Each notice is a key and its points."""
    by_key: dict[str, list[int]] = {}
    for key, points in counted:
        by_key.setdefault(key, []).append(points)
    total = sum(map(len, by_key.values()))
    rows: list[ParetoRow] = []
    before = 0
    for key in sorted(by_key, key=lambda key: (-len(by_key[key]), -sum(by_key[key]), key)):
        notices = len(by_key[key])
        vital = 100 * before < _VITAL_BELOW * total
        share, cumulative = _tenths(notices, total), _tenths(before + notices, total)
        rows.append(ParetoRow(key, notices, sum(by_key[key]), share, cumulative, vital))
        before += notices
    return rows


def _tenths(part: int, whole: int) -> int:
    """Tenths of a percent, half up."""
    return (2_000 * part + whole) // (2 * whole)
