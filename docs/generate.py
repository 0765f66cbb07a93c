"""Writes the pages that are made from the code: `python -m docs.generate`, in the repository's folder.

`cli.md` comes from the command line as it is, `commands.md` from the models of commands, `events.md` from the registry of
events, and the table in `access.md` from the one that rights are read from; all are in English.
A test compares the pages with what would be written.
"""

import ast
import inspect
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any, Final, Literal, get_args, get_origin

import click
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from cli.form_fields import FormField, fields_of
from cli.localized_help import SpeakingCommand, SpeakingGroup
from cli.main import kaoji
from cli.settings import Settings
from ledger import terms
from ledger.access.classes import CLASSES, Grant
from ledger.access.may import MAY
from ledger.commands import COMMANDS, REFERENCES, rows_of
from ledger.commands.notices import Evidence
from ledger.events import Event, Personal, Recorded, kinds
from ledger.labels.messages import Labels
from ledger.subjects import referred

FOLDER: Final = Path(__file__).parent
_MADE: Final = "Made from the code by `python -m docs.generate`; whatever is written here by hand is lost."


def pages() -> dict[Path, str]:
    """Every page by its file."""
    return {
        FOLDER / "access.md": _access(),
        FOLDER / "cli.md": _cli(),
        FOLDER / "commands.md": _apply_format(),
        FOLDER / "events.md": _events(),
    }


# --- the command line ---------------------------------------------------------------------------------

Speaking = SpeakingCommand | SpeakingGroup
Rows = list[tuple[str, str]]


def commands(language: str = "en") -> Iterator[tuple[Speaking, click.Context]]:
    """Every command and group in the order of their helps, each in a context as if it were being called."""
    chosen = Settings(language=language)
    yield from _below(kaoji, kaoji.make_context("kaoji", [], obj=chosen, resilient_parsing=True))


def _below(command: click.Command, context: click.Context) -> Iterator[tuple[Speaking, click.Context]]:
    assert isinstance(command, Speaking)
    yield command, context
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            under = command.get_command(context, name)
            assert under is not None
            yield from _below(under, under.make_context(name, [], parent=context, resilient_parsing=True))


def _cli() -> str:
    shared = _shared_options()
    parts = [
        "# The command line",
        _MADE,
        "Every command shows the same with `--help`, in the language of `--lang`, `KAOJI_LANG` or the system.",
        "The exit status is 0 when done, 1 where something was found (an error in a policy file), 2 for input that"
        "\ncannot be read, 3 for what the ledger refuses, 74 where the answer could not be written (such as to a full"
        "\ndisk; what was asked may be recorded), 130 when interrupted.",
        "Options of every command:",
        _list(shared),
    ]
    for command, context in commands():
        parts += _command(command, context, shared)
    return "\n\n".join(parts) + "\n"


def _shared_options() -> Rows:
    """The options that every command has."""
    found = []
    for command, context in commands():
        with context:
            found.append(command.options_told(context))
    return [row for row in found[0] if all(row in rows for rows in found)]


def _command(command: Speaking, context: click.Context, shared: Rows) -> list[str]:
    depth = len(context.command_path.split())
    with context:
        usage = " ".join([context.command_path, *command.collect_usage_pieces(context)])
        rows = command.arguments_told(context) + command.options_told(context)
        parts = [f"{'#' * min(depth + 1, 3)} {context.command_path}", command.help_in_language()]
    parts.append(_code([usage]))
    own = [row for row in rows if row not in shared]
    if own:
        parts.append(_list(own))
    if isinstance(command, click.Group):
        parts.append("Commands: " + ", ".join(f"`{name}`" for name in command.list_commands(context)) + ".")
    if command.examples:
        parts.append(_code(command.examples))
    return parts


def _list(rows: Rows) -> str:
    return "\n".join(f"- `{term}`: {' '.join(text.split())}" for term, text in rows)


def _code(lines: Any) -> str:
    return "\n".join(["```", *lines, "```"])


# --- who may see what ---------------------------------------------------------------------------------

_GRANTS: Final = {
    Grant.NONE: "–",
    Grant.FACTS: "facts",
    Grant.PARTY: "as a party",
    Grant.PURPOSE: "purpose",
    Grant.WORDS: "all",
}
_RIGHTS: Final = re.compile(
    r"(?<=<!-- the table of rights -->\n).*(?=\n<!-- end of the table -->)", re.DOTALL
)


def _access() -> str:
    """The page as it is written by hand, with the table of rights as the code has it."""
    rows = [["who, today", *CLASSES], ["---"] * (len(CLASSES) + 1)]
    for relation, row in MAY.items():
        rows.append([f"`{relation}`", *(_GRANTS[row.get(info, Grant.NONE)] for info in CLASSES)])
    table = "\n".join(f"| {' | '.join(row)} |" for row in rows)
    return _RIGHTS.sub(table, (FOLDER / "access.md").read_text("utf-8"))


# --- the events ---------------------------------------------------------------------------------------

_STREAM: Final = re.compile(r"\bStream\s`([^`]+)`")
"""Where the docstring of a module of events says on which stream they stand."""

_ID: Final = "text of 1 to 64 of the characters `A-Z a-z 0-9 . _ -`"
_SHAPES: Final = {
    **{name: _ID for name, kind in vars(terms).items() if referred(kind) is not None},
    "PolicyVersion": _ID,
    "ClauseCode": _ID,
    "DepartmentId": "text of 1 to 64 characters",
    "Day": "text `YYYY-MM-DD`, in the site's time zone",
    "Month": "text `YYYY-MM`",
    "Instant": "text in UTC such as `2026-08-01T01:30:00Z`",
    "Quarter": "text `YYYY-Qn`",
    "Points": "whole number from 1 to 9999",
    "MarkPoints": "whole number from -100 to 100",
    "SheetPoints": "whole number from 0 to 9999",
    "Sha256": "text of 64 hexadecimal digits",
    "str": "text",
    "int": "whole number; fen where the name ends in `_fen`",
    "bool": "`true` or `false`",
    "Any": "any JSON value",
}
"""What the JSON of a type holds; a `Literal` of `terms` speaks for itself."""


def _events() -> str:
    modules: dict[str, list[type[Event]]] = {}
    for event in kinds().values():
        modules.setdefault(event.__module__, []).append(event)
    used: dict[str, None] = {}
    parts = [
        "# Events",
        _MADE,
        "What can stand in the log. A stored event is never changed; older schema versions are read by upcasting. "
        "Fields\nat the value of *if left out* are not stored. *Personal* fields hold words about or of the person "
        "whom the\nfield named there gives, and may be erased.",
        "Beside each event the log keeps:",
        _docstring(Recorded),
    ]
    for name, events in modules.items():
        subject, stream = name.rpartition(".")[2], _STREAM.search(sys.modules[name].__doc__ or "")
        if stream is None:
            raise ValueError(f"the docstring of {name} does not say: Stream `…`")
        parts += [f"## {subject.capitalize()}", _docstring(sys.modules[name])]
        for event in events:
            parts += _event(event, stream.group(1), used)
        for part in _parts(sys.modules[name]):
            parts += [f"### {part.__name__}", _docstring(part), _fields(part, used)]
    parts += ["## Types", _types(used)]
    return "\n\n".join(parts) + "\n"


def _event(event: type[Event], stream: str, used: dict[str, None]) -> list[str]:
    return [
        f"### {event.kind}",
        _docstring(event),
        f"Schema version {event.schema_version}, stream `{stream}`.",
        _fields(event, used),
    ]


def _parts(module: ModuleType) -> list[type[BaseModel]]:
    """The models of a module that are no events, but parts of them."""
    return [
        thing
        for thing in vars(module).values()
        if isinstance(thing, type) and issubclass(thing, BaseModel) and thing.__module__ == module.__name__
        if not issubclass(thing, Event)
    ]


def _fields(model: type[BaseModel], used: dict[str, None]) -> str:
    rows = ["| field | type | if left out | personal |", "|---|---|---|---|"]
    written = _annotations(model)
    for name, field in model.model_fields.items():
        personal = [_owner(mark) for mark in field.metadata if isinstance(mark, Personal)]
        cells = [f"`{name}`", _type(written[name], used), _default(field), " ".join(personal)]
        rows.append("| " + " | ".join(cells) + " |")
    return "\n".join(rows)


def _owner(mark: Personal) -> str:
    """Whose the words in a field are, by the field that says so."""
    whose = [f"of `{field}`" for field in (mark.of, mark.site) if field is not None]
    return ", else ".join(whose)


def _annotations(model: type[BaseModel]) -> dict[str, ast.expr]:
    """The annotations as they are written: names such as `EmployeeId` are gone from the classes themselves."""
    found: dict[str, ast.expr] = {}
    for ancestor in reversed(model.__mro__):
        if issubclass(ancestor, BaseModel) and ancestor is not BaseModel:
            (tree,) = ast.parse(inspect.getsource(ancestor)).body
            assert isinstance(tree, ast.ClassDef)
            for node in tree.body:
                if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
                    found[node.target.id] = node.annotation
    return found


def _type(written: ast.expr, used: dict[str, None]) -> str:
    """A type in words; the names in it are kept for the list of types."""
    match written:
        case ast.BinOp(left=left, right=right):
            return f"{_type(left, used)} or {_type(right, used)}"
        case ast.Constant(value=None):
            return "`null`"
        case ast.Name(id=name):
            used[name] = None
            return f"`{name}`"
        case ast.Subscript(value=ast.Name(id="Annotated"), slice=ast.Tuple(elts=[inner, *_])):
            return _type(inner, used)
        case ast.Subscript(value=ast.Name(id="Literal"), slice=ast.Tuple(elts=choices)):
            return _alternatives([ast.literal_eval(choice) for choice in choices])
        case ast.Subscript(value=ast.Name(id="tuple"), slice=ast.Tuple(elts=[inner, _])):
            return f"list of {_type(inner, used)}"
        case ast.Subscript(value=ast.Name(id="dict"), slice=ast.Tuple(elts=[key, value])):
            return f"object of {_type(key, used)} to {_type(value, used)}"
    raise TypeError(f"there are no words for the type {ast.unparse(written)}")


def _alternatives(choices: list[str]) -> str:
    *others, last = (f"`{choice}`" for choice in choices)
    return f"{', '.join(others)} or {last}"


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return ""
    default = field.get_default(call_default_factory=True)
    words = {None: "`null`", True: "`true`", False: "`false`", (): "empty"}
    return "empty" if default == {} else words[default]


def _types(used: dict[str, None]) -> str:
    rows = ["| type | JSON |", "|---|---|"]
    models = {part.__name__ for event in kinds().values() for part in _parts(sys.modules[event.__module__])}
    for name in sorted(used.keys() - models):
        rows.append(f"| `{name}` | {_shape(name)} |")
    return "\n".join(rows)


def _shape(name: str) -> str:
    noun = getattr(terms, name, None) or _literals()[name] if name not in _SHAPES else None
    return _SHAPES[name] if noun is None else _alternatives(list(get_args(noun)))


def _literals() -> dict[str, Any]:
    """The alternatives that the modules of events name themselves."""
    modules = {sys.modules[event.__module__] for event in kinds().values()}
    return {
        name: thing
        for module in modules
        for name, thing in vars(module).items()
        if get_origin(thing) is Literal
    }


def _docstring(thing: object) -> str:
    return inspect.cleandoc(thing.__doc__ or "")


# --- the commands of a file -----------------------------------------------------------------------------

_READ: Final = {
    "DAY": "a date, `YYYY-MM-DD`",
    "MONTH": "a month, `YYYY-MM`",
    "WHEN": "an instant with offset (RFC 3339)",
    "YUAN": 'money in yuan, such as `"12.50"`',
}
"""How the form of a field calls what is read → its shape in a file."""


def _apply_format() -> str:
    labels = Settings(language="en").labels()
    parts = [
        "# Commands of an apply file",
        _MADE,
        "`kaoji apply FILE` takes UTF-8 JSON Lines: one command an object, `do` names it. The whole file is recorded or"
        "\nnothing of it, and all its faults are told at once; `--dry-run` tells them before. A command equal to one"
        "\nrecorded before is skipped; any may carry a free `key` to be told apart from an equal one. Unknown fields,"
        "\nmissing fields and wrong types are refused. Ids are 1 to 64 of `A-Z a-z 0-9 . _ -`.",
    ]
    for do, command in COMMANDS.items():
        rows = [
            f"| `{'.'.join(each.path)}` | {_held(each)} | {_needed(each)} | {_help(each, labels)} |"
            for each in fields_of(do)
            if each.name not in ("do", "key")
        ]
        table = "\n".join(["| field | what | needed | |", "|---|---|---|---|", *rows])
        parts += [f"## `{do}`", _docstring(command), table]
    return "\n\n".join(parts) + "\n"


def _needed(field: FormField) -> str:
    """Whether a file must hold it; of the parts of a field one thing."""
    if not field.required:
        return ""
    return "yes" if len(field.path) == 1 else f"one of `{field.path[0]}`"


def _help(field: FormField, labels: Labels) -> str:
    """What the field is, without what is filled in for somebody who types by hand."""
    return labels.field(field.word).partition(";")[0].removesuffix(" (numbered if left out)")


def _held(field: FormField) -> str:
    """What a field of a command holds, in words."""
    if field.choices:
        one = _alternatives(list(field.choices))
    elif field.type is Evidence:
        one = "`{name, sha256}`"
    elif isinstance(field.type, type) and issubclass(field.type, BaseModel):
        one = _object(field.type)
    elif get_origin(field.type) is dict:
        return "an object"
    elif field.name in REFERENCES:
        one = f"id of {'an' if REFERENCES[field.name][0] in 'aeiou' else 'a'} {REFERENCES[field.name]}"
    else:
        one = "a whole number" if field.is_whole_number else _READ.get(field.read_as or "", "text")
    one += ", or `null`" if field.nullable else ""
    return f"a list: {one}" if field.many else one


def _object(model: type[BaseModel]) -> str:
    """A part of which a command holds many: its fields, and those of the parts it holds itself."""
    found, listed = [], rows_of(model)
    for key, field in model.model_fields.items():
        inner = listed.get(key)
        shape = "" if inner is None else f": [{_object(inner).strip('`')}]"
        found.append(f"{field.alias or key}{'' if field.is_required() else '?'}{shape}")
    return "`{" + ", ".join(found) + "}`"


# --- writing ------------------------------------------------------------------------------------------


def main() -> None:
    """Writes every page that has changed, and names it."""
    for file, text in pages().items():
        if not file.exists() or file.read_text("utf-8") != text:
            file.write_text(text, "utf-8")
            print(file.relative_to(FOLDER.parent).as_posix())


if __name__ == "__main__":
    main()
