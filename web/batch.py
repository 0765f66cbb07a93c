"""Several commands of one form: what each comes to is shown line by line, then they are recorded whole or not at all.

The second step carries the digest of what was shown, and the form's nonce makes the commands' keys, as in `acting`.
"""

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from starlette.responses import Response

from ledger.application.recording.command_reader import parse_command
from ledger.errors import InputError, LedgerError, StoreError
from web.acts import Act
from web.ask import Ask
from web.done import done_page
from web.surely import surely

if TYPE_CHECKING:
    from ledger.application.recording.applied import Applied

Values = dict[str, Any]


@dataclass(slots=True)
class Line:
    """A line of a form: whose it is, what is shown of it (headings and values), and what is wrong with it.

    `command` None: it could not be read. `stands`: it is so already, and is not recorded again.
    """

    number: int
    employee: str
    command: Values | None
    shown: Sequence[tuple[str, str]] = ()
    stands: bool = False
    faults: list[LedgerError] = field(default_factory=list)


def run_batch(ask: Ask, act: Act, read: Callable[[], list[Line]], shown: Values) -> Response:
    """Answers a form of many lines: asks on `act.asked_on`, shows what they come to, or records them."""
    ask.require_now()
    frame: Values = {**shown, "act": act}
    step = ask.form.get("step", "")
    if ask.request.method == "GET" or step not in ("check", "record"):
        return ask.page(act.asked_on, **frame, told=None, faulty=[])
    try:
        lines = read()
        seen = _digest(lines)
        done = _recorded(ask, lines, seen) if step == "record" else _each(ask, lines, dry_run=True)
    except StoreError:
        raise
    except LedgerError as error:
        return ask.page(act.asked_on, 422, **frame, told=ask.speech.refusal(error), faulty=[])
    faulty = [(line, ask.speech.refusal(error)) for line in lines for error in line.faults]
    if faulty:
        return ask.page(act.asked_on, 422, **frame, told=None, faulty=faulty)
    if step == "record" and done is not None:
        return _receipt(ask, frame, done)
    return ask.page(
        "batch_check",
        409 if step == "record" else 200,
        **frame,
        lines=lines,
        seen=seen,
        moved=step == "record",
        nothing=all(line.stands for line in lines),
        carried=ask.carried(),
    )


def _recorded(ask: Ask, lines: Sequence[Line], seen: str) -> "Applied | None":
    """What was recorded, now or when the form was sent before; None: others were shown, or a line has a fault."""
    tried = _each(ask, lines, dry_run=True)
    if tried is None or tried.skipped > 0:
        return tried
    new = [line for line in lines if not line.stands]
    if not new or seen != ask.form.get("seen"):
        return None
    return surely(partial(_each, ask, new, dry_run=False))


def _each(ask: Ask, lines: Sequence[Line], dry_run: bool) -> "Applied | None":
    """Records the commands of some lines in the person's own name, each under a key of its own.

    None where a line has a fault, which is kept with it.
    """
    for line in lines:
        try:
            if line.command is not None:
                parse_command(_own(ask, line.command, line.number))
        except InputError as fault:
            line.faults.append(fault)
    good = [(line, line.command) for line in lines if line.command is not None and not line.faults]
    told = [json.dumps(_own(ask, command, line.number)).encode() for line, command in good]
    try:
        done = ask.desk.record_each(told, lambda values: None, dry_run)
    except StoreError:
        raise
    except LedgerError as error:
        if "line" not in error.place:
            raise
        for each in (error, *error.others):
            good[int(str(each.place["line"])) - 1][0].faults.append(each)
        return None
    return done if len(good) == len(lines) else None


def _own(ask: Ask, command: Values, number: int) -> Values:
    """A command in the person's name, under a key of the form and the line."""
    return {**command, "by": ask.person, "key": f"web:{ask.require_own_form()}:{number}"}


def _digest(lines: Sequence[Line]) -> str:
    """What was shown: each line with what it comes to."""
    shown = [(line.number, line.employee, line.command, list(line.shown)) for line in lines]
    return hashlib.sha256(json.dumps(shown, ensure_ascii=False).encode()).hexdigest()


def _receipt(ask: Ask, frame: Values, done: "Applied") -> Response:
    positions = [skip.position for skip in done.skips] or [event["position"] for event in done.made()]
    return done_page(ask, frame, positions, done.notes, again=bool(done.skips))
