"""Two policy documents compared: what changed, by key, with the source of either side.

Clauses, bands and dimensions are matched by what tells them apart (code, range), never by their place; the
calendar's days are counted by year.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from ledger.policy.diagnostic import listed
from ledger.policy.source_lines import name_of

_DAY_LISTS: Final = ("days_off", "days_worked")
_YEAR_LENGTH: Final = 4


@dataclass(frozen=True, slots=True)
class Leaf:
    """A value of a document, and the source that stands nearest to it."""

    value: Any
    source: str | None


@dataclass(frozen=True, slots=True)
class Change:
    """A key whose value differs; None where it is left out. Days of the calendar: how many, and which."""

    key: str
    old: Any
    new: Any
    old_source: str | None
    new_source: str | None
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()


def difference(old: dict[str, Any], new: dict[str, Any]) -> list[Change]:
    """The changes from one document to another, table by table in the order of the new one."""
    before, after = leaves(old), leaves(new)
    nothing = Leaf(None, None)
    changes = []
    for key in dict.fromkeys((*before, *after)):
        was, now = before.get(key, nothing), after.get(key, nothing)
        if was.value != now.value or type(was.value) is not type(now.value):
            changes.append(Change(key, was.value, now.value, was.source, now.source))
    changes = [*_whole_items(changes, _items(old), _items(new)), *_days(old, new)]
    tables = list(dict.fromkeys((*new, *old)))
    return sorted(changes, key=lambda change: _place(change.key, tables))


def _place(key: str, tables: list[str]) -> int:
    """Which table a key stands in; somebody's own key may hold a dot or a bracket itself."""
    begins = (
        number for number, table in enumerate(tables) if f"{key}.".startswith((f"{table}.", f"{table}["))
    )
    return next(begins, len(tables))


def leaves(document: dict[str, Any]) -> dict[str, Leaf]:
    """Every value of a document by its key, but for the calendar's days."""
    found: dict[str, Leaf] = {}
    for key, leaf in _leaves(document, "", None):
        found.setdefault(key, leaf)
    return found


def _leaves(value: Any, key: str, source: str | None) -> Iterator[tuple[str, Leaf]]:
    if isinstance(value, dict):
        for name, item in value.items():
            inner = f"{key}.{name}" if key else name
            if key != "calendar" or name not in _DAY_LISTS:
                yield from _leaves(item, inner, _source_of(value, name) or source)
    elif isinstance(value, list) and any(isinstance(item, dict) for item in value):
        for name, item in _named(value):
            yield from _leaves(item, f"{key}[{name}]", source)
    else:
        yield key, Leaf(value, source)


def _source_of(table: dict[str, Any], name: str) -> str | None:
    """The source a value rests on: one named after it, the table's own, else what other sources the table has."""
    if name == "source" or name.endswith("_source"):
        return None
    sources = {key.removesuffix("_source"): str(table[key]) for key in table if key.endswith("_source")}
    for begins, source in sources.items():
        if name.startswith(begins):
            return source
    if "source" in table:
        return str(table["source"])
    values = _value_keys(table)
    shared = [source for begins, source in sources.items() if not any(v.startswith(begins) for v in values)]
    return "; ".join(shared) or None


def _value_keys(table: dict[str, Any]) -> list[str]:
    """The keys of a table that hold no source."""
    return [key for key in table if key != "source" and not key.endswith("_source")]


def _named(values: list[Any]) -> Iterator[tuple[str, Any]]:
    """A list's items with the names that tell them apart; equal names are numbered."""
    seen: dict[str, int] = {}
    for index, item in enumerate(values):
        name = name_of(item, index)
        seen[name] = seen.get(name, 0) + 1
        yield (name if seen[name] == 1 else f"{name} ({seen[name]})"), item


def _items(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Clauses, bands and dimensions by their keys."""
    lists = {
        "bands": listed(document, "bands"),
        "appraisal.dimensions": listed(document, "appraisal", "dimensions"),
        "clauses": listed(document, "clauses"),
    }
    return {
        f"{key}[{name}]": item
        for key, values in lists.items()
        for name, item in _named(values)
        if isinstance(item, dict)
    }


def _whole_items(
    changes: list[Change], old: dict[str, dict[str, Any]], new: dict[str, dict[str, Any]]
) -> list[Change]:
    """A clause, band or dimension that came or went is one change, not one for each of its keys."""
    found: dict[str, Change] = {}
    for change in changes:
        item = change.key.partition("]")[0] + "]"
        if (item in old) == (item in new):
            found[change.key] = change
        else:
            was, now = old.get(item), new.get(item)
            found[item] = Change(item, _bare(was), _bare(now), _own_source(was), _own_source(now))
    return list(found.values())


def _bare(item: dict[str, Any] | None) -> dict[str, Any] | None:
    return None if item is None else {key: item[key] for key in _value_keys(item)}


def _own_source(item: dict[str, Any] | None) -> str | None:
    source = None if item is None else item.get("source")
    return None if source is None else str(source)


def _days(old: dict[str, Any], new: dict[str, Any]) -> Iterator[Change]:
    """The calendar's days, a change for each list and year."""
    old_source, new_source = _calendar_source(old), _calendar_source(new)
    for name in _DAY_LISTS:
        before, after = (_by_year(listed(document, "calendar", name)) for document in (old, new))
        for year in sorted({*before, *after}):
            was, now = before.get(year, set()), after.get(year, set())
            if was != now:
                yield Change(
                    f"calendar.{name}[{year}]",
                    len(was),
                    len(now),
                    old_source,
                    new_source,
                    added=tuple(sorted(now - was)),
                    removed=tuple(sorted(was - now)),
                )


def _calendar_source(document: dict[str, Any]) -> str | None:
    calendar = document.get("calendar")
    return _own_source(calendar) if isinstance(calendar, dict) else None


def _by_year(days: list[Any]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for day in map(str, days):
        found.setdefault(day[:_YEAR_LENGTH], set()).add(day)
    return found


def days_by_year(document: dict[str, Any]) -> dict[str, dict[str, int]]:
    """How many days each year of the calendar lists as off and as worked."""
    found: dict[str, dict[str, int]] = {}
    for name in _DAY_LISTS:
        for year, days in _by_year(listed(document, "calendar", name)).items():
            found.setdefault(year, dict.fromkeys(_DAY_LISTS, 0))[name] = len(days)
    return dict(sorted(found.items()))
