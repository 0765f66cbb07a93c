"""What people may ask: one frozen model per command of the fixed interface (domain §10.1), a tagged union.

A command is input, not yet a fact. Unknown fields, missing fields and wrong types are refused here;
everything that needs the ledger's memory is refused by the aggregates. Importing this room imports every module of it;
a command is imported from the module of its subject.
"""

from collections.abc import Iterator
from functools import cache
from typing import Any, get_args, get_origin

from pydantic import BaseModel

from ledger.commands.base import Command
from ledger.rooms import modules_of
from ledger.subjects import referred

modules_of(__name__)

COMMANDS: dict[str, type[Command]] = {
    command.asked_as(): command
    for command in sorted(Command.__subclasses__(), key=lambda command: command.__module__)
}
"""Every command by its `do`, subject by subject."""


@cache
def references_of(model: type[BaseModel]) -> dict[str, str]:
    """The fields of a command, or of a part of one, that hold the id of a thing → its kind."""
    found = {name: referred(field.annotation, field.metadata) for name, field in model.model_fields.items()}
    return {name: kind for name, kind in found.items() if kind is not None}


@cache
def parts_of(model: type[BaseModel]) -> dict[str, type[BaseModel]]:
    """The fields of a command, or of a part of one, that hold a part with fields of its own → the part's model."""
    found = {name: _model_in(field.annotation) for name, field in model.model_fields.items()}
    return {name: part for name, part in found.items() if part is not None}


@cache
def rows_of(model: type[BaseModel]) -> dict[str, type[BaseModel]]:
    """The fields of a command, or of a part of one, that hold a list of parts → the model of one."""
    found = {name: _model_in(field.annotation, in_lists=True) for name, field in model.model_fields.items()}
    return {name: part for name, part in found.items() if part is not None and name not in parts_of(model)}


def _model_in(annotation: Any, in_lists: bool = False) -> type[BaseModel] | None:
    """The model an annotation is of; None for any other and, unless asked for, for a list of models."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    passed = (dict,) if in_lists else (list, dict)
    inner = () if get_origin(annotation) in passed else get_args(annotation)
    return next((found for one in inner if (found := _model_in(one, in_lists)) is not None), None)


def _with_parts(model: type[BaseModel]) -> Iterator[tuple[str | None, type[BaseModel]]]:
    """A model, and after it those of its parts, with the field that holds each."""
    yield None, model
    for key, part in parts_of(model).items():
        yield from (
            (field or model.model_fields[key].alias or key, inner) for field, inner in _with_parts(part)
        )


_MODELS = [found for command in COMMANDS.values() for found in _with_parts(command)]

PARTS: frozenset[str] = frozenset(field for field, _ in _MODELS if field is not None)
"""The fields that hold a part of a command with fields of its own."""

REFERENCES: dict[str, str] = {
    field: kind for _, model in _MODELS for field, kind in references_of(model).items()
}
"""Field → the kind of thing it names; a field that holds an id names the same kind in every command and part of one."""


def things_named(part: BaseModel) -> Iterator[tuple[str, str]]:
    """The kind and id of everything a command, or a part of one, names; the new thing and what its parts name among them."""
    references, parts = _naming(type(part))
    for field, kind in references:
        value = getattr(part, field)
        if value is not None:
            yield from ((kind, name) for name in (value if isinstance(value, list | dict) else [value]))
    for field in parts:
        value = getattr(part, field)
        for inner in value if isinstance(value, list) else (value,):
            if inner is not None:
                yield from things_named(inner)


@cache
def _naming(model: type[BaseModel]) -> tuple[tuple[tuple[str, str], ...], tuple[str, ...]]:
    """The fields that hold ids, with their kinds, and those that hold a part, or a list of such, which names something."""
    inner = parts_of(model) | rows_of(model)
    parts = tuple(name for name, part in inner.items() if any(_naming(part)))
    return tuple(references_of(model).items()), parts


def _listed(model: type[BaseModel]) -> dict[str, type[BaseModel]]:
    """The fields that hold a list of parts → the model of each."""
    found = {name: listed_in(field.annotation) for name, field in model.model_fields.items()}
    return {name: part for name, part in found.items() if part is not None}


def listed_in(annotation: Any) -> type[BaseModel] | None:
    """The model of which an annotation holds a list; None for any other."""
    if get_origin(annotation) is list:
        return _model_in(get_args(annotation)[0])
    return next((found for one in get_args(annotation) if (found := listed_in(one)) is not None), None)


__all__ = [
    "COMMANDS",
    "PARTS",
    "REFERENCES",
    "Command",
    "listed_in",
    "parts_of",
    "references_of",
    "rows_of",
    "things_named",
]
