"""The policy book: which version governs, what it says, and what differs.

A document is read from bytes here and nowhere opened: files are the caller's.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from ledger.errors import InputError, Unknown
from ledger.events import Recorded
from ledger.events.policies import POLICY_STREAM, PolicyAdopted
from ledger.formats import format_day
from ledger.policy import loading
from ledger.policy.book import Adopted, Period, PolicyBook
from ledger.policy.difference import days_by_year, difference, leaves
from ledger.policy.source_lines import Path, lines_of
from ledger.proofs.content import read_integer
from ledger.state.ledger_state import LedgerState
from ledger.terms import EARLIEST_YEAR, described, first_day, format_recorded, month_of

HOUSE: Final = "house"
"""The word for the default house rules, as the program knows them."""

_DEFAULT_TIMEZONE: Final = "Asia/Shanghai"
FIRST_MONTH: Final = f"{EARLIEST_YEAR}-01"
_NO_SITE: Final = ""

Report = dict[str, Any]
Against = list[tuple[str, list[Report]]]
"""For each version in force where and when a new one begins: its name, and what differs."""


# --- reading a document ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Document:
    """A policy document somebody wrote; `lines` says where its keys stand (TOML only)."""

    values: dict[str, Any]
    lines: Mapping[Path, int]


def require_policy(raw: bytes) -> None:
    """InputError for what is no policy."""
    loading.parse(read(raw).values)


def read(raw: bytes) -> Document:
    """Bytes to a document: JSON where they begin with a curly bracket, else TOML. InputError where they are neither."""
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        raise InputError("policy_not_utf8", byte=wrong.start + 1) from None
    try:
        if text.lstrip().startswith("{"):
            return Document(_read_json(text), {})
        return Document(loading.read_toml(text), lines_of(text))
    except RecursionError:
        raise InputError("policy_nested_too_deep") from None


def _read_json(text: str) -> dict[str, Any]:
    try:
        values: dict[str, Any] = json.loads(text, object_pairs_hook=_no_key_twice, parse_int=read_integer)
    except json.JSONDecodeError as wrong:
        raise InputError("policy_not_json", line=wrong.lineno, column=wrong.colno, reason=wrong.msg) from None
    except ValueError as wrong:
        raise InputError("policy_not_json", line=1, column=1, reason=described(wrong)) from None
    return values


def _no_key_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for key, value in pairs:
        if key in values:
            raise InputError("policy_key_twice", key=described(key))
        values[key] = value
    return values


# --- which version ------------------------------------------------------------------------------------


def today(ledger_state: LedgerState | None, sites: Iterable[str], now: datetime) -> date:
    """The day it is at every one of some sites: where it begins last, it is the earlier one."""
    zones = [ledger_state.site(site).timezone for site in sites] if ledger_state is not None else []
    return min(now.astimezone(ZoneInfo(zone)).date() for zone in zones or [_DEFAULT_TIMEZONE])


def concerned(ledger_state: LedgerState, site: str | None) -> list[str]:
    """The sites a version for one site, or for all, applies to. Unknown `site_unknown`."""
    return ledger_state.site_ids() if site is None else [ledger_state.site(site).site]


def show(
    ledger_state: LedgerState,
    now: datetime,
    *,
    site: str | None = None,
    version: str | None = None,
    on: date | None = None,
) -> Report:
    """One version: the one named, else the one in force at a site on a day (today if none is given)."""
    book = ledger_state.policy_book()
    if not book.adopted:
        raise Unknown("version_none")
    if version is not None:
        entry = book.named(version)
        if entry is None:
            raise Unknown("version_unknown", version=version, known=_known(book))
    else:
        sites = concerned(ledger_state, site)
        if len(sites) > 1:
            raise InputError("site_needed", sites=", ".join(sites))
        day = on or today(ledger_state, sites, now)
        entry = book.entry_on(sites[0] if sites else _NO_SITE, day)
    event = _adoption(ledger_state, entry)
    calendar = entry.policy.calendar
    return {
        **_entry_values(ledger_state, entry, event, concerned(ledger_state, site)),
        "title": entry.policy.title.model_dump(by_alias=True),
        "published_from": calendar.published_from,
        "published_through": calendar.published_through,
        "policy": event.document,
    }


def versions(ledger_state: LedgerState, site: str | None = None) -> list[Report]:
    """The book, in the order of adoption: each version, how it was adopted, and the months it governs where."""
    book = ledger_state.policy_book()
    sites = concerned(ledger_state, site)
    entries = book.adopted if site is None else book.versions(sites[0])
    return [_entry_values(ledger_state, entry, _adoption(ledger_state, entry), sites) for entry in entries]


def _entry_values(
    ledger_state: LedgerState, entry: Adopted, event: PolicyAdopted, sites: list[str]
) -> Report:
    recorded = _recorded(ledger_state, entry)
    start = entry.policy.effective_from
    return {
        "version": entry.policy.version,
        "site": entry.site,
        "effective_from": format_day(start),
        "governs": _governs(ledger_state.policy_book(), entry, sites),
        "position": entry.position,
        "recorded_at": format_recorded(recorded.recorded_at),
        "operator": recorded.operator,
        "on": event.on.isoformat(),
        "by": event.by,
        "digest": entry.digest,
    }


def _governs(book: PolicyBook, entry: Adopted, sites: list[str]) -> list[Report]:
    """The months a version governs, first and last, site by site; null where they have no beginning or no end."""
    found = []
    for site in sites or [_NO_SITE]:
        for reign in book.reigns(site):
            if reign.entry is entry:
                first = None if reign.start is None else month_of(reign.start)
                found.append({"site": site or None, "from": first, "through": _last_month(reign)})
    return found


def _last_month(reign: Period) -> str | None:
    return None if reign.until is None else month_of(date.fromordinal(reign.until.toordinal() - 1))


def _recorded(ledger_state: LedgerState, entry: Adopted) -> Recorded:
    return next(r for r in ledger_state.stream(POLICY_STREAM) if r.position == entry.position)


def _adoption(ledger_state: LedgerState, entry: Adopted) -> PolicyAdopted:
    event = _recorded(ledger_state, entry).event
    assert isinstance(event, PolicyAdopted)
    return event


def _known(book: PolicyBook) -> str:
    return ", ".join(entry.policy.version for entry in book.adopted)


# --- what it says, and what differs --------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a comparison as it was named, and the bytes of the file of that name where there is one."""

    name: str
    raw: bytes | None = None


def rules(document: dict[str, Any]) -> list[Report]:
    """A document's values line by line: key, value, and the source it rests on; no titles."""
    return [
        {"key": key, "value": leaf.value, "source": leaf.source}
        for key, leaf in leaves(document).items()
        if not key.endswith(("source", ".code")) and ".title." not in key
    ]


def calendar_years(document: dict[str, Any]) -> list[Report]:
    """A document's calendar, a row for each year: how many days off and days worked it lists."""
    return [{"year": int(year), **counts} for year, counts in days_by_year(document).items()]


def template() -> str:
    """The default house rules as they are written: a start for rules of one's own."""
    return loading.house_text()


def compare(ledger_state: LedgerState | None, old: Side, new: Side) -> list[Report]:
    """What differs between two documents: `house`, adopted versions or files."""
    return changes(_document(ledger_state, old), _document(ledger_state, new))


def changes(old: dict[str, Any], new: dict[str, Any]) -> list[Report]:
    """What differs between two documents, as `--json` prints it."""
    return [
        {
            "path": change.key,
            "old": change.old,
            "new": change.new,
            "old_source": change.old_source,
            "new_source": change.new_source,
            **({"added": change.added, "removed": change.removed} if change.added or change.removed else {}),
        }
        for change in difference(old, new)
    ]


def _document(ledger_state: LedgerState | None, side: Side) -> dict[str, Any]:
    """`house` goes before an adopted version, that before a file of the same name, and that before former house rules."""
    if side.name == HOUSE:
        return loading.house_rules()
    book = ledger_state.policy_book() if ledger_state is not None else PolicyBook()
    entry = book.named(side.name)
    if ledger_state is not None and entry is not None:
        return _adoption(ledger_state, entry).document
    former = loading.former_house_rules()
    if side.raw is None and side.name == former["version"]:
        return former
    if side.raw is None:
        raise Unknown("version_unknown", version=side.name, known=_known(book) or None)
    return read(side.raw).values


def against_those_in_force(
    ledger_state: LedgerState | None, document: dict[str, Any], site: str | None
) -> Against:
    """What a new version would change."""
    if ledger_state is None:
        house = loading.house_rules()
        return [(house["version"], changes(house, document))]
    start = loading.parse(document).effective_from or first_day(FIRST_MONTH)
    book = ledger_state.policy_book()
    entries = {
        entry.position: entry
        for name in concerned(ledger_state, site) or [_NO_SITE]
        for entry in [book.entry_on(name, start)]
    }
    return [
        (entry.policy.version, changes(_adoption(ledger_state, entry).document, document))
        for entry in entries.values()
    ]


def adoption(
    ledger_state: LedgerState | None, document: dict[str, Any], given: dict[str, Any], now: datetime
) -> dict[str, Any]:
    """The fields of the command that adopts a document; `on` left out is today."""
    sites = concerned(ledger_state, given.get("site")) if ledger_state is not None else []
    on = today(ledger_state, sites, now).isoformat()
    return {"do": "adopt_policy", "policy": document, "on": on, **given}
