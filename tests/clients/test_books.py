"""The books are read by hledger and by beancount, say what the reports say, and refuse any amount that was changed."""

import json
import re
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from beancount import loader
from beancount.core import data

from ledger.application.ledger import Ledger
from tests.support import office
from tests.support.story import open_ledger

TITLES = dict.fromkeys(("close", "run", "return", "carry", "write_off"), "act")
NAMES = {
    "資產:應收員工扣款": "Assets:Receivable:Staff",
    "資產:已交薪資代扣": "Assets:HandedToPayroll",
    "收入:過失扣款": "Income:Fines:Own",
    "收入:連帶責任扣款": "Income:Fines:Joint",
    "收入:績效獎扣": "Income:Performance",
    "負債:應付職工薪酬": "Liabilities:WagesPayable",
    "費用:扣款核銷": "Expenses:WrittenOff",
}


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    """Two closes with all components, a carry under the guard, returns with a correction, both settlements, odd ids."""
    returned = {"do": "record_payroll", "site": office.SITE, "by": "F01"}
    settled = {"do": "settle_difference", "site": office.SITE, "reason": "對賬", "by": "M01"}
    commands = [
        *office.office(),
        office.register_employee("F01"),
        office.appoint("finance", "F01"),
        office.register_employee("x.1_a", supervisor="L01"),
        office.issue_notice("N1", "E001", 5),
        office.issue_notice("N2", "E002", 9, clause="FD-02"),
        office.find_responsibility("N2"),
        office.issue_notice("N3", "E003", 2, clause="PF-D"),
        office.issue_notice("N4", "x.1_a", 4),
        office.grant_reward("R1", "E004", 2),
        office.record_wage("E002", "300.00", "200.00"),
        office.close_month(),
        {
            **returned,
            "month": office.MONTH,
            "on": "2026-09-03",
            "deducted": {"E001": "40.00", "E002": "60.00"},
        },
        {
            **returned,
            "month": office.MONTH,
            "on": "2026-09-03",
            "deducted": {"E001": "41.00"},
            "correction": "漏看",
        },
        {**returned, "month": office.MONTH, "on": "2026-09-04", "run": "r2", "deducted": {"x.1_a": "18.00"}},
        {**settled, "month": office.MONTH, "on": "2026-09-05", "employee": "E001", "how": "carry"},
        {**settled, "month": office.MONTH, "on": "2026-09-05", "employee": "x.1_a", "how": "write_off"},
        office.issue_notice(
            "N6", "E001", 3, clause="FD-04", occurred_at="2026-09-06T09:00:00+08:00", issued_on="2026-09-06"
        ),
        office.withdraw_notice("N4", "2026-09-07"),
        office.close_month("2026-09", "2026-10-02"),
    ]
    file = tmp_path_factory.mktemp("books") / "kaoji.db"
    with open_ledger(file, office.NOW.replace(month=10, day=9)) as opened:
        opened.record.apply(office.lines(commands))
        yield opened


def hledger(file: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["hledger", "-f", str(file), *words], capture_output=True, text=True, check=False)


def accepted(file: Path) -> bool:
    """Whether the program the file is for takes it."""
    if file.suffix == ".journal":
        return hledger(file, "check", "--strict", "ordereddates").returncode == 0
    bean_check = Path(sys.executable).with_name("bean-check")
    return subprocess.run([bean_check, file], capture_output=True, check=False).returncode == 0


def book(ledger: Ledger, folder: Path, form: str) -> Path:
    file = folder / f"kaoji.{'journal' if form == 'hledger' else 'beancount'}"
    file.write_bytes(ledger.exports.books(form, TITLES))  # type: ignore[arg-type]
    return file


both = pytest.mark.parametrize("form", ["hledger", "beancount"])


@both
def test_the_books_are_accepted(ledger: Ledger, tmp_path: Path, form: str) -> None:
    assert accepted(book(ledger, tmp_path, form))


@both
def test_no_single_amount_can_be_changed(ledger: Ledger, tmp_path: Path, form: str) -> None:
    file = book(ledger, tmp_path, form)
    text = file.read_text("utf-8")
    amounts = list(re.finditer(r"(?<=  )-?\d+\.\d\d(?= CNY| ~)", text))
    assert len(amounts) > 20
    for amount in amounts:
        changed = Decimal(amount.group()) + Decimal("0.01")
        file.write_text(text[: amount.start()] + f"{changed:.2f}" + text[amount.end() :], "utf-8")
        assert not accepted(file), f"{amount.group()} of {text[: amount.start()].splitlines()[-1]}"


@both
def test_no_lie_that_balances_is_accepted(ledger: Ledger, tmp_path: Path, form: str) -> None:
    file = book(ledger, tmp_path, form)
    text = file.read_text("utf-8")
    for entry in re.finditer(r"(?m)^\d{4}-\d\d-\d\d [^\n]*\n(?:[ ].*\n?)+", text):
        amounts = list(re.finditer(r"(?<=  )-?\d+\.\d\d(?= CNY)", entry.group()))
        if len(amounts) < 2:
            continue
        lie = entry.group()
        for amount, more in ((amounts[-1], Decimal(-1)), (amounts[0], Decimal(1))):
            changed = f"{Decimal(amount.group()) + more:.2f}"
            lie = lie[: amount.start()] + changed + lie[amount.end() :]
        file.write_text(text[: entry.start()] + lie + text[entry.end() :], "utf-8")
        assert not accepted(file), lie


@both
def test_own_and_joint_cannot_be_swapped(ledger: Ledger, tmp_path: Path, form: str) -> None:
    file = book(ledger, tmp_path, form)
    text = file.read_text("utf-8")
    own, joint = (
        ("收入:過失扣款", "收入:連帶責任扣款")
        if form == "hledger"
        else ("Income:Fines:Own", "Income:Fines:Joint")
    )
    places = list(re.finditer(rf"(?m)^ +{re.escape(own)}  ", text))
    assert places
    for place in places:
        file.write_text(
            text[: place.start()] + place.group().replace(own, joint) + text[place.end() :], "utf-8"
        )
        assert not accepted(file)


def of_hledger(file: Path) -> dict[str, Decimal]:
    rows, _ = json.loads(hledger(file, "balance", "-E", "--flat", "-O", "json").stdout)
    found = {}
    for name, _, _, amounts in rows:
        head = next(head for head in NAMES if name.startswith(head))
        parts = [each["aquantity"] for each in amounts]
        found[NAMES[head] + name.removeprefix(head)] = sum(
            (Decimal(part["decimalMantissa"]) / 10 ** part["decimalPlaces"] for part in parts), Decimal(0)
        )
    return found


def of_beancount(file: Path) -> dict[str, Decimal]:
    entries, errors, _ = loader.load_file(str(file))
    assert errors == []
    found: defaultdict[str, Decimal] = defaultdict(Decimal)
    for entry in entries:
        if isinstance(entry, data.Transaction):
            for posting in entry.postings:
                found[posting.account] += posting.units.number
    return dict(found)


def test_both_books_and_the_reports_say_the_same(ledger: Ledger, tmp_path: Path) -> None:
    one, other = (
        of_hledger(book(ledger, tmp_path, "hledger")),
        of_beancount(book(ledger, tmp_path, "beancount")),
    )
    escaped = "X" + b"x.1_a".hex()
    assert {name.replace("x.1_a", escaped): value for name, value in one.items()} == other

    with ledger.look() as look:
        months = (office.MONTH, "2026-09")
        lines = [line for month in months for line in look.payroll(month)["lines"]]
        last = {row["employee"]: Decimal(row["carried"]) for row in look.payroll(months[-1])["run"]}
        for component, account in (("own", "Own"), ("joint", "Joint")):
            total = sum(Decimal(line["amount"]) for line in lines if line["component"] == component)
            assert one[f"Income:Fines:{account}"] == -total
        for employee, carried in last.items():
            assert one.get(f"Assets:Receivable:Staff:{employee}", Decimal(0)) == carried
        for month in months:
            for row in look.reconciliation(month)["rows"]:
                name = f"Assets:HandedToPayroll:{month}:{row['employee']}"
                assert one.get(name, Decimal(0)) == Decimal(row["open"])


def test_the_same_state_makes_the_same_bytes(ledger: Ledger) -> None:
    now = ledger.exports.books("hledger", TITLES)
    assert now == ledger.exports.books("hledger", TITLES, as_of=ledger.position())
    early = ledger.exports.books("hledger", TITLES, until=office.MONTH)
    assert now != early and b"close: 2026-09" not in early
