"""Events as they lie in the log, made without checking them: for folding many, which were checked when recorded.

Each kind has a twin: a class of msgspec's with the same fields and the kind's name, by which folds go. What its
fields are follows from the models alone, so that a new kind needs nothing here. A twin is for folds: it knows
nothing of pydantic's, is no instance of the event's class, and leaves personal fields unread: where they lie they
are sealed, and no figure and no sheet holds one (laws 3 and 7).
"""

from datetime import date, datetime
from functools import cache
from types import NoneType
from typing import Annotated, Any, Final, get_args, get_origin

import msgspec
from pydantic import BaseModel

from ledger.events.base import Personal, kinds

UNREAD: Final = ""
"""What stands in a twin for a personal field that every event of its kind has; for others it is their default."""


@cache
def trusted_kind(kind: str) -> type[msgspec.Struct]:
    """The twin of a kind, for its present schema version. KeyError for an unknown kind."""
    return _twin(kinds()[kind])


def _twin(cls: type[BaseModel]) -> type[msgspec.Struct]:
    fields = cls.model_fields
    namespace = {name: getattr(cls, name) for name in cls.__class_vars__}
    stated: list[tuple[str, Any, Any]] = []
    for name, field in fields.items():
        default = msgspec.NODEFAULT if field.is_required() else field.get_default(call_default_factory=True)
        if any(isinstance(mark, Personal) for mark in field.metadata):
            namespace[name] = UNREAD if default is msgspec.NODEFAULT else default
            continue
        kind = Any if field.annotation is None else _type(field.annotation)
        stated.append((name, kind, msgspec.field(default=default)))
    return msgspec.defstruct(
        cls.__name__,
        stated,
        namespace=namespace,
        rename={name: field.alias for name, field in fields.items() if field.alias is not None},
        kw_only=True,
        gc=False,
    )


def _type(annotation: Any) -> Any:
    """As what a stored value is read: days, instants, models and tuples of these; what else there is stays as stored."""
    kept = [part for part in get_args(annotation) if part is not NoneType]
    origin = get_origin(annotation)
    if origin is Annotated:
        return _type(kept[0])
    if origin is tuple:
        return tuple.__class_getitem__((_type(kept[0]), ...))
    if origin is not None and NoneType in get_args(annotation) and len(kept) == 1:
        found = _type(kept[0])
        return found if found is Any else found | None
    if not isinstance(annotation, type):
        return Any
    if issubclass(annotation, BaseModel):
        return _twin(annotation)
    if issubclass(annotation, datetime):
        return datetime
    return date if issubclass(annotation, date) else Any
