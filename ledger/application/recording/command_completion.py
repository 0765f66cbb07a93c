"""Commands typed by hand: what was left out is filled in, short ids are completed, local times understood.

All of it happens inside the write unit, so that a number given to a new thing is nobody else's.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import BaseModel

from ledger.application.recording.command_reader import require_readable
from ledger.commands import COMMANDS, PARTS, Command, parts_of, references_of, rows_of
from ledger.errors import Taken
from ledger.state.execution import Recorder
from ledger.state.ids import full_id
from ledger.state.ledger_state import LedgerState
from ledger.subjects import APART, BY_COMMAND, OWNED, Subject
from ledger.terms import format_instant

Values = dict[str, Any]

_LOCAL_TIME = re.compile(r"(\d{4}-\d{2}-\d{2})[ T](\d{1,2}:\d{2})(:\d{2})?", re.ASCII)
_TODAY_FIELDS = ("on", "issued_on")
_SAYS_ITS_DAY = "correct_departure"
"""The command whose day is what it puts right: today would be a guess."""
_SITE_LEFT_OUT = ("adopt_policy", "adopt_questions", "reassign_employee")
"""The commands whose site, left out, means all of them, or the one that it was."""


def made_by(do: str) -> str | None:
    """The kind of thing a command brings into being, which the field called like it names; None for any other."""
    return BY_COMMAND[do].kind if do in BY_COMMAND else None


def is_numbered(do: str) -> bool:
    """Whether what a command brings into being gets a number where no id is typed: N2026-0007."""
    return do in BY_COMMAND and BY_COMMAND[do].letter is not None


def named_in(values: Values) -> Iterator[tuple[str, str]]:
    """The kind and id of what the fields of a typed command name, as they are typed."""
    model = COMMANDS.get(str(values.get("do")))
    for field, kind in () if model is None else references_of(model).items():
        name = values.get(field)
        if isinstance(name, str) and name.isprintable():  # what is no id the database need not be asked
            yield kind, name


def complete(values: Values, ledger_state: LedgerState, hand: Recorder) -> Values:
    """A typed command made whole: site, today's date, full ids, an instant with offset, a new number."""
    require_readable(values)
    do = str(values.get("do"))
    if do not in COMMANDS:
        return values
    fields = {field.alias or name for name, field in COMMANDS[do].model_fields.items()}
    made = made_by(do)
    whole = _with_full_ids(COMMANDS[do], made, values, ledger_state)
    if "site" in fields and "site" not in whole and made != "site" and do not in _SITE_LEFT_OUT:
        sites = ledger_state.site_ids()
        if len(sites) == 1:
            whole["site"] = sites[0]
    zone = (
        ZoneInfo(ledger_state.site(_site_of(whole, ledger_state)).timezone)
        if ledger_state.site_ids()
        else None
    )
    for field in _TODAY_FIELDS:
        if field in fields and field not in whole and do != _SAYS_ITS_DAY:
            whole[field] = hand.now.astimezone(zone).date().isoformat()
    if isinstance(whole.get("occurred_at"), str) and zone is not None:
        whole["occurred_at"] = with_offset(whole["occurred_at"], zone)
    if isinstance(whole.get("clause"), str):
        whole["clause"] = clause_meant(ledger_state, whole["clause"])
    if made == "employee" and isinstance(whole.get(made), str):
        require_unlike(ledger_state, whole[made])
    if is_numbered(do) and made is not None and made not in whole:
        whole[made] = _number(BY_COMMAND[do], whole, ledger_state, hand)
    if do == "record_inspection":
        _complete_round(whole, ledger_state, zone)
    if isinstance(whole.get("rows"), list):
        _complete_rows(COMMANDS[do], whole, ledger_state, hand)
    return whole


def _complete_rows(model: type[Command], whole: Values, ledger_state: LedgerState, hand: Recorder) -> None:
    """The rows of a sheet: full ids, and a number for every mark that has none."""
    row_model = rows_of(model)["rows"]
    whole["rows"] = [
        _with_full_ids(row_model, None, row, ledger_state) if isinstance(row, dict) else row
        for row in whole["rows"]
    ]
    taken = [
        mark["check"]
        for row in whole["rows"]
        if isinstance(row, dict)
        for mark in row.get("marks") or ()
        if isinstance(mark, dict) and "check" in mark
    ]
    for row in whole["rows"]:
        marks = row.get("marks") if isinstance(row, dict) else None
        for place, mark in enumerate(marks or ()):
            if marks is not None and isinstance(mark, dict) and "check" not in mark:
                number = _number(BY_COMMAND["record_check"], whole, ledger_state, hand, taken)
                marks[place] = {"check": number, **mark}
                taken.append(number)


def _complete_round(whole: Values, ledger_state: LedgerState, zone: ZoneInfo | None) -> None:
    """A round's times with their offset, its clauses as the rules have them, and a number for every finding."""
    whole |= _meant_at(whole, ledger_state, zone)
    if isinstance(whole.get("clauses"), list):
        whole["clauses"] = [clause_meant(ledger_state, str(each).upper()) for each in whole["clauses"]]
    for name in ("answers", "findings"):
        for place, part in enumerate(whole[name] if isinstance(whole.get(name), list) else ()):
            if isinstance(part, dict):
                whole[name][place] = _meant_at(part, ledger_state, zone)
    for number, each in enumerate(whole["findings"] if isinstance(whole.get("findings"), list) else (), 1):
        if isinstance(each, dict):
            each.setdefault("finding", f"{whole.get('inspection')}-{number}")


def _meant_at(values: Values, ledger_state: LedgerState, zone: ZoneInfo | None) -> Values:
    """A round, an answer or a finding with its clause, whom it names, and its local times understood."""
    whole = dict(values)
    for field in ("started_at", "ended_at", "occurred_at"):
        if isinstance(whole.get(field), str) and zone is not None:
            whole[field] = with_offset(whole[field], zone)
    if isinstance(whole.get("clause"), str):
        whole["clause"] = clause_meant(ledger_state, whole["clause"])
    if isinstance(whole.get("employee"), str):
        whole["employee"] = full_id(ledger_state, "employee", whole["employee"], "employee")
    return whole


def clause_meant(ledger_state: LedgerState, typed: str) -> str:
    """A clause's code typed in small letters as the rules have it; the given text where none is meant."""
    known = {code for entry in ledger_state.policy_book().adopted for code in entry.policy.catalogue}
    return typed.upper() if typed not in known and typed.upper() in known else typed


def require_unlike(ledger_state: LedgerState, employee: str) -> None:
    """A staff number typed by hand is no other one mistyped; two that look alike come from a file.

    Taken `id_like_another`.
    """
    alike = ledger_state.lookalikes.of(ledger_state, employee)
    if alike and ledger_state.stream_of("employee", employee) is None:
        raise Taken("id_like_another", employee=employee, alike=", ".join(alike)).at(field="employee")


def _with_full_ids(
    model: type[BaseModel], made: str | None, values: Values, ledger_state: LedgerState
) -> Values:
    references = {_alias(model, key): kind for key, kind in references_of(model).items()}
    parts = parts_of(model)
    whole: Values = {}
    for field, value in values.items():
        if isinstance(value, dict) and field in PARTS:
            part = parts.get(field) or next(
                (p for key, p in parts.items() if _alias(model, key) == field), None
            )
            whole[field] = value if part is None else _with_full_ids(part, None, value, ledger_state)
        elif field in references and made != field:
            whole[field] = _full(ledger_state, references[field], value, field)
        else:
            whole[field] = value
    return whole


def _full(ledger_state: LedgerState, kind: str, value: Any, field: str) -> Any:
    """An id in full, or those of a list, or of what is said of each; as typed where two of these mean the same."""
    if isinstance(value, str):
        return full_id(ledger_state, kind, value, field)
    if isinstance(value, list):
        return [full_id(ledger_state, kind, each, field) if isinstance(each, str) else each for each in value]
    if isinstance(value, dict):
        named = {full_id(ledger_state, kind, key, field): each for key, each in value.items()}
        return named if len(named) == len(value) else value
    return value


def _alias(model: type[BaseModel], key: str) -> str:
    return model.model_fields[key].alias or key


def _site_of(values: Values, ledger_state: LedgerState) -> str:
    """The site whose time zone a typed command means."""
    if isinstance(values.get("site"), str) and ledger_state.stream_of("site", values["site"]):
        return str(values["site"])
    kinds = ("employee", *OWNED, *APART)
    named = dict(_named(values))
    for kind in kinds:
        name = named.get(kind)
        stream = ledger_state.stream_of(kind, name) if isinstance(name, str) else None
        if stream is not None:
            return str(ledger_state.site_of(stream))
    return ledger_state.site_ids()[0]


def _named(values: Values) -> Iterator[tuple[str, Any]]:
    """The fields of a command and of its parts."""
    for field, value in values.items():
        if isinstance(value, dict) and field in PARTS:
            yield from _named(value)
        else:
            yield field, value


def with_offset(text: str, zone: ZoneInfo) -> str:
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


def _number(
    subject: Subject, values: Values, ledger_state: LedgerState, hand: Recorder, besides: Iterable[str] = ()
) -> str:
    """The next free number of the year, `besides` some that are given already: the letter, the year, four digits."""
    day = values.get(str(subject.dated_by))
    year = day[:4] if isinstance(day, str) and day[:4].isdigit() else f"{hand.now.year:04d}"
    prefix = f"{subject.letter}{year}-"
    taken = {*ledger_state.log.registry.ids_starting(subject.kind, prefix, None), *besides}
    numbers = (name[len(prefix) :] for name in taken if name.startswith(prefix))
    number = max((int(rest) for rest in numbers if rest.isdigit()), default=0)
    return f"{prefix}{number + 1:04d}"
