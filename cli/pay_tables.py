"""What is handed to finance and what comes back, as tables: hand-off, reconciliation, why somebody's pay is what it is."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from cli.checked import checking
from cli.render import print_json, print_line, print_table, print_title
from cli.settings import settings
from ledger.labels.pay_entries import COLUMNS, row_of, run_named


def print_handoff(lines: Sequence[Mapping[str, Any]], run: Sequence[Mapping[str, Any]]) -> None:
    """What a close hands to finance: the lines, and the pay run."""
    columns = ["employee", "obligation_month", "component", "amount", "adjustment", "because"]
    print_table(with_total(lines, ["amount"]), columns, right=["amount"])
    print_title(settings().labels().title("payroll-run"))
    columns = ["employee", "due", "deducted", "carried"]
    print_table(with_total(run, columns[1:]), columns, right=columns[1:])


def print_reconciliation(title: str, found: dict[str, Any], only_open: bool) -> None:
    """The rows, their sums, and who reported which run."""
    labels = settings().labels()
    print_title(title)
    rows = [row for row in found["rows"] if not only_open or row["open"] != "0.00"]
    money = ["expected", "actual", "difference", "settled", "open"]
    sums = found["totals"] if len(rows) == len(found["rows"]) else _sums(rows, money)
    total = {"employee": labels.say("total"), **sums}
    named = ["name"] if any(row["name"] for row in found["rows"]) else []
    columns = ["employee", *named, *money, "status", "reason"]
    print_table([*rows, total] if len(rows) > 1 else rows, columns, right=money, spare=["settled", *named])
    print_title(labels.title("payroll-returns"))
    returns = [{**each, "run": run_named(each["run"], labels)} for each in found["returns"]]
    print_table(returns, ["run", "on", "by", "people", "position"], right=["people", "position"])


def _sums(rows: Sequence[Mapping[str, Any]], money: Sequence[str]) -> dict[str, str]:
    """The sums of the rows that are shown; nothing counts as 0.00."""
    return {name: f"{sum(Decimal(row[name] or 0) for row in rows):.2f}" for name in money}


def explain_pay(employee: str, month: str, as_of: str | None, as_json: bool) -> None:
    """`kaoji explain --pay`: entry by entry, from the lines of the close to what is open."""
    labels = settings().labels()
    with settings().open() as ledger, checking(ledger), ledger.look_at_log(as_of) as look:
        found = look.pay(employee, month, labels.language)
    if as_json:
        print_json(found)
        return
    print_title(f"{labels.title('explain-pay')} {found['employee']} {found['name']} · {month}")
    rows = [row_of(entry, labels) for entry in found["entries"]]
    print_table(rows, COLUMNS, right=["amount"], spare=["words"])
    for name in ("expected", "actual", "open"):
        if found[name] is not None:
            print_line("  " + labels.say("told", name=labels.heading(name), value=found[name]))


def with_total(rows: Sequence[Mapping[str, Any]], sums: Sequence[str]) -> list[Mapping[str, Any]]:
    """The rows and, below them, the sums of some money columns; none where money is withheld from whoever looks."""
    if len(rows) < 2 or any(row[column] is None for row in rows for column in sums):
        return list(rows)
    total: dict[str, Any] = {"employee": settings().labels().say("total")}
    for column in sums:
        total[column] = f"{sum((Decimal(row[column]) for row in rows), Decimal(0)):.2f}"
    return [*rows, total]
