"""Hand-typed forms: each is made from the model of its command, so that a form can ask for nothing else.

A form turns options into the command's fields. What is missing is asked for on a terminal and refused
elsewhere; ids are numbered when left out, short unique prefixes work, and the shell completes ids and clauses.
"""

import hashlib
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import click
from click.shell_completion import CompletionItem

from cli.choices import CHECKLIST, ask, code_of
from cli.localized_help import SpeakingCommand
from cli.render import print_json, print_table, print_title, shown, talk
from cli.settings import common_options, settings
from ledger.application.command_completion import is_numbered, made_by
from ledger.commands import COMMANDS, REFERENCES
from ledger.errors import InputError, LedgerError
from ledger.subjects import OWNED

_MANY = {"witnesses": "witness", "evidence": "evidence", "checklist": "checklist", "present": "present"}
"""Fields that are given by an option that may be repeated: field → the option's name."""

_WHOLE_NUMBERS = {"points", "score"}
_CHOICES = {"office", "scheme", "ground", "outcome", "how", "kind", "dimension"}
_NOT_TYPED = {"do", "key", "policy"}
_ASKED_BY_DEFAULT = {"on", "issued_on", "site"}
"""Fields the counter fills in itself: today, and the only site."""


def form(group: click.Group, name: str, do: str, *arguments: str, examples: Sequence[str]) -> click.Command:
    """Adds a form for the command `do` to a group; `arguments` are the fields given by place."""
    command = COMMANDS[do]
    parameters: list[click.Parameter] = [_argument(do, field) for field in arguments]
    for field, model_field in command.model_fields.items():
        typed_as = model_field.alias or field
        if typed_as not in _NOT_TYPED and typed_as not in arguments:
            parameters.extend(_options(do, typed_as, model_field.annotation))
    parameters += [
        click.Option(["--dry-run"], is_flag=True, help="field:dry_run"),
        click.Option(["--json", "as_json"], is_flag=True, help="field:json"),
    ]
    path = f"{group.name} {name}"
    made = SpeakingCommand(
        name,
        params=parameters,
        callback=_callback(do, arguments),
        help=command.__doc__,
        help_key=path,
        examples=examples,
    )
    group.add_command(common_options(made))
    return made


# --- parameters -------------------------------------------------------------------------------------


def _argument(do: str, field: str) -> click.Argument:
    made_here = is_numbered(do) and made_by(do) == field
    return click.Argument(
        [field.replace("from", "from_") if field == "from" else field],
        metavar=f"[{field.upper()}]" if made_here else field.upper(),
        required=False,
        shell_complete=completion(field),
    )


def _options(do: str, field: str, annotation: Any) -> list[click.Option]:
    if field == "against":
        return [
            click.Option(
                [f"--{kind}"], metavar="ID", help=f"field:against_{kind}", shell_complete=completion(kind)
            )
            for kind in ("notice", "liability", "sanction")
        ]
    if field == "about":
        return [
            click.Option(
                [f"--{part}"],
                metavar=part.upper(),
                help=f"field:about_{part}",
                shell_complete=completion(part),
            )
            for part in ("appeal", "employee", "month")
        ]
    flag = f"--{_MANY.get(field, field).replace('_', '-')}"
    options = [
        click.Option(
            [flag, _variable(field)],
            multiple=field in _MANY,
            metavar=_metavar(field, annotation),
            help=f"field:{field}",
            shell_complete=completion(field, annotation),
        )
    ]
    if do in {"reassign_employee", "rehire_employee"} and field == "supervisor":
        options.append(click.Option(["--no-supervisor"], is_flag=True, help="field:no_supervisor"))
    if do == "correct_departure" and field == "on":
        options.append(click.Option(["--no-departure"], is_flag=True, help="field:no_departure"))
    return options


def _variable(field: str) -> str:
    return "from_" if field == "from" else field


def _metavar(field: str, annotation: Any) -> str:
    choices = choices_of(annotation) if field in _CHOICES else ()
    if choices:
        return f"[{'|'.join(choices)}]"
    if field in ("on", "issued_on", "occurred_on", "from", "until"):
        return "DAY"
    special = {"points": "N", "month": "MONTH", "wage": "YUAN", "minimum_wage": "YUAN", "occurred_at": "WHEN"}
    special |= {"evidence": "FILE", "checklist": "ITEM=REMARK"}
    return special.get(field, REFERENCES.get(field, field).upper())


def completion(
    field: str, annotation: Any = None
) -> Callable[[click.Context, click.Parameter, str], list[CompletionItem]]:
    """How the shell completes a field: ids from the ledger, clauses from the policy, codes from the model."""

    def complete(context: click.Context, _: click.Parameter, incomplete: str) -> list[CompletionItem]:
        with context.scope(cleanup=False):
            return _offered(field, annotation, incomplete)

    return complete


def _offered(field: str, annotation: Any, incomplete: str) -> list[CompletionItem]:
    try:
        with settings().open() as ledger:
            if field == "clause":
                language = settings().labels().language
                return [
                    CompletionItem(code, help=shown(titles[language]))
                    for code, titles in ledger.policies.clauses(incomplete)
                ]
            if field in REFERENCES:
                return [CompletionItem(name) for name in ledger.ids(REFERENCES[field], incomplete)]
    except LedgerError:
        return []
    choices = choices_of(annotation) if field in _CHOICES else ()
    word = settings().labels().word
    return [CompletionItem(choice, help=word(choice)) for choice in choices if choice.startswith(incomplete)]


def choices_of(annotation: Any) -> tuple[str, ...]:
    """The words a field may hold, where it may hold only these."""
    arguments = getattr(annotation, "__args__", ())
    if arguments and all(isinstance(argument, str) for argument in arguments):
        return tuple(arguments)
    for argument in arguments:
        found = choices_of(argument)
        if found:
            return found
    return ()


# --- running ----------------------------------------------------------------------------------------


def _callback(do: str, arguments: Sequence[str]) -> Callable[..., None]:
    def run(
        dry_run: bool, as_json: bool, no_supervisor: bool = False, no_departure: bool = False, **given: Any
    ) -> None:
        values = _values(do, given)
        if no_supervisor:
            values["supervisor"] = None
        if no_departure:
            values["on"] = None
        _ask_for_missing(do, values)
        with settings().open() as ledger:
            applied = ledger.record.typed(values, dry_run)
        _show(applied, dry_run, as_json)

    return run


def _values(do: str, given: dict[str, Any]) -> dict[str, Any]:
    """Options to fields: what was not given is left out."""
    values: dict[str, Any] = {"do": do}
    annotations = {f.alias or name: f.annotation for name, f in COMMANDS[do].model_fields.items()}
    for variable, value in given.items():
        field = "from" if variable == "from_" else variable
        if value is None or value == ():
            continue
        if field == "evidence":
            values[field] = [_evidence(path) for path in value]
        elif field == "checklist":
            values[field] = dict(_item(text) for text in value)
        elif field in _CHOICES:
            values[field] = code_of(value, choices_of(annotations[field]))
        elif field in _MANY:
            values[field] = list(value)
        elif field in _WHOLE_NUMBERS:
            values[field] = int(value) if value.isascii() and value.lstrip("-").isdigit() else value
        elif field not in annotations and "about" in annotations:
            _set_about(values.setdefault("about", {}), field, value)
        elif field not in annotations:
            values.setdefault("against", {})[field] = value
        else:
            values[field] = value
    return values


def _set_about(about: dict[str, Any], field: str, value: str) -> None:
    """What a hearing is about: an appeal by its number, a review by whose and of which month it is."""
    if field == "appeal":
        about[field] = value
    else:
        about.setdefault("review", {})[field] = value


def _evidence(path: str) -> dict[str, str]:
    """A file's name and the SHA-256 of its bytes; the file itself stays where it is."""
    file = Path(path)
    try:
        with file.open("rb") as opened:
            digest = hashlib.file_digest(opened, "sha256").hexdigest()
    except OSError as error:
        raise InputError("evidence_unreadable", file=path, reason=error.strerror).at(
            field="evidence"
        ) from None
    return {"name": file.name, "sha256": digest}


def _item(text: str) -> tuple[str, str | bool]:
    """`item=remark`, or `item` alone for yes."""
    item, equals, remark = text.partition("=")
    return code_of(item, CHECKLIST), remark if equals else True


def _ask_for_missing(do: str, values: dict[str, Any]) -> None:
    """On a terminal each missing field is asked for; elsewhere the counter refuses."""
    if not sys.stdin.isatty() or not sys.stderr.isatty():
        return
    labels = settings().labels()
    for name, field in COMMANDS[do].model_fields.items():
        typed_as = field.alias or name
        made_here = is_numbered(do) and made_by(do) == typed_as
        filled_in = made_here or typed_as in _ASKED_BY_DEFAULT
        if not field.is_required() or typed_as in values or typed_as in _NOT_TYPED or filled_in:
            continue
        if typed_as == "against":
            answer = click.prompt(labels.field("against_notice"), err=True)
            values["against"] = {"notice": answer}
            continue
        if typed_as == "about":
            values["about"] = {"appeal": click.prompt(labels.field("about_appeal"), err=True)}
            continue
        if typed_as in _CHOICES:
            values[typed_as] = ask(labels.field(typed_as), choices_of(field.annotation))
            continue
        answer = click.prompt(labels.field(typed_as), err=True)
        values[typed_as] = int(answer) if typed_as in _WHOLE_NUMBERS and answer.isdigit() else answer


def _show(applied: Any, dry_run: bool, as_json: bool) -> None:
    labels = settings().labels()
    for note in applied.notes:
        talk(labels.note(note.code, note.fields))
    if as_json:
        shape = {"dry_run": dry_run, "position": applied.position, "events": applied.made()}
        if applied.impact is not None:
            shape |= applied.impact.values()
        print_json(shape)
        return
    for event in applied.made():
        click.echo(
            labels.say(
                "would_record" if dry_run else "recorded_event",
                kind=labels.word(event["kind"]),
                id=_name_of(event["fields"]),
                position=event["position"],
            )
        )
        if dry_run and event["kind"] == "month_closed":
            _show_handoff(event["fields"])
    if applied.impact is not None:
        show_difference(applied.impact.difference)
        click.echo(labels.say("nothing_recorded"))


def _show_handoff(close: dict[str, Any]) -> None:
    """What a close would hand to finance."""
    from cli.report import print_handoff
    from ledger.terms import format_money

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


def show_difference(difference: list[dict[str, Any]]) -> None:
    """Which figures move, as a table: whose, which, before and after."""
    labels = settings().labels()
    rows = [
        {
            "report": labels.title(row["report"].replace("_", "-")),
            "employee": row.get("employee", row.get("notice", "")),
            "month": row.get("month", row.get("obligation_month", "")),
            "figure": labels.heading(row["field"]) if row["field"] else labels.say("whole_row"),
            "before": _brief(row["before"]),
            "after": _brief(row["after"]),
        }
        for row in difference
    ]
    print_title(labels.say("figures_moved"))
    print_table(rows, ["report", "employee", "month", "figure", "before", "after"], right=["before", "after"])


def _brief(value: Any) -> str:
    """A value of a report in a few words; a whole row by its money or status."""
    if isinstance(value, dict):
        for name in ("amount", "deduction", "share", "due", "points", "status"):
            if name in value:
                return f"{settings().labels().heading(name)} {shown(value[name])}"
    if isinstance(value, list):
        return " ".join(map(str, value)) or "–"
    return shown(settings().labels().word(value) if isinstance(value, str) else value)
