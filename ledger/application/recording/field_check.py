"""One field typed by hand, looked at by itself, so that a wrong answer is asked for again before the next is."""

from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import BaseModel, TypeAdapter, ValidationError

from ledger.application.recording.command_completion import clause_meant, made_by, require_unlike, with_offset
from ledger.commands import COMMANDS, parts_of, references_of
from ledger.errors import InputError, Taken, Unknown
from ledger.formats import month_of, reason_of
from ledger.reports.names import local_day
from ledger.state.execution import Recorder
from ledger.state.ids import full_id
from ledger.state.ledger_state import LedgerState
from ledger.terms import described


def check_field(
    ledger_state: LedgerState, hand: Recorder, do: str, path: tuple[str, ...], value: Any
) -> str | None:
    """InputError, Unknown or Taken where a command could not hold this value there, or names what is not recorded.

    The answer is the staff number of whom it means; None where it means nobody.
    """
    name = path[-1]
    kind = references_of(_model(do, path)).get(name)
    if kind is not None and made_by(do) != name:
        whole = full_id(ledger_state, kind, str(value), name)
        if ledger_state.stream_of(kind, whole) is None:
            raise ledger_state.here(Unknown(f"{kind}_unknown", **{kind: described(whole)})).at(field=name)
        return whole if kind == "employee" else None
    if isinstance(value, str) and name == "occurred_at" and (sites := ledger_state.site_ids()):
        value = with_offset(value, ZoneInfo(ledger_state.site(sites[0]).timezone))
    if name == "clause":  # words have no code's shape, and are told how a clause is looked up
        _require_clause(ledger_state, hand, clause_meant(ledger_state, str(value)))
    _require_shape(do, path, value)
    if kind is not None and ledger_state.stream_of(kind, str(value)) is not None:
        raise Taken("id_taken", kind=kind, id=value).at(field=name)
    if kind == "employee":
        require_unlike(ledger_state, str(value))
    return None


def _model(do: str, path: tuple[str, ...]) -> type[BaseModel]:
    """The command, or the part of it, whose field a path leads to."""
    model: type[BaseModel] = COMMANDS[do]
    for part in path[:-1]:
        model = parts_of(model)[part]
    return model


def _require_shape(do: str, path: tuple[str, ...], value: Any) -> None:
    """InputError `field_wrong` where the field's own type refuses the value."""
    model, name = _model(do, path), path[-1]
    field = next(each for key, each in model.model_fields.items() if (each.alias or key) == name)
    kept: Any = field.annotation
    for mark in field.metadata:
        kept = Annotated[kept, mark]
    try:
        TypeAdapter(kept).validate_python(value, strict=True)
    except ValidationError as error:
        reason = reason_of(error.errors(include_url=False)[0])
        raise InputError("field_wrong", field=name, value=described(value), reason=reason).at(
            field=name
        ) from None


def _require_clause(ledger_state: LedgerState, hand: Recorder, clause: str) -> None:
    """Unknown `clause_unknown` where no version of any site's rules has it; which one counts the month decides."""
    entries = ledger_state.policy_book().adopted
    if any(clause in entry.policy.catalogue for entry in entries):
        return
    site = next(iter(ledger_state.site_ids()), None)
    month = month_of(hand.now.date() if site is None else local_day(ledger_state, site, hand.now))
    raise Unknown(
        "clause_unknown", clause=described(clause), policy=entries[-1].policy.version, month=month
    ).at(field="clause")
