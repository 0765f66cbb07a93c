"""What `--as-of` means: a position, an instant of recording, or the state before an appeal was decided (domain §10.2)."""

import re
from datetime import datetime
from zoneinfo import ZoneInfo

from ledger.errors import InputError, WrongState
from ledger.events.appeals import AppealDecided
from ledger.events.employees import employee_stream
from ledger.state.ledger_context import LedgerContext
from ledger.state.ledger_state import LedgerState
from ledger.store.command_ends import command_end, end_by
from ledger.store.log import Log
from ledger.terms import parse_instant

_LOCAL = re.compile(
    r"(?P<minute>\d{4}-\d{2}-\d{2} \d{2}:\d{2})(?::(?P<second>\d{2}))?(?P<utc> UTC)?", re.ASCII
)
"""An instant as `format_local` shows it."""


class AsOf(int):
    """A position to report as of, with the instant whose day is its today (domain §10.2): asked later, it answers alike."""

    instant: datetime

    def __new__(cls, position: int, instant: datetime) -> "AsOf":
        """The position, told by an instant."""
        made = super().__new__(cls, position)
        made.instant = instant
        return made


def now_of(log: Log, as_of: int, now: datetime) -> datetime:
    """The now of a state of the past: the instant asked for, or what the clock said at its last event; before any, `now`."""
    if isinstance(as_of, AsOf):
        return as_of.instant
    return next((recorded.on_clock for recorded in log.at([as_of])), now)


def position_of(log: Log, as_of: str, now: datetime) -> int:
    """A position, an instant of recording, or `appeal:ID` (what its reviewer could know when deciding).

    An instant may be written as tables show it, by the clock of the sites. The answer is the end of the last command
    that lies whole within it; for an instant it is an `AsOf`. InputError `as_of_wrong`.
    """
    log.require()
    kind, _, name = as_of.partition(":")
    if kind == "appeal" and name:
        return command_end(log, _decided_at(log, name, now) - 1)
    if as_of.isascii() and as_of.isdigit() and len(as_of) <= 18:
        return command_end(log, int(as_of))
    try:
        instant = parse_instant(as_of) if (shown := _LOCAL.fullmatch(as_of)) is None else _shown(log, shown)
    except ValueError:
        raise InputError("as_of_wrong", as_of=as_of) from None
    return AsOf(end_by(log, instant), instant)


def is_instant(as_of: str) -> bool:
    """Whether `position_of` reads it as an instant."""
    try:
        return _LOCAL.fullmatch(as_of) is not None or bool(parse_instant(as_of))
    except ValueError:
        return False


def _shown(log: Log, shown: re.Match[str]) -> datetime:
    """The end of the second, or minute, that a table shows. ValueError where there is none."""
    state = LedgerState(log)
    zones = {state.site(site).timezone for site in state.site_ids()}
    zone = ZoneInfo(zones.pop() if len(zones) == 1 and shown["utc"] is None else "UTC")
    last = datetime.fromisoformat(f"{shown['minute']}:{shown['second'] or '59'}.999999")
    return last.replace(tzinfo=zone, fold=1)


def _decided_at(log: Log, appeal: str, now: datetime) -> int:
    """The position of an appeal's latest decision. WrongState `appeal_undecided` before there is one."""
    state = LedgerState(log)
    owner = LedgerContext(state, now).owner_of("appeal", appeal)
    decisions = [
        recorded.position
        for recorded in state.stream(employee_stream(owner.employee))
        if isinstance(recorded.event, AppealDecided) and recorded.event.appeal == appeal
    ]
    if not decisions:
        raise WrongState("appeal_undecided", appeal=appeal)
    return decisions[-1]
