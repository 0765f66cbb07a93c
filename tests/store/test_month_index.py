"""The index of streams by month: what it says of every kind of event, and that nothing depends on its being there."""

from sqlalchemy import create_engine

from ledger.application.ledger import Ledger
from ledger.events.employees import employee_stream
from ledger.store.month_index import NAME, is_there
from ledger.store.month_words import month_in
from tests.completeness.scene import everything
from tests.support import office


def there(url: str) -> bool:
    with Ledger(url, now=office.now) as ledger, ledger.log.engine.connect() as connection:
        return is_there(connection)


def without(url: str) -> None:
    """As an earlier kaoji made the tables."""
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.exec_driver_sql(f"DROP INDEX {NAME}")
    engine.dispose()


def test_it_says_of_every_event_of_people_which_month_it_names(ledger_url: str) -> None:
    with Ledger(ledger_url, now=office.now, operator=lambda: "tester") as ledger:
        ledger.record.apply(office.lines(everything()))
        month = month_in(ledger.log.engine.dialect.name)
        said = dict(ledger.log.fetch_all(f"SELECT position, {month} FROM events WHERE ledger = ?", "main"))
        people = ledger.log.registry.ids("employee")
        seen = set()
        for events in ledger.log.streams(map(employee_stream, people)).values():
            for recorded in events:
                assert said[recorded.position] == getattr(recorded.event, "month", ""), recorded.event.kind
                seen.add(recorded.event.kind)
        assert len(seen) > 30


def test_answers_are_alike_without_it_and_whoever_records_puts_it_there(ledger_url: str) -> None:
    with Ledger(ledger_url, now=office.now, operator=lambda: "tester") as ledger:
        ledger.record.apply(office.lines(office.a_busy_month()))
        position = ledger.log.position()
        before = ledger.reports.monthly(office.MONTH, as_of=position)
    without(ledger_url)
    assert not there(ledger_url)
    with Ledger(ledger_url, now=office.now, operator=lambda: "tester") as ledger:
        assert ledger.reports.monthly(office.MONTH, as_of=position) == before
        assert {fault.code for fault in ledger.proofs.verify().faults} == set()
        ledger.record.apply(office.lines([office.grant_reward("R9", "E002", 1)]))
    assert there(ledger_url)


def test_an_upgrade_puts_it_there(ledger_url: str) -> None:
    with Ledger(ledger_url, now=office.now, operator=lambda: "tester") as ledger:
        ledger.record.apply(office.lines(office.office()))
    without(ledger_url)
    with Ledger(ledger_url, now=office.now, operator=lambda: "tester") as ledger:
        ledger.upgrade.bring_up()
    assert there(ledger_url)
