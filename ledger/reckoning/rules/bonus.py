"""The quarterly bonus 季度獎金 (篇4 4.4.2): mean, coefficient, amount. Scores in points, means in tenths, money in fen."""

from collections.abc import Sequence

from ledger.formats import tenths_of
from ledger.policy.appraisal_tables import Bonus


def mean_tenths(scores: Sequence[int]) -> int | None:
    """The mean of whole points in tenths, half up; None where there is none."""
    if not scores:
        return None
    return (2 * 10 * sum(scores) + len(scores)) // (2 * len(scores))


def coefficient_tenths(mean: int, table: Bonus) -> int | None:
    """The share of the base in tenths of a percent: the first row whose `from` the mean reaches; None: no row."""
    for row in table.table:
        if tenths_of(row.at_least) <= mean:
            return mean if row.percent == "score" else tenths_of(row.percent)
    return None


def amount_fen(base_fen: int, coefficient: int) -> int:
    """The base times tenths of a percent, half up to the fen."""
    return (2 * base_fen * coefficient + 1000) // 2000
