"""Several commands of one form: what each comes to is shown line by line, then they are recorded whole or not at all.

The second step carries the digest of what was shown, and the form's nonce makes the commands' keys, as in `acting`.
"""

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from starlette.responses import Response

from ledger.application.recording.command_reader import parse_command
from ledger.errors import InputError, LedgerError, StoreError
from web.acting import Act
from web.ask import Ask

if TYPE_CHECKING:
    from ledger.application.recording.recording import Applied

Values = dict[str, Any]


@dataclass(slots=True)
class Line:
    """A line of a form: whose it is, what is shown of it (headings and values), and what is wrong with it.

    `command` None: there is nothing to record, because it stands so already, or because of the fault.
    """

    number: int
    employee: str
    command: Values | None
    shown: Sequence[tuple[str, str]] = ()
    faults: list[LedgerError] = field(default_factory=list)


def run_together(ask: Ask, act: Act, read: Callable[[], list[Line]], shown: Values) -> Response:
    """Answers a form of many lines: asks on `act.asked_on`, shows what they come to, or records them."""
    ask.require_now()
    frame: Values = {**shown, "act": act}
    step = ask.form.get("step", "")
    if ask.request.method == "GET" or step not in ("check", "record"):
        return ask.page(act.asked_on, **frame, told=None, faulty=[])
    try:
        lines = read()
        tried = _tried(ask, lines)
    except StoreError:
        raise
    except LedgerError as error:
        return ask.page(act.asked_on, 422, **frame, told=ask.speech.refusal(error), faulty=[])
    faulty = [(line, ask.speech.refusal(error)) for line in lines for error in line.faults]
    if faulty:
        return ask.page(act.asked_on, 422, **frame, told=None, faulty=faulty)
    seen = _digest(lines)
    sent_before = tried is not None and tried.skipped > 0
    if step == "record" and tried is not None and (sent_before or seen == ask.form.get("seen")):
        return _recorded(ask, act, lines, frame)
    return ask.page(
        "together_check",
        409 if step == "record" else 200,
        **frame,
        lines=lines,
        seen=seen,
        moved=step == "record",
        nothing=tried is None,
        carried=ask.carried(),
    )


def _tried(ask: Ask, lines: list[Line]) -> "Applied | None":
    """What recording them would come to; None: there is nothing to record. A fault is kept with its line."""
    for line in lines:
        try:
            if line.command is not None:
                parse_command(_own(ask, line.command, line.number))
        except InputError as fault:
            line.faults.append(fault)
    told = [line for line in lines if line.command is not None and not line.faults]
    if not told:
        return None
    try:
        return _each(ask, told, dry_run=True)
    except StoreError:
        raise
    except LedgerError as error:
        if "line" not in error.place:
            raise
        for each in (error, *error.others):
            told[int(str(each.place["line"])) - 1].faults.append(each)
        return None


def _each(ask: Ask, lines: Sequence[Line], dry_run: bool) -> "Applied":
    """Records the commands of some lines in the person's own name, each under a key of its own."""
    told = [json.dumps(_own(ask, line.command or {}, line.number)).encode() for line in lines]
    return ask.desk.record_each(told, lambda values: None, dry_run)


def _own(ask: Ask, command: Values, number: int) -> Values:
    """A command in the person's name, under a key of the form and the line."""
    return {**command, "by": ask.person, "key": f"web:{ask.require_own_form()}:{number}"}


def _digest(lines: Sequence[Line]) -> str:
    """What was shown: each line with what it comes to."""
    shown = [(line.number, line.employee, line.command, list(line.shown)) for line in lines]
    return hashlib.sha256(json.dumps(shown, ensure_ascii=False).encode()).hexdigest()


def _recorded(ask: Ask, act: Act, lines: list[Line], frame: Values) -> Response:
    told = [line for line in lines if line.command is not None]
    done = _each(ask, told, dry_run=False)
    return ask.page(
        "act_done",
        **frame,
        positions=[event["position"] for event in done.made()] or [skip.position for skip in done.skips],
        again=bool(done.skips),
        things=[],
        notes=[ask.speech.note(each.code, each.fields) for each in done.notes],
    )
