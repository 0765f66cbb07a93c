"""CloudEvents and iCalendar are read by the programs of others, and hold nobody's words."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from cloudevents.v1.http import from_json
from icalendar import Calendar

from ledger.application.ledger import Ledger
from ledger.events import write_fields
from ledger.labels.messages import load
from ledger.store.personal import personal_fields
from ledger.terms import LANGUAGES
from tests.completeness.scene import everything
from tests.support import office
from tests.support.office import lines
from tests.support.story import open_ledger


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    with open_ledger(tmp_path_factory.mktemp("office") / "kaoji.db", office.NOW) as opened:
        opened.record.apply(lines(everything()))
        yield opened


def texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    for each in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from texts(each)


def sealed_words(ledger: Ledger) -> set[str]:
    """Every word of somebody's that the ledger holds, opened; short ones stand elsewhere too."""
    found: set[str] = set()
    for recorded in ledger.log.events():
        fields = write_fields(ledger.log.people.opened(recorded).event)
        for name in personal_fields(type(recorded.event)):
            found.update(text for text in texts(fields.get(name)) if len(text) > 4 and not text.isascii())
    return found


def test_every_event_is_read_as_a_cloud_event(ledger: Ledger) -> None:
    content, people = ledger.exports.cloudevents()
    read = [from_json(line) for line in content.splitlines()]

    assert people == ()
    assert [event["id"] for event in read] == [str(at) for at in range(1, ledger.position() + 1)]
    assert {event["source"] for event in read} == {f"urn:kaoji:{ledger.log.identity()}"}
    hashes = ledger.log.hashes(range(1, ledger.position() + 1))
    assert all(event["kaojihash"] == hashes[int(event["id"])] for event in read)
    assert [event["sequence"] for event in read] == sorted(event["sequence"] for event in read)


def test_no_word_of_anybody_is_in_the_file_unless_asked_for(ledger: Ledger) -> None:
    words = sealed_words(ledger)
    bare = ledger.exports.cloudevents()[0].decode()
    told, people = ledger.exports.cloudevents(words=True)

    assert len(words) > 20
    assert [word for word in words if word in bare] == []
    assert "sealed:" not in bare
    assert sum(word in told.decode() for word in words) > 20
    assert {"E001", "E002"} <= set(people)


def test_whoever_is_erased_is_not_in_it_even_with_words(ledger: Ledger) -> None:
    told, people = ledger.exports.cloudevents(words=True)
    (registered,) = (
        json.loads(line)
        for line in told.splitlines()
        if b'"kaoji.employee_registered.v' in line and b'"employee":"E009"' in line
    )
    assert "E009" not in people
    assert "name" not in registered["data"]


def test_since_leaves_out_what_was_before(ledger: Ledger) -> None:
    content, _ = ledger.exports.cloudevents(since=10)
    assert json.loads(content.splitlines()[0])["id"] == "11"
    assert ledger.exports.cloudevents(since=10) == ledger.exports.cloudevents(since=10)


@pytest.mark.parametrize("language", LANGUAGES)
def test_deadlines_are_read_as_days_with_two_alarms_each(language: str, ledger: Ledger) -> None:
    content, dated, undated = ledger.exports.calendar(None, load(language))
    rows = ledger.reports.due()
    events = Calendar.from_ical(content).walk("VEVENT")

    assert (len(events), dated) == (dated, sum(row["due_on"] is not None for row in rows))
    assert dated + undated == len(rows)
    assert dated > 0
    assert sorted(event["DTSTART"].dt.isoformat() for event in events) == sorted(
        row["due_on"] for row in rows if row["due_on"] is not None
    )
    assert all(len(event.walk("VALARM")) == 2 for event in events)
    assert len({event["UID"] for event in events}) == len(events)


def test_no_line_of_a_calendar_is_longer_than_75_octets(ledger: Ledger) -> None:
    content, _, _ = ledger.exports.calendar(None, load("zh-Hant"))
    assert max(map(len, content.split(b"\r\n"))) <= 75
    assert content.count(b"\n") == content.count(b"\r\n")
    assert content == ledger.exports.calendar(None, load("zh-Hant"))[0]
