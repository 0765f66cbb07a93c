"""The books as a journal of hledger: every account and tag declared, what the ledger says asserted (finance §16)."""

from collections.abc import Iterator, Mapping, Sequence

from ledger.exports.accounts import Names
from ledger.exports.books import Entry
from ledger.terms import format_money


def journal(entries: Sequence[Entry], names: Names, titles: Mapping[str, str]) -> str:
    """The text of a journal. `titles` are words for what entries are: close, run, return, carry, write_off."""
    accounts = sorted({names.of(account) for entry in entries for account, _ in entry.postings})
    tags = sorted({tag for entry in entries for tag, _ in entry.tags} | {"on"})
    head = [
        "decimal-mark .",
        "commodity 1000.00 CNY",
        *(f"tag {tag}" for tag in tags),
        *(f"account {name}" for name in accounts),
    ]
    return (
        "\n\n".join(["\n".join(head), *("\n".join(_entry(each, names, titles)) for each in entries)]) + "\n"
    )


def _entry(entry: Entry, names: Names, titles: Mapping[str, str]) -> Iterator[str]:
    tags = [*entry.tags, ("on", entry.on.isoformat())]
    yield f"{entry.day} {titles[entry.what]} {entry.employee}"
    yield from (f"    ; {tag}: {value}" for tag, value in tags if value)
    asserted = dict(entry.balances)
    last = {account: place for place, (account, _) in enumerate(entry.postings)}
    for place, (account, fen) in enumerate(entry.postings):
        line = f"    {names.of(account)}  {format_money(fen)} CNY"
        if account in asserted and last[account] == place:
            line += f" = {format_money(asserted[account])} CNY"
        yield line
