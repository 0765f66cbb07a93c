"""Events as they lie in the log, made without checking them: for folding many, which were checked when recorded.

What a field becomes follows from the models alone, so that a new kind needs nothing here. Such an event is for
folds: it knows its fields and its class, and nothing of pydantic's.
"""

from collections.abc import Callable
from datetime import date, datetime
from functools import lru_cache
from types import NoneType
from typing import Annotated, Any, TypeVar, get_args, get_origin

from pydantic import BaseModel

from ledger.events.base import Event, kinds, read_event

Reader = Callable[[Any], Any]
M = TypeVar("M", bound=BaseModel)

_DAYS_KEPT = 40_000


def trusted_event(kind: str, schema_version: int, fields: dict[str, Any]) -> Event:
    """Stored fields to an event; those of an older schema version are upcast and validated.

    KeyError for an unknown kind. Where stored fields are damaged it raises anything or nothing: whoever needs to
    know what is wrong reads them with `read_event`.
    """
    cls = _kinds()[kind]
    if schema_version != cls.schema_version:
        return read_event(kind, schema_version, fields)
    return _made(cls, fields)


@lru_cache(maxsize=1)
def _kinds() -> dict[str, type[Event]]:
    return kinds()


class _Shape:
    """How a model is made: its defaults, the fields stored under another name, and those that are converted."""

    __slots__ = ("defaults", "read", "renamed")

    def __init__(self, cls: type[BaseModel]) -> None:
        fields = cls.model_fields
        self.defaults = {
            name: field.get_default(call_default_factory=True)
            for name, field in fields.items()
            if not field.is_required()
        }
        self.renamed = [(field.alias, name) for name, field in fields.items() if field.alias is not None]
        readers = ((name, _reader(field.annotation)) for name, field in fields.items())
        self.read = [(name, reader) for name, reader in readers if reader is not None]


_shapes: dict[type[BaseModel], _Shape] = {}


def _made(cls: type[M], fields: dict[str, Any]) -> M:
    shape = _shapes.get(cls)
    if shape is None:
        shape = _shapes[cls] = _Shape(cls)
    values = {**shape.defaults, **fields}
    for alias, name in shape.renamed:
        if alias in values:
            values[name] = values.pop(alias)
    for name, reader in shape.read:
        value = fields.get(name)
        if value is not None:
            values[name] = reader(value)
    made = cls.__new__(cls)
    object.__setattr__(made, "__dict__", values)
    return made


def _reader(annotation: Any) -> Reader | None:
    """What turns a stored value into a field's; None where it is the same. A sealed field stays the text it is."""
    kept = [part for part in get_args(annotation) if part is not NoneType]
    origin = get_origin(annotation)
    if origin is Annotated:
        return _reader(kept[0])
    if origin is tuple:
        return _tuple_reader(_reader(kept[0]))
    if origin is not None and NoneType in get_args(annotation) and len(kept) == 1:
        return _reader(kept[0])
    if not isinstance(annotation, type):
        return None
    if issubclass(annotation, BaseModel):
        return lambda value: _made(annotation, value)
    if issubclass(annotation, datetime):
        return datetime.fromisoformat
    return _day if issubclass(annotation, date) else None


def _tuple_reader(item: Reader | None) -> Reader:
    def read(value: Any) -> Any:
        if not isinstance(value, list):
            return value
        return tuple(value) if item is None else tuple([item(one) for one in value])

    return read


@lru_cache(maxsize=_DAYS_KEPT)
def _day(text: str) -> date:
    return date.fromisoformat(text)
