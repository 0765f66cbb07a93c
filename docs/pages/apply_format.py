"""`commands.md`: the commands of a file, from their models."""

from typing import Final, get_origin

from pydantic import BaseModel

from cli.form_fields import FormField, fields_of
from cli.settings import Settings
from docs.pages.shared import MADE, alternatives, docstring
from ledger.commands import COMMANDS, REFERENCES, rows_of
from ledger.commands.notices import Evidence
from ledger.labels.messages import Labels

_READ: Final = {
    "DAY": "a date, `YYYY-MM-DD`",
    "MONTH": "a month, `YYYY-MM`",
    "WHEN": "an instant with offset (RFC 3339)",
    "YUAN": 'money in yuan, such as `"12.50"`',
}
"""How the form of a field calls what is read → its shape in a file."""


def apply_format() -> str:
    """The page."""
    labels = Settings(language="en").labels()
    parts = [
        "# Commands of an apply file",
        MADE,
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
        parts += [f"## `{do}`", docstring(command), table]
    return "\n\n".join(parts) + "\n"


def _needed(field: FormField) -> str:
    """Whether a file must hold it; of the parts of a field one thing."""
    if not field.required:
        return ""
    if field.path[0] == "evidence":  # a file is named whole
        return "yes"
    return "yes" if len(field.path) == 1 else f"one of `{field.path[0]}`"


def _help(field: FormField, labels: Labels) -> str:
    """What the field is, without what is filled in for somebody who types by hand."""
    told = labels.field(field.word)
    if told == field.word:  # of a part that is typed in another way, and says what it is by its name
        return ""
    return told.partition(";")[0].removesuffix(" (numbered if left out)")


def _held(field: FormField) -> str:
    """What a field of a command holds, in words."""
    if field.choices:
        one = alternatives(list(field.choices))
    elif field.type is Evidence:
        one = "`{name, sha256}`"
    elif isinstance(field.type, type) and issubclass(field.type, BaseModel):
        one = _object(field.type)
    elif get_origin(field.type) is dict:
        return "an object"
    elif field.coded and field.name in REFERENCES:
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
