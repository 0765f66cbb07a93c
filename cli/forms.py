"""Hand-typed forms: each is made from the model of its command, so that a form can ask for nothing else.

A form turns options into the command's fields. What is missing is asked for on a terminal and refused
elsewhere; ids are numbered when left out, short unique prefixes work, and the shell completes ids and clauses.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from cli.asking import ask_field, confirm, on_a_terminal
from cli.closing import open_differences, show_close, tell_what_is_open
from cli.difference import show_difference
from cli.form_fields import FormField, fields_of
from cli.form_paths import FORM_PATHS
from cli.localized_help import SpeakingCommand
from cli.render import print_error, print_json, print_line, shown, talk
from cli.round_asking import ask_round
from cli.settings import CLOCK, common_options, settings
from cli.who import named, people_in
from ledger.application.recording.command_completion import is_numbered, made_by
from ledger.commands import COMMANDS
from ledger.errors import InputError, LedgerError, NotEntitled, Refusal
from ledger.subjects import OWNED
from ledger.terms import format_money

if TYPE_CHECKING:
    from ledger.application.desk.desk import Desk
    from ledger.application.recording.applied import Applied

_NOT_TYPED = {"do", "policy"}
_ASKED_BY_DEFAULT = {"on", "issued_on", "site"}
"""Fields that are filled in by themselves: today, and the only site."""

_EMPTIED = {
    ("reassign_employee", "supervisor"): "no_supervisor",
    ("rehire_employee", "supervisor"): "no_supervisor",
    ("correct_departure", "on"): "no_departure",
}
"""Command and field that may be set to nothing → the flag that does so."""


def form(group: click.Group, name: str, do: str, *arguments: str, examples: Sequence[str]) -> click.Command:
    """Adds a form for the command `do` to a group; `arguments` are the fields given by place."""
    command = COMMANDS[do]
    made = SpeakingCommand(
        name,
        params=list(_parameters(do, arguments)),
        callback=_callback(do),
        help=command.__doc__,
        help_key=f"{group.name} {name}",
        examples=examples,
    )
    group.add_command(common_options(made))
    FORM_PATHS[do] = f"{group.name} {name}"
    return made


def typed_fields(do: str) -> Iterator[FormField]:
    """The fields of a command that are typed by hand."""
    return (field for field in fields_of(do) if field.name not in _NOT_TYPED)


def _parameters(do: str, arguments: Sequence[str]) -> Iterator[click.Parameter]:
    fields = {field.name: field for field in typed_fields(do)}
    yield from (fields[name].argument(optional=_is_made_here(do, name)) for name in arguments)
    for name, field in fields.items():
        if name not in arguments:
            yield field.option()
        if (do, name) in _EMPTIED:
            flag = _EMPTIED[do, name]
            yield click.Option([f"--{flag.replace('_', '-')}"], is_flag=True, help=f"field:{flag}")
    yield click.Option(["--dry-run"], is_flag=True, help="field:dry_run")
    yield click.Option(["--clock-is-right"], **CLOCK)
    yield click.Option(["--json", "as_json"], is_flag=True, help="field:json")


def _is_made_here(do: str, name: str) -> bool:
    """Whether the field holds the id of what the command brings into being, which is numbered where it is left out."""
    return is_numbered(do) and made_by(do) == name


def _callback(do: str) -> Callable[..., None]:
    def run(dry_run: bool, as_json: bool, **given: Any) -> None:
        values = values_of(do, given)
        values |= {name: None for (of, name), flag in _EMPTIED.items() if of == do and given[flag]}
        with settings().open() as ledger:
            asked = on_a_terminal() and _ask_for_missing(ledger, do, values)
            if do == "close_month" and "month" in values:
                tell_what_is_open(ledger, values)
            applied = as_seen(ledger, _recorded(ledger, values, asked, dry_run))
            people = {} if as_json else people_in(ledger, applied.made())
        show_applied(applied, dry_run, as_json, people)

    return run


def _recorded(ledger: "Desk", values: dict[str, Any], asked: bool, dry_run: bool) -> "Applied":
    """Records what was typed, as it was shown. Where it comes to something else by now, that is shown and asked anew.

    Where answers are refused they stay, and only what was wrong is asked for again.
    """
    while True:
        try:
            if dry_run:
                return ledger.record.typed(values, dry_run)
            seen = confirm(ledger, values, asked) if on_a_terminal() else None
            return ledger.submit(values, seen)
        except (InputError, Refusal) as error:
            moved = error.code == "impact_changed" and on_a_terminal()
            wrong = _refused(values, error) if asked and not moved else []
            if not wrong and not moved:
                raise
            print_error(error)
            for field in wrong:
                field.put(values, ask_field(ledger, values["do"], field))


def _refused(values: dict[str, Any], error: LedgerError) -> list[FormField]:
    """The fields that a refusal is about: the one it names, else those that hold what it tells of.

    Whoever may not do something is asked for anew, and not what they wanted to do.
    """
    fields = [field for field in typed_fields(values["do"]) if len(field.path) == 1 and field.name in values]
    named = [field for field in fields if field.name == error.place.get("field")]
    if named:
        return named
    actor = isinstance(error, NotEntitled) and "by" in error.fields
    told = [error.fields["by"]] if actor else list(error.fields.values())
    known = {str(each).casefold() for each in told}
    return [field for field in fields if str(values[field.name]).casefold() in known]


def enter(values: dict[str, Any], dry_run: bool, as_json: bool) -> None:
    """Records a command whose fields have options of their own, and shows what came of it, as a form does."""
    with settings().open() as ledger:
        applied = as_seen(ledger, _recorded(ledger, values, False, dry_run))
        people = {} if as_json else people_in(ledger, applied.made())
    show_applied(applied, dry_run, as_json, people)


def values_of(do: str, given: dict[str, Any]) -> dict[str, Any]:
    """Options to a command's fields: what was not given is left out. Raises InputError `evidence_unreadable`."""
    values: dict[str, Any] = {"do": do}
    for field in typed_fields(do):
        typed = given.get(field.variable)
        if typed is not None and typed != ():
            field.put(values, field.value(typed))
    return values


def _ask_for_missing(ledger: "Desk", do: str, values: dict[str, Any]) -> bool:
    """On a terminal each missing field is asked for (elsewhere it is refused); whether any was."""
    given = asked = set(values)
    for field in typed_fields(do):
        filled_in = field.name in _ASKED_BY_DEFAULT or _is_made_here(do, field.name)
        if field.required and field.path[0] not in asked and not filled_in:
            if field.name == "answers":
                ask_round(ledger, values)
                continue
            field.put(values, ask_field(ledger, do, field))
            asked = asked | {field.path[0]}
    return asked != given


def as_seen(ledger: "Desk", applied: "Applied") -> "Applied":
    """What a command came to, with no more of what it would change than is the viewer's to see."""
    if applied.impact is None:
        return applied
    from ledger.application.desk.impact import seen_impact

    return replace(applied, impact=seen_impact(ledger, applied))


def show_applied(applied: Any, dry_run: bool, as_json: bool, people: dict[str, str]) -> None:
    """Prints what a command typed by hand came to, or would."""
    labels = settings().labels()
    for note in applied.notes:
        talk(labels.note(note.code, note.fields))
    for skip in applied.skips:
        talk(labels.say("sent_before", position=skip.position))
    if as_json:
        shape = {"dry_run": dry_run, "position": applied.position, "events": applied.made()}
        if "month_closed" in {event["kind"] for event in shape["events"]}:
            shape["open_differences"] = open_differences(applied.notes)
        if applied.impact is not None:
            shape |= applied.impact.values()
        print_json(shape)
        return
    for event in applied.made():
        print_line(
            labels.say(
                "would_record" if dry_run else "recorded_event",
                kind=labels.word(event["kind"]),
                id=named(_name_of(event["fields"]), event["fields"].get("employee"), people),
                position=event["position"],
            )
        )
        if event["kind"] == "month_closed":
            show_close(event["fields"])
            if dry_run:
                _show_handoff(event["fields"])
    if applied.impact is not None:
        show_difference(applied.impact.difference)
        print_line(labels.say("nothing_recorded"))


def _show_handoff(close: dict[str, Any]) -> None:
    """What a close would hand to finance."""
    from cli.pay_tables import print_handoff

    lines = [{**line, "amount": format_money(line["amount_fen"])} for line in close.get("lines", ())]
    names = ("due", "deducted", "carried")
    run = [
        {"employee": line["employee"], **{name: format_money(line[f"{name}_fen"]) for name in names}}
        for line in close.get("run", ())
    ]
    print_handoff(lines, run)


def _name_of(fields: dict[str, Any]) -> str:
    names = (*OWNED, "employee", "site", "version")
    return shown(next((fields[name] for name in names if name in fields), ""))
