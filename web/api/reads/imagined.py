"""What would be, and what was: a decision or a withdrawal imagined, and a month beside what was known of it once."""

from typing import Any, cast, get_args

from ledger.application.reading.look import Look
from ledger.errors import InputError
from ledger.terms import Outcome
from web.api.door import Asked
from web.api.routes import read


@read(
    "/appeals/{appeal}/what-if/{outcome}",
    "what-if",
    "what-if {appeal} --outcome {outcome}",
    by="log",
    asks=("points",),
)
def decided(asked: Asked, look: Look) -> Any:
    """What an appeal would change for everybody if it were decided so: revoked, reduced to `points`, or dismissed."""
    outcome = asked.part("outcome")
    if outcome not in get_args(Outcome):
        known = ", ".join(get_args(Outcome))
        raise InputError("field_wrong", field="outcome", value=outcome[:40], reason=known).at(field="outcome")
    points = _points(asked.query("points"))
    imagined = [(asked.part("appeal"), cast("Outcome", outcome), points)]
    return asked.desk.review.what_if(imagined, (), asked.as_of).values()


def _points(given: str | None) -> int | None:
    """How many points would be left. InputError `field_wrong`."""
    if given is not None and not (given.isascii() and given.isdigit() and len(given) < 4):
        raise InputError("field_wrong", field="points", value=given[:40], reason="0–999").at(field="points")
    return None if given is None else int(given)


@read("/notices/{notice}/what-if", "what-if", "what-if --without {notice}", by="log")
def withdrawn(asked: Asked, look: Look) -> Any:
    """What would change for everybody if a notice were withdrawn."""
    return asked.desk.review.what_if((), [asked.part("notice")], asked.as_of).values()


@read(
    "/people/{employee}/months/{month}/comparison/{then}",
    "explanation",
    "compare {employee} {month} --as-of {then}",
    by="log",
)
def compared(asked: Asked, look: Look) -> Any:
    """A month as it was known then beside as it is known now, with the reason for each difference."""
    then = asked.desk.position_of(asked.part("then").removeprefix("#"))
    return asked.desk.review.compare(asked.part("employee"), asked.month, then, asked.as_of)
