"""Commands typed by hand: what was left out is filled in, short ids are completed, local times understood.

All of it happens inside the write unit, so that a number given to a new thing is nobody else's.
"""

import re
from collections.abc import Iterator
from datetime import datetime
from functools import cache
from typing import Any, Final
from zoneinfo import ZoneInfo

from ledger.application.command_reader import require_readable
from ledger.commands import COMMANDS, Command, FileAppeal
from ledger.state.execution import Recorder
from ledger.state.ids import full_id
from ledger.state.ledger_state import LedgerState
from ledger.terms import format_instant

Values = dict[str, Any]

NUMBERED: Final = {
    "issue_notice": ("notice", "N", "occurred_at"),
    "file_appeal": ("appeal", "A", "on"),
    "grant_reward": ("reward", "R", "occurred_on"),
    "impose_sanction": ("sanction", "S", "on"),
    "register_employee": ("employee", "E", "from"),
}
"""Command → the id it makes, the letter of its numbers, and the field whose year stands in them: N2026-0007."""

MADE: Final = {do: field for do, (field, _, _) in NUMBERED.items()} | {"register_site": "site"}

REFERENCES: Final = {
    "site": "site",
    "employee": "employee",
    "by": "employee",
    "issued_by": "employee",
    "approved_by": "employee",
    "supervisor": "employee",
    "respondent": "employee",
    "notice": "notice",
    "appeal": "appeal",
    "reward": "reward",
    "sanction": "sanction",
    "liability": "notice",
}
"""Field → the kind of thing it names."""

_LOCAL_TIME = re.compile(r"(\d{4}-\d{2}-\d{2})[ T](\d{1,2}:\d{2})(:\d{2})?", re.ASCII)
_TODAY_FIELDS = ("on", "issued_on")


def complete(values: Values, ledger_state: LedgerState, hand: Recorder) -> Values:
    """A typed command made whole: site, today's date, full ids, an instant with offset, a new number."""
    require_readable(values)
    do = str(values.get("do"))
    if do not in COMMANDS:
        return values
    fields = {field.alias or name for name, field in COMMANDS[do].model_fields.items()}
    whole = _with_full_ids(do, values, ledger_state)
    if "site" in fields and "site" not in whole and MADE.get(do) != "site" and do != "adopt_policy":
        sites = ledger_state.site_ids()
        if len(sites) == 1:
            whole["site"] = sites[0]
    zone = (
        ZoneInfo(ledger_state.site(_site_of(whole, ledger_state)).timezone)
        if ledger_state.site_ids()
        else None
    )
    for field in _TODAY_FIELDS:
        if field in fields and field not in whole:
            whole[field] = hand.recorded_at.astimezone(zone).date().isoformat()
    if isinstance(whole.get("occurred_at"), str) and zone is not None:
        whole["occurred_at"] = _with_offset(whole["occurred_at"], zone)
    if do in NUMBERED and NUMBERED[do][0] not in whole:
        whole[NUMBERED[do][0]] = _number(do, whole, ledger_state, hand)
    return whole


def things_named(command: Command) -> Iterator[tuple[str, str]]:
    """The kind and id of everything a command names, the new thing among them."""
    for field, kind in _naming(type(command)):
        value = getattr(command, field)
        if value is not None:
            yield kind, value
    if type(command) is FileAppeal:
        against = command.against
        yield from ((REFERENCES[field], getattr(against, field)) for field in against.model_fields_set)


@cache
def _naming(command: type[Command]) -> tuple[tuple[str, str], ...]:
    return tuple((field, REFERENCES[field]) for field in command.model_fields if field in REFERENCES)


def _with_full_ids(do: str, values: Values, ledger_state: LedgerState) -> Values:
    whole: Values = {}
    for field, value in values.items():
        if isinstance(value, dict) and field == "against":
            whole[field] = _with_full_ids(do="", values=value, ledger_state=ledger_state)
        elif isinstance(value, str) and field in REFERENCES and MADE.get(do) != field:
            whole[field] = full_id(ledger_state, REFERENCES[field], value, field)
        else:
            whole[field] = value
    return whole


def _site_of(values: Values, ledger_state: LedgerState) -> str:
    """The site whose time zone a typed command means."""
    if isinstance(values.get("site"), str) and ledger_state.stream_of("site", values["site"]):
        return str(values["site"])
    kinds = ("employee", "notice", "appeal", "reward", "sanction")
    against = values.get("against")
    named = {**values, **(against if isinstance(against, dict) else {})}
    for kind in kinds:
        name = named.get(kind)
        stream = ledger_state.stream_of(kind, name) if isinstance(name, str) else None
        if stream is not None:
            return ledger_state.employee(stream.removeprefix("employee/")).site
    return ledger_state.site_ids()[0]


def _with_offset(text: str, zone: ZoneInfo) -> str:
    """`2026-08-01 09:30` in the site's time to RFC 3339; anything else as it is."""
    found = _LOCAL_TIME.fullmatch(text.strip())
    if found is None:
        return text
    day, clock, seconds = found.groups()
    try:
        local = datetime.fromisoformat(f"{day}T{clock.zfill(5)}{seconds or ':00'}")
    except ValueError:
        return text
    return format_instant(local.replace(tzinfo=zone))


def _number(do: str, values: Values, ledger_state: LedgerState, hand: Recorder) -> str:
    """The next free number of the year: the letter, the year, four digits."""
    kind, letter, dated_by = NUMBERED[do]
    day = values.get(dated_by)
    year = day[:4] if isinstance(day, str) and day[:4].isdigit() else f"{hand.recorded_at.year:04d}"
    prefix = f"{letter}{year}-"
    taken = ledger_state.log.registry.ids_starting(kind, prefix, None)
    number = max((int(rest) for name in taken if (rest := name[len(prefix) :]).isdigit()), default=0)
    return f"{prefix}{number + 1:04d}"
