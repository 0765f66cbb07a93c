"""Events of any registered kind, made from the declared types of its fields: a new kind needs nothing here."""

import types
from datetime import UTC, date, datetime
from functools import cache
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, StringConstraints
from pydantic.fields import FieldInfo

from ledger.events import Recorded, kinds
from ledger.terms import EARLIEST_YEAR, LATEST_YEAR, Month, Quarter

_DAYS = st.dates(date(EARLIEST_YEAR, 1, 1), date(LATEST_YEAR, 12, 31))
_INSTANTS = st.datetimes(datetime(EARLIEST_YEAR, 1, 2), datetime(LATEST_YEAR, 12, 30), timezones=st.just(UTC))
_MONTHS = _DAYS.map(lambda day: f"{day.year:04d}-{day.month:02d}")
_QUARTERS = _DAYS.map(lambda day: f"{day.year:04d}-Q{(day.month + 2) // 3}")
_INTEGERS = st.integers(-(2**53), 2**53)
_TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=20).filter(str.strip)
_JSON = st.recursive(
    st.none() | st.booleans() | _INTEGERS | st.text(st.characters(exclude_categories=["Cs"]), max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@cache
def recorded(kind: str) -> st.SearchStrategy[Recorded]:
    """Valid events of a kind in their envelope, at position 1 of a stream."""
    return st.builds(
        Recorded,
        position=st.just(1),
        stream=st.just("employee/E001"),
        version=st.just(1),
        recorded_at=_INSTANTS,
        operator=_TEXTS,
        command=st.from_regex(r"[0-9a-f]{64}", fullmatch=True),
        subject=_TEXTS,
        step=st.integers(0, 99),
        event=_models(kinds()[kind]),
    )


def examples(count: int) -> list[Recorded]:
    """Some events of every kind, the same ones each time."""
    return [event for kind in sorted(kinds()) for event in _examples_of(kind, count)]


def _examples_of(kind: str, count: int) -> list[Recorded]:
    found: list[Recorded] = []

    @settings(max_examples=count, database=None, deadline=None, derandomize=True)
    @given(recorded(kind))
    def draw(event: Recorded) -> None:
        found.append(event)

    draw()
    return found[:count]


def _models(model: type[BaseModel]) -> st.SearchStrategy[Any]:
    hints = get_type_hints(model, include_extras=True)
    fields = model.model_fields.items()
    return st.builds(model, **{field.alias or name: _values(hints[name]) for name, field in fields})


def _values(hint: Any, metadata: tuple[Any, ...] = ()) -> st.SearchStrategy[Any]:
    if hint == Month:
        return _MONTHS
    if hint == Quarter:
        return _QUARTERS
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is Annotated:
        return _values(arguments[0], (*metadata, *hint.__metadata__))
    if origin in (Union, types.UnionType):
        return st.one_of([_values(argument, metadata) for argument in arguments])
    if origin is Literal:
        return st.sampled_from(arguments)
    if origin is tuple:
        assert arguments[1:] == (...,), hint
        return st.lists(_values(arguments[0]), max_size=3).map(tuple)
    if origin is dict:
        return st.dictionaries(_values(arguments[0]), _values(arguments[1]), max_size=3)
    if hint is Any:
        return _JSON
    return _plain(hint, metadata)


def _plain(hint: Any, metadata: tuple[Any, ...]) -> st.SearchStrategy[Any]:
    if hint is str:
        patterns = [str(m.pattern) for m in metadata if isinstance(m, StringConstraints) and m.pattern]
        return st.from_regex(patterns[0].strip("^$"), fullmatch=True) if patterns else _TEXTS
    if hint is int:
        return st.integers(_bound(metadata, "ge", -(2**53)), _bound(metadata, "le", 2**53))
    if isinstance(hint, type) and issubclass(hint, BaseModel):
        return _models(hint)
    known = {type(None): st.none(), bool: st.booleans(), date: _DAYS, datetime: _INSTANTS}
    if hint not in known:
        raise TypeError(f"say here how a {hint} is made")
    return known[hint]


def _bound(metadata: tuple[Any, ...], name: str, default: int) -> int:
    for item in metadata:
        constraints = item.metadata if isinstance(item, FieldInfo) else [item]
        for constraint in constraints:
            if hasattr(constraint, name):
                bound: int = getattr(constraint, name)
                return bound
    return default
