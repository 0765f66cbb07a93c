"""What opens a closed action again: a pure function of when things occurred, not of when they were told (appraisal §9.3)."""

from collections.abc import Iterable
from datetime import date, timedelta


def recurrences(
    completed_on: date, closed_on: date, occurred: Iterable[tuple[date, str]], watch_days: int
) -> list[tuple[date, str]]:
    """Those of the notices, each with its day, that occurred after the completion, and while the action is watched.

    It is watched for so many days after the closing, 0: for ever. Sorted by day and notice.
    """
    until = closed_on + timedelta(days=watch_days) if watch_days else date.max
    return sorted(each for each in occurred if completed_on < each[0] <= until)
