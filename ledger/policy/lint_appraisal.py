"""The linter on appraisal, causes and examination: dimensions, criteria, the bonus table, tolerances."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Any, Final

from ledger.policy.diagnostic import Found, error, items, warning, whole
from ledger.policy.source_lines import at

_SHEET_POINTS: Final = 100  # 篇4 4.2: the six dimensions together
_DIMENSIONS: Final = "abcdef"
_ANSWER_MARKS: Final = 10  # 篇2: what an answer is marked out of


def faults(document: dict[str, Any]) -> Iterator[Found]:
    """All faults of the appraisal's tables."""
    yield from _dimensions(document)
    yield from _criteria(document)
    yield from _bonus(document)
    yield from _causes(document)
    yield from _examination(document)


def _dimensions(document: dict[str, Any]) -> Iterator[Found]:
    dimensions = items(document, "appraisal", "dimensions")
    codes = [item.get("code") for _, item in dimensions]
    for place, (index, item) in enumerate(dimensions):
        if item.get("code") in codes[:place]:
            yield error(
                "dimension_twice", "appraisal", "dimensions", index, "code", dimension=item.get("code")
            )
    missing = [code for code in _DIMENSIONS if code not in codes]
    if missing and dimensions:
        yield warning("dimensions_missing", "appraisal", "dimensions", missing=", ".join(missing))
    maxima = [whole(item, "maximum") for _, item in dimensions]
    read = [maximum for maximum in maxima if maximum is not None]
    if read and len(read) == len(maxima) and sum(read) != _SHEET_POINTS:
        yield warning("dimensions_sum", "appraisal", "dimensions", sum=sum(read), wanted=_SHEET_POINTS)


def _criteria(document: dict[str, Any]) -> Iterator[Found]:
    """A criterion that gives or takes more than its dimension holds, or the wrong way round."""
    maxima = {
        str(item.get("code")): whole(item, "maximum")
        for _, item in items(document, "appraisal", "dimensions")
    }
    for index, item in items(document, "appraisal", "criteria"):
        path, least, most = ("appraisal", "criteria", index), whole(item, "least"), whole(item, "most")
        maximum = maxima.get(str(item.get("dimension")))
        if least is None or most is None:
            continue
        if least > most:
            yield error("limits_reversed", *path, "least", low=least, high=most)
        elif maximum is not None and max(-least, most) > maximum:
            yield error("criterion_too_large", *path, "least", maximum=maximum, points=max(-least, most))


def _bonus(document: dict[str, Any]) -> Iterator[Found]:
    """A bonus without a table, with a row twice or in the wrong order, or with means to which no row applies."""
    path = ("appraisal", "bonus")
    rows = items(document, *path, "table")
    if at(document, (*path, "enabled")) is True and not rows:
        yield error("bonus_without_table", *path, "table")
    starts = [(index, _tenths(item.get("from"))) for index, item in rows]
    for (_, before), (index, start) in pairwise(starts):
        if before is not None and start is not None and start >= before:
            yield error("bonus_not_falling", *path, "table", index, "from", value=rows[index][1]["from"])
    if starts and starts[-1][1] not in (None, 0):
        yield error("bonus_gap", *path, "table", starts[-1][0], "from", value=rows[-1][1]["from"])


def _tenths(value: object) -> int | None:
    """`95.0` as 950; None where it is no such number."""
    text = str(value).replace(".", "")
    return int(text) if isinstance(value, str) and text.isdecimal() and value[-2:-1] == "." else None


def _causes(document: dict[str, Any]) -> Iterator[Found]:
    seen: set[object] = set()
    for index, item in items(document, "causes", "list"):
        if str(item.get("code")) in seen:
            yield error("cause_twice", "causes", "list", index, "code", cause=str(item.get("code")))
        seen.add(str(item.get("code")))


def _examination(document: dict[str, Any]) -> Iterator[Found]:
    tolerance = whole(document, "examination", "tolerance")
    if tolerance is not None and tolerance >= _ANSWER_MARKS:
        yield warning("tolerance_of_everything", "examination", "tolerance", most=_ANSWER_MARKS)
