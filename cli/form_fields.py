"""The fields of a hand-typed form, read from the annotations of a command: how each is given, completed and understood."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, Final, Literal, Union, get_args, get_origin

import click
from click.shell_completion import CompletionItem
from pydantic import BaseModel, BeforeValidator

from cli.choices import CHECKLIST, ask, code_of, prompt
from cli.render import shown
from cli.round_rows import answers, finding
from cli.settings import settings
from cli.sheet_rows import day_row, week_row
from cli.typed import as_day, as_instant, as_money, as_month, as_number
from ledger.application.given_file import opened
from ledger.commands import COMMANDS, REFERENCES, parts_of, references_of
from ledger.commands.inspections import ClauseAnswer, RoundFinding
from ledger.commands.notices import Evidence
from ledger.commands.sheets import DayRow, WeekRow
from ledger.errors import InputError, LedgerError
from ledger.subjects import OWNED, referred
from ledger.terms import parse_day, parse_instant, parse_money, parse_month
from ledger.texts import plain

_READ_AS: dict[Any, str] = {
    parse_day: "DAY",
    parse_month: "MONTH",
    parse_instant: "WHEN",
    parse_money: "YUAN",
}
"""What reads a field from a text → how a help calls what is to be typed."""

_FORGIVEN: dict[str, Callable[[str], str]] = {
    "DAY": as_day,
    "MONTH": as_month,
    "WHEN": as_instant,
    "YUAN": as_money,
}
"""How a help calls what is typed → what makes it readable."""

_YES_OR_NO: Final = ("yes", "no")
"""How a yes or no is typed."""

_CALLED = {"witnesses": "witness", "places": "place", "rows": "row"} | {
    "clauses": "clause",
    "answers": "answer",
    "findings": "finding",
}
"""Fields whose option, which may be repeated, is called otherwise."""

_PARTS: dict[Any, tuple[Callable[[str], Any], str]] = {
    DayRow: (day_row, "EMPLOYEE[=absent][; d-1 NOTE]"),
    WeekRow: (week_row, "EMPLOYEE[=SUMMARY][; e-2 NOTE]"),
    ClauseAnswer: (answers, "CLAUSE…[=RESULT][ READING][; NOTE]"),
    RoundFinding: (finding, "CLAUSE[=EMPLOYEE]; WHEN; NARRATIVE[; @PLACE][; -POINTS]"),
}
"""Models of which a command holds many, typed as texts → what reads a text as one or several, and how a help calls it."""

Complete = Callable[[click.Context, click.Parameter, str], list[CompletionItem]]


@dataclass(frozen=True)
class FormField:
    """A field to type: where its value goes in the command, and what its annotation says of it.

    `path` leads to it through the parts of a command: `("against", "notice")`; `required` is said of the path's first.
    `read_as` is how a help calls what is read from a text; None for plain words. `coded`: it is an id or a code, no words;
    `nullable`: it may be set to nothing, which says another thing than leaving it out. `do`: the command it belongs to.
    """

    path: tuple[str, ...]
    required: bool
    type: Any
    many: bool
    read_as: str | None
    coded: bool = False
    nullable: bool = False
    do: str = ""

    @property
    def name(self) -> str:
        """As its model calls it."""
        return self.path[-1]

    @property
    def word(self) -> str:
        """The field's key among the labels: `file_appeal.by`; `file_appeal.against_notice` for a part's."""
        plainly = self.name if len(self.path) == 1 else f"{self.path[0]}_{self.name}"
        return f"{self.do}.{plainly}"

    @property
    def choices(self) -> tuple[str, ...]:
        """The codes it may hold, where it may hold only these."""
        return get_args(self.type) if get_origin(self.type) is Literal else ()

    @property
    def is_whole_number(self) -> bool:
        """Whether it holds a number that is no money."""
        return self.type is int and self.read_as is None

    @property
    def variable(self) -> str:
        """Its name in Python."""
        return "from_" if self.name == "from" else self.name

    @property
    def flag(self) -> str:
        """As it is typed before a value."""
        return f"--{_CALLED.get(self.name, self.name).replace('_', '-')}"

    @property
    def metavar(self) -> str:
        """What a help says is to be typed."""
        if self.choices or self.type is bool:
            return f"[{'|'.join(self.choices or _YES_OR_NO)}]"
        if self.type is Evidence:
            return "FILE"
        if self.type in _PARTS:
            return _PARTS[self.type][1]
        if get_origin(self.type) is dict:
            return f"{of.upper()}={self._held().metavar}" if (of := self._of_each) else "ITEM=REMARK"
        called = REFERENCES.get(self.name, self.name) if self.coded else self.name
        return "N" if self.is_whole_number else self.read_as or called.upper()

    def option(self) -> click.Option:
        """As an option."""
        return click.Option(
            [self.flag, self.variable],
            multiple=self.many,
            metavar=self.metavar,
            help=f"field:{self.word}",
            shell_complete=completion(self.name if self.coded else "", self.choices),
        )

    def argument(self, optional: bool) -> click.Argument:
        """As an argument given by its place."""
        metavar = f"[{self.name.upper()}]" if optional else self.name.upper()
        complete = completion(self.name)
        return click.Argument([self.variable], metavar=metavar, required=False, shell_complete=complete)

    def value(self, typed: Any) -> Any:
        """What was typed as the command takes it; what cannot be read is left for the command to refuse.

        Raises InputError `evidence_unreadable`.
        """
        if not self.many:
            return self._one(typed)
        if get_origin(self.type) is dict:
            return dict(map(self._pair if self._of_each else _item, typed))
        if self.type in _PARTS:
            read = map(_PARTS[self.type][0], typed)
            return [one for found in read for one in (found if isinstance(found, list) else [found])]
        return [_evidence(one) if self.type is Evidence else one for one in typed]

    @property
    def _of_each(self) -> str | None:
        """The kind whose ids are the keys of a mapping; None where they are items of a list."""
        return referred(get_args(self.type)[0])

    def _held(self) -> "FormField":
        """What stands behind each key of a mapping, as a field of its own."""
        plain, metadata = _unwrapped(get_args(self.type)[1], [])
        read_as = next((found for mark in metadata if (found := _read_as(mark))), None)
        return replace(self, path=("text",), type=plain, many=False, read_as=read_as)

    def _pair(self, typed: str) -> tuple[str, Any]:
        """`E017=18.00`; with nothing behind the sign the entry is taken back."""
        key, _, value = typed.partition("=")
        return plain(key), self._held().value(value) if value else None

    def _one(self, typed: str) -> str | int:
        if self.choices:
            return code_of(typed, self.choices)
        if self.type is bool:
            word = code_of(typed, _YES_OR_NO)
            return word == "yes" if word in _YES_OR_NO else typed
        if self.is_whole_number:
            number = as_number(typed)
            return int(number) if number.isascii() and number.lstrip("-").isdigit() else number
        if self.read_as is not None:
            return _FORGIVEN[self.read_as](typed)
        return plain(typed) if self.coded else typed

    def ask(self) -> str | int:
        """Its value, asked for on the terminal."""
        text = settings().labels().field(self.word)
        if self.choices:
            return self._one(ask(text, self.choices))
        return self._one(prompt(text))

    def put(self, values: dict[str, Any], value: Any) -> None:
        """Sets it in a command's values."""
        *parts, last = self.path
        for part in parts:
            values = values.setdefault(part, {})
        values[last] = value


@cache
def fields_of(do: str) -> tuple[FormField, ...]:
    """The fields of a command; where one has parts, the fields of these."""
    return tuple(replace(field, do=do) for field in _fields(COMMANDS[do]))


def _fields(model: type[BaseModel]) -> Iterator[FormField]:
    parts = parts_of(model)
    for key, field in model.model_fields.items():
        name, required = field.alias or key, field.is_required()
        if key in parts:
            for inner in _fields(parts[key]):
                yield replace(inner, path=(name, *inner.path), required=required)
        else:
            plain, metadata = _unwrapped(field.annotation, field.metadata)
            many = get_origin(plain) in (list, dict)
            held = get_args(plain)[0] if get_origin(plain) is list else plain
            read_as = next((found for mark in metadata if (found := _read_as(mark))), None)
            coded = key in references_of(model) or any(getattr(mark, "pattern", None) for mark in metadata)
            nullable = type(None) in get_args(field.annotation) and not _refuses_null(field.metadata)
            yield FormField((name,), required, held, many, read_as, coded, nullable)


def _unwrapped(annotation: Any, metadata: list[Any]) -> tuple[Any, list[Any]]:
    """A type without `Annotated` and `| None`, and all that was annotated on the way."""
    origin = get_origin(annotation)
    if origin is Annotated:
        return _unwrapped(annotation.__origin__, [*metadata, *annotation.__metadata__])
    if origin in (Union, UnionType):
        return _unwrapped(next(one for one in get_args(annotation) if one is not type(None)), metadata)
    return annotation, metadata


def _refuses_null(metadata: list[Any]) -> bool:
    return any(isinstance(mark, BeforeValidator) for mark in metadata)


def _read_as(mark: Any) -> str | None:
    return _READ_AS.get(mark.func) if isinstance(mark, BeforeValidator) else None


ANYTHING: Final = "thing"
"""Completes the id of anything that lives on somebody's stream, and their staff number."""


def completion(field: str, choices: tuple[str, ...] = ()) -> Complete:
    """How the shell completes a field: ids from the ledger, clauses from the policy, codes from the model."""

    def complete(context: click.Context, _: click.Parameter, incomplete: str) -> list[CompletionItem]:
        with context.scope(cleanup=False):
            return _offered(field, choices, incomplete)

    return complete


def _offered(field: str, choices: tuple[str, ...], incomplete: str) -> list[CompletionItem]:
    try:
        with settings().open() as ledger:
            if field == "clause":
                language = settings().labels().language
                return [
                    CompletionItem(code, help=shown(titles[language]))
                    for code, titles in ledger.policies.clauses(incomplete)
                ]
            if field == ANYTHING:
                return [
                    CompletionItem(name)
                    for kind in (*OWNED, "employee")
                    for name in ledger.ids(kind, incomplete)
                ]
            if field in REFERENCES:
                return [CompletionItem(name) for name in ledger.ids(REFERENCES[field], incomplete)]
    except LedgerError:
        return []
    word = settings().labels().word
    return [CompletionItem(choice, help=word(choice)) for choice in choices if choice.startswith(incomplete)]


def _evidence(path: str) -> dict[str, str]:
    """A file's name and the SHA-256 of its bytes; the file itself stays where it is. InputError `file_is_device`."""
    file = Path(path)
    try:
        with opened(file) as content:
            digest = hashlib.file_digest(content, "sha256").hexdigest()
    except OSError as error:
        raise InputError("evidence_unreadable", file=path, reason=error.strerror).at(
            field="evidence"
        ) from None
    return {"name": file.name, "sha256": digest}


def _item(text: str) -> tuple[str, str | bool]:
    """`item=remark`, or `item` alone for yes."""
    item, equals, remark = text.partition("=")
    return code_of(item, CHECKLIST), remark if equals else True
