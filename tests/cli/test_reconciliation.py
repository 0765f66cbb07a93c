"""What is open after a return: told at the close, in the reconciliation with names as asked for, in the person's export."""

import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from cli.main import run
from ledger.application.ledger import Ledger
from tests.imports.bench import CLOSED
from tests.support import office
from tests.support.story import open_ledger

RETURNED = {
    "do": "record_payroll",
    "site": office.SITE,
    "month": office.MONTH,
    "by": "F01",
    "on": "2026-09-02",
    "deducted": {"E001": "40.00", "E002": "51.50"},
}
NOW = office.NOW.replace(month=10, day=2)


@pytest.fixture
def ledger(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ledger]:
    monkeypatch.setitem(Ledger.__init__.__kwdefaults__, "now", lambda: NOW)
    with open_ledger(tmp_path / "kaoji.db", NOW) as opened:
        opened.record.apply(office.lines([*CLOSED, RETURNED]))
        monkeypatch.setenv("KAOJI_LEDGER", opened.log.shown_url())
        monkeypatch.setenv("KAOJI_LANG", "en")
        yield opened


def test_a_close_says_how_many_differences_stay_open(
    ledger: Ledger, capsys: pytest.CaptureFixture[str]
) -> None:
    typed = ["month", "close", "2026-09", "--by", "D01", "--on", "2026-10-02"]
    assert run([*typed, "--dry-run"]) == 0
    assert "in number 1: kaoji due" in capsys.readouterr().err
    assert run([*typed, "--json"]) == 0
    told = capsys.readouterr()
    assert json.loads(told.out)["open_differences"] == 1 and "in number 1:" in told.err


def test_the_sums_below_what_is_open_are_of_the_rows_above_them(
    ledger: Ledger, capsys: pytest.CaptureFixture[str]
) -> None:
    shown = {}
    for asked in ([], ["--open"]):
        assert run(["report", "reconciliation", office.MONTH, *asked]) == 0
        lines = [line.split() for line in capsys.readouterr().out.splitlines()]
        header, end = (
            next(at for at, line in enumerate(lines) if line[:1] == [it]) for it in ("employee", "total")
        )
        people, total = lines[header + 2 : end], lines[end]
        assert total[1] == f"{sum(Decimal(line[1]) for line in people):.2f}"
        shown[len(people)] = total
    assert len(shown) == 2, "the return must leave somebody open and somebody not"


def test_what_pay_took_is_no_reason_for_another_figure(ledger: Ledger) -> None:
    before = ledger.position()
    ledger.record.typed(
        {"do": "withdraw_notice", "notice": "N1", "reason": "誤開", "by": "D01", "on": "2026-10-02"}
    )
    settled = {"do": "settle_difference", "site": office.SITE, "month": office.MONTH, "employee": "E001"}
    ledger.record.typed({**settled, "how": "carry", "reason": "下月", "by": "M01", "on": "2026-10-02"})
    found = ledger.review.compare("E001", office.MONTH, before)
    assert [one["kind"] for one in found["because"]] == ["notice_withdrawn"]


def test_a_close_with_nothing_open_says_none(ledger: Ledger, capsys: pytest.CaptureFixture[str]) -> None:
    settled = {"do": "settle_difference", "site": office.SITE, "month": office.MONTH, "employee": "E001"}
    ledger.record.apply(
        office.lines([{**settled, "how": "carry", "reason": "下月", "by": "M01", "on": "2026-09-03"}])
    )
    assert run(["month", "close", "2026-09", "--by", "D01", "--on", "2026-10-02", "--json"]) == 0
    told = capsys.readouterr()
    assert json.loads(told.out)["open_differences"] == 0 and "differences" not in told.err


@pytest.mark.parametrize(
    ("names", "shown", "noted"),
    [(None, None, []), ("masked", "員*****", ["reconciliation"]), ("full", "員工E001", ["reconciliation"])],
)
def test_names_leave_only_where_they_are_asked_for(
    ledger: Ledger, capsys: pytest.CaptureFixture[str], names: str | None, shown: str | None, noted: list[str]
) -> None:
    asked = [] if names is None else ["--names", names]
    assert run(["report", "reconciliation", office.MONTH, "--json", *asked]) == 0
    rows = {row["employee"]: row["name"] for row in json.loads(capsys.readouterr().out)["rows"]}
    assert rows["E001"] == shown
    assert [row["what"] for row in ledger.people.handouts("E001")] == noted


def test_a_persons_export_says_why_pay_is_what_it_is(ledger: Ledger) -> None:
    exported = ledger.people.export("E001", "en")
    (close,) = exported.values["payroll"]
    assert all(told in exported.page for told in ("handed over", "regular pay run", "提交財務", "例行發薪"))
    with ledger.look_at_log() as look:
        assert close["pay"] == look.pay("E001", office.MONTH, "en")
    assert close["pay"]["open"] == "5.00"


def test_of_whom_pay_took_may_be_typed_in_small_letters(
    ledger: Ledger, capsys: pytest.CaptureFixture[str]
) -> None:
    typed = ["payroll", "return", office.MONTH, "--by", "f01", "--on", "2026-09-03", "--correction", "重算"]
    twice = ["--deducted", "e001=1.00", "--deducted", "E001=2.00"]
    before = ledger.position()
    assert run([*typed, *twice]) == 3
    assert ledger.position() == before

    assert run([*typed, "--deducted", "e001=45.00", "--reasons", "e001=entry_error"]) == 0
    with ledger.look_at_log() as look:
        fields = look.event_at(ledger.position())[0]["fields"]
    assert (fields["employee"], fields["reason"], fields["by"]) == ("E001", "entry_error", "F01")
