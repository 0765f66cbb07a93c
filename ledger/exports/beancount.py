"""The books for beancount: accounts opened, what the ledger says asserted at the start of the next day (finance §16)."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import groupby

from ledger.exports.accounts import Names
from ledger.exports.books import Account, Entry
from ledger.terms import format_money


def ledger(entries: Sequence[Entry], names: Names, titles: Mapping[str, str]) -> str:
    """The text of a ledger file. `titles` are words for what entries are: close, run, return, carry, write_off."""
    parts = ['option "operating_currency" "CNY"']
    if entries:
        accounts = sorted({names.of(account) for entry in entries for account, _ in entry.postings})
        parts.append("\n".join(f"{entries[0].day} open {name} CNY" for name in accounts))
    for day, of_day in groupby(entries, key=lambda entry: entry.day):
        found = list(of_day)
        parts += ["\n".join(_entry(each, names, titles)) for each in found]
        parts.append("\n".join(_balances(day + timedelta(days=1), found, names)))
    return "\n\n".join(part for part in parts if part) + "\n"


def _entry(entry: Entry, names: Names, titles: Mapping[str, str]) -> Iterator[str]:
    yield f'{entry.day} * "{titles[entry.what]} {entry.employee}"'
    yield from (f'  {tag}: "{value}"' for tag, value in (*entry.tags, ("on", entry.on.isoformat())) if value)
    yield from (f"  {names.of(account)}  {format_money(fen)} CNY" for account, fen in entry.postings)


def _balances(day: date, entries: Sequence[Entry], names: Names) -> Iterator[str]:
    """What accounts hold at the start of the next day, to the fen, where nothing moved them after it was said."""
    said: dict[Account, int] = {}
    for entry in entries:
        for account, _ in entry.postings:
            said.pop(account, None)
        said.update(entry.balances)
    yield from (
        f"{day} balance {names.of(account)}  {format_money(fen)} ~ 0.001 CNY" for account, fen in said.items()
    )
