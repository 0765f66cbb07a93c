"""What is shown is one state of the ledger, whatever is recorded while it is put together."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Connection

from ledger.application.ledger import Ledger
from ledger.application.recording import recording
from ledger.errors import WrongState
from tests.support import office


@pytest.fixture
def ledger(ledger_url: str) -> Iterator[Ledger]:
    """A busy month that is not closed yet."""
    with Ledger(ledger_url, now=office.now) as opened:
        opened.record.apply(office.lines(office.a_busy_month()[:-1]))
        opened.reports.monthly(office.MONTH)
        yield opened


def elsewhere(ledger: Ledger, command: dict[str, Any]) -> None:
    """Somebody else records a command."""
    with Ledger(ledger.log.url.render_as_string(hide_password=False), now=office.now) as other:
        other.record.apply(office.lines([command]))


def test_a_report_knows_nothing_its_sheets_do_not_know(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    current = ledger.projections.current

    @contextmanager
    def late() -> Iterator[Connection]:
        with current() as connection:
            elsewhere(ledger, office.close_month())
            yield connection

    monkeypatch.setattr(ledger.projections, "current", late)
    with pytest.raises(WrongState) as caught:
        ledger.reports.payroll(office.MONTH)
    assert caught.value.code == "month_not_closed"


def test_a_dry_run_foretells_from_where_it_was_decided(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = recording.impact
    notice = office.issue_notice("N9", "E001", 2)
    expected = ledger.record.typed(notice, dry_run=True).impact

    def late(*given: Any) -> Any:
        elsewhere(ledger, office.issue_notice("N8", "E001", 3))
        return whole(*given)

    monkeypatch.setattr(recording, "impact", late)
    assert ledger.record.typed(notice, dry_run=True).impact == expected
