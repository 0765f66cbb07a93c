"""Events as they lie in the log, made without checking them: for folding many, which were checked when recorded.

What a field becomes follows from the models alone, so that a new kind needs nothing here. Such an event is for
folds: it knows its fields and its class, and nothing of pydantic's.
"""

from collections.abc import Callable
from datetime import date, datetime
from functools import lru_cache
from types import NoneType
from typing import Annotated, Any, get_args, get_origin

from pydantic import BaseModel

from ledger.events.base import Event, kinds, read_event

Reader = Callable[[Any], Any]

_DAYS_KEPT = 40_000


def trusted_event(kind: str, schema_version: int, fields: dict[str, Any]) -> Event:
    """Stored fields to an event; those of an older schema version are upcast and validated.

    KeyError for an unknown kind. Where stored fields are damaged it raises anything or nothing: whoever needs to
    know what is wrong reads them with `read_event`.
    """
    maker = _makers.get(kind)
    if maker is None:
        cls = kinds()[kind]
        maker = _makers[kind] = (cls.schema_version, _maker(cls))
    if schema_version != maker[0]:
        return read_event(kind, schema_version, fields)
    event: Event = maker[1](fields)
    return event


_makers: dict[str, tuple[int, Reader]] = {}


def _maker(cls: type[BaseModel]) -> Reader:
    """What makes a model of stored fields: its defaults, other names undone, what is kept otherwise converted."""
    fields = cls.model_fields
    defaults = {
        name: field.get_default(call_default_factory=True)
        for name, field in fields.items()
        if not field.is_required()
    }
    renamed = [(field.alias, name) for name, field in fields.items() if field.alias is not None]
    found = ((name, _reader(field.annotation)) for name, field in fields.items())
    readers = [(name, reader) for name, reader in found if reader is not None]
    new, set_attribute = cls.__new__, object.__setattr__

    def make(stored: dict[str, Any]) -> BaseModel:
        values = {**defaults, **stored}
        if renamed:
            for alias, name in renamed:
                if alias in values:
                    values[name] = values.pop(alias)
        for name, reader in readers:
            value = values[name]
            if value is not None:
                values[name] = reader(value)
        made = new(cls)
        set_attribute(made, "__dict__", values)
        return made

    return make


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
        return _maker(annotation)
    if issubclass(annotation, datetime):
        return datetime.fromisoformat
    return _day if issubclass(annotation, date) else None


def _tuple_reader(item: Reader | None) -> Reader:
    def read(value: Any) -> Any:
        if not isinstance(value, list):
            return value
        return tuple(value) if item is None else tuple(map(item, value))

    return read


@lru_cache(maxsize=_DAYS_KEPT)
def _day(text: str) -> date:
    return date.fromisoformat(text)
