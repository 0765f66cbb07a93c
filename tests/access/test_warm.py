"""What a serving process keeps between requests is told to nobody of whom it is not, nor once it is past."""

import ast
import inspect
import textwrap
import threading
import time
import tomllib
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from copy import copy
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from ledger.aggregates.employee.route import conflicts, reviewer_on
from ledger.application.desk.bounded_cache import BoundedCache
from ledger.application.desk.desk import Desk, Person
from ledger.application.desk.guarded_look import GuardedLook
from ledger.application.desk.guarded_reports import GuardedReports
from ledger.application.desk.look_cache import CACHED, LEAST_ROWS, MOST_ROWS, LookCache
from ledger.application.desk.warm import MOST_MEMORIES
from ledger.application.ledger import Ledger
from ledger.application.reading.look import Look
from ledger.errors import LedgerError
from ledger.policy import loading
from ledger.policy.loading import house_text
from ledger.reports.source import ProjectionRows
from ledger.state.introduction import month_of_thing
from ledger.state.ledger_state import LedgerState
from ledger.state.log_reader import LogReader
from ledger.store.log import Log
from ledger.store.readings import Readings
from tests.access.sample import FILES, MORE, QUESTIONS, ROUND, SAMPLE, VIEWERS, fill
from tests.support import office
from tests.support.office import copy_ledger, lines
from tests.support.story import open_ledger

NOW = datetime(2026, 9, 10, 2, 0, tzinfo=UTC)
SITE = "jinse"
GONE = [
    office.register_employee("E90", site=SITE, **{"from": "2026-06-01"}),
    office.record_departure("E90", "2026-09-05"),
]
ERASED = office.erase_employee("E90", on="2026-09-09")
Question = Callable[[Look], Any]


@dataclass
class Served:
    """A process that serves a ledger, and another one that records in it."""

    desk: Desk
    other: Ledger
    now: datetime = NOW

    def cold(self, viewer: str, ask: Question, as_of: int | None = None) -> Any:
        """What somebody is told where nothing is kept."""
        desk = Desk.at(self.other, Person(viewer))
        desk.now = lambda: self.now
        return answered(desk, ask, as_of)

    def warm(self, viewer: str, ask: Question, as_of: int | None = None, **more: Any) -> Any:
        """What they are told by the process that serves."""
        return answered(Desk.at(self.desk, Person(viewer), **more), ask, as_of)

    @property
    def kept(self) -> int:
        assert self.desk.warm is not None
        return len(self.desk.warm.answers)


def answered(desk: Desk, ask: Question, as_of: int | None = None) -> Any:
    try:
        with desk.look(as_of) as look:
            return ask(look)
    except LedgerError as error:
        return error.code


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("filled") / "kaoji.db"
    with open_ledger(file, NOW) as ledger:
        fill(ledger)
    return file


@pytest.fixture
def served(filled: Path, tmp_path: Path) -> Iterator[Served]:
    copy_ledger(filled, tmp_path / "kaoji.db")
    yield from serving(tmp_path / "kaoji.db")


def serving(file: Path) -> Iterator[Served]:
    with open_ledger(file, NOW) as other:
        found: list[Served] = []
        with Desk(f"sqlite:///{file}", now=lambda: found[0].now) as desk:
            desk.keep_warm()
            found.append(Served(desk, other))
            yield found[0]


# --- whom it is told ---------------------------------------------------------------------------------


@pytest.mark.parametrize("name", QUESTIONS)
def test_whoever_asked_before_each_is_told_what_is_theirs(name: str, served: Served) -> None:
    for ask in QUESTIONS[name]:
        cold = {viewer: served.cold(viewer, ask) for viewer in VIEWERS}
        for viewer in (*VIEWERS, *reversed(VIEWERS)):
            assert served.warm(viewer, ask) == cold[viewer], viewer


@pytest.mark.parametrize("is_past", [False, True], ids=["now", "then"])
@pytest.mark.parametrize("viewer", VIEWERS)
def test_ones_own_rows_are_those_of_the_lists_that_are_ones_own(
    viewer: str, is_past: bool, served: Served
) -> None:
    def ask(look: Any) -> Any:
        def own(rows: list[dict[str, Any]], whose: str = "employee") -> list[dict[str, Any]]:
            return [row for row in rows if row[whose] == viewer]

        alone = look.of_oneself()
        told = [(alone.notices(), own(look.notices()))]
        told += [(alone.appeals(), own(look.appeals(), "appellant"))]
        for month in ("2026-06", "2026-07", "2026-08", "2026-09"):
            told += [(alone.monthly(month), own(look.monthly(month)))]
            told += [(alone.rewards(month), own(look.rewards(month)))]
        return told

    for alone, among_others in served.warm(viewer, ask, served.other.position() - 3 if is_past else None):
        assert alone == among_others


@pytest.mark.parametrize("viewer", VIEWERS)
def test_what_waits_for_oneself_is_not_taken_for_what_waits_for_all(viewer: str, served: Served) -> None:
    def own(look: Any) -> Any:
        return look.of_oneself().due()

    def both(look: Any) -> Any:
        return own(look), look.due(), own(look)

    alone, everybodys = served.cold(viewer, own), served.cold(viewer, lambda look: look.due())
    assert served.warm(viewer, both) == (alone, everybodys, alone)


def test_ones_own_rows_are_read_once_and_are_nobody_elses(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []
    plain = ProjectionRows._read

    def noted(self: ProjectionRows, projection: Any, *more: Any) -> Any:
        read.append(projection.table.name)
        return plain(self, projection, *more)

    def own(look: Any) -> Any:
        return look.of_oneself().monthly("2026-07"), look.of_oneself().notices()

    cold = {viewer: served.cold(viewer, own) for viewer in ("E06", "D01", "E07")}
    for viewer in cold:
        served.warm(viewer, lambda look: (look.monthly("2026-07"), look.notices()))
        assert served.warm(viewer, own) == cold[viewer]
    monkeypatch.setattr(ProjectionRows, "_read", noted)
    assert {viewer: served.warm(viewer, own) for viewer in cold} == cold
    assert read == []


def test_a_purpose_opens_words_for_the_one_request_that_says_it(served: Served) -> None:
    def ask(look: Look) -> Any:
        return look.card("notice", "N807")["narrative"]

    before = served.warm("AU1", ask)
    opened = served.warm("AU1", ask, purpose="audit")

    assert before != opened
    assert served.warm("AU1", ask) == before


def test_what_is_done_to_an_answer_is_done_to_nobody_elses(served: Served) -> None:
    def spoilt(look: Look) -> Any:
        rows = look.notices(None, SITE)
        for row in rows:
            with pytest.raises(TypeError):
                row["points"] = 0
        return rows.clear()

    whole = served.cold("D01", lambda look: look.notices(None, SITE))
    served.warm("D01", spoilt)
    served.warm("D01", spoilt)

    assert served.warm("M01", lambda look: look.notices(None, SITE)) == whole


def test_each_reading_of_what_is_kept_is_noted(served: Served, tmp_path: Path) -> None:
    readings = Readings(tmp_path / "kaoji.desk.db")
    for viewer in ("D01", "M01", "D01"):
        served.warm(viewer, lambda look: look.monthly("2026-07", SITE), readings=readings)

    assert [row["viewer"] for row in readings.of(f"site:{SITE}")] == ["D01", "M01", "D01"]


@pytest.mark.parametrize("name", ["card", "history", "explain", "case_file", "notices", "names"])
def test_what_one_look_has_read_of_people_another_does_not_read(
    name: str, served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []
    plain = Log._of_streams

    def noted(self: Log, streams: Iterable[str], *more: Any) -> Any:
        read.extend(asked := list(streams))
        return plain(self, asked, *more)

    monkeypatch.setattr(Log, "_of_streams", noted)
    asked = {**QUESTIONS, "names": (lambda look: Desk.at(served.desk, Person("D01")).names(["E06", "E07"]),)}
    for ask in asked[name]:
        told = served.warm("D01", ask)
        read.clear()
        assert served.warm("D01", ask) == told
        assert read == []
        served.warm("M01", ask)


def test_the_month_of_a_thing_is_read_once(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[int] = []
    plain = Log.at

    def noted(self: Log, positions: Iterable[int]) -> Any:
        read.extend(asked := list(positions))
        return plain(self, asked)

    monkeypatch.setattr(Log, "at", noted)
    position = served.other.position()
    for viewer in ("D01", "E06"):
        served.warm(viewer, lambda look: look.card("notice", "N702"))
    assert len(read) == 1
    assert month_of_thing(LedgerState(served.desk.log, read[0] - 1), "notice", "N702") is None
    assert month_of_thing(LedgerState(served.desk.log, position), "notice", "N702") == "2026-07"
    assert served.desk.warm is not None
    with served.desk.warm.turn():
        state = copy(served.desk.warm.memory())
        assert month_of_thing(state, "notice", "N702") == "2026-07"
        state.as_of = read[0] - 1
        assert month_of_thing(state, "notice", "N702") is None


def test_what_is_opened_for_one_reader_stays_sealed_for_another_who_reads_the_same(served: Served) -> None:
    def ask(look: Look) -> Any:
        return look.card("notice", "N807")["narrative"], look.history("notice:N807")

    cold = {viewer: served.cold(viewer, ask) for viewer in VIEWERS}
    assert len({str(told) for told in cold.values()}) > 2
    for viewer in (*VIEWERS, *reversed(VIEWERS)):
        assert served.warm(viewer, ask) == cold[viewer], viewer


def test_what_waits_is_judged_once_for_each_reader_until_something_is_recorded(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    judged: list[str] = []
    plain = GuardedReports._is_waiting_for

    def noted(self: GuardedReports, site: str, row: Any) -> bool:
        judged.append(self.standing.person)
        return plain(self, site, row)

    monkeypatch.setattr(GuardedReports, "_is_waiting_for", noted)

    def ask(look: Look) -> Any:
        return look.due(SITE)

    before = served.other.position()
    for viewer in ("D01", "E06"):
        told = served.warm(viewer, ask)
        assert told == served.cold(viewer, ask)
        told.clear()
        judged.clear()
        assert served.warm(viewer, ask)
        assert judged == []
    served.other.record.apply(lines([issued("N900", "E06")]))
    for position in (None, before, None, before):
        for viewer in ("D01", "E06"):
            assert served.warm(viewer, ask, position) == served.cold(viewer, ask, position)


# --- for how long ------------------------------------------------------------------------------------


def test_a_page_changes_at_once_after_another_process_recorded(served: Served) -> None:
    def ask(look: Look) -> Any:
        return [row["notice"] for row in look.notices("2026-09", SITE)]

    before = served.warm("D01", ask)
    assert served.warm("D01", ask) == before
    served.other.record.apply(lines([issued("N900", "E06")]))

    assert sorted(served.warm("D01", ask)) == sorted([*before, "N900"])
    assert served.warm("E07", ask) == served.cold("E07", ask)
    assert "N900" not in served.warm("E07", ask)


def test_a_state_beside_one_that_went_on_knows_what_was_recorded_since(served: Served) -> None:
    def ask(look: Look) -> Any:
        beside = LedgerState(look.state.log, look.state.as_of, look.state)
        people = beside.employee_ids(SITE)
        return beside.stream_of("notice", "N900"), "N900" in beside.employee("E06").notices, "E90" in people

    assert served.warm("D01", ask) == (None, False, False)
    served.other.record.apply(lines([*GONE, issued("N900", "E06")]))

    assert served.warm("D01", ask) == ("employee/E06", True, True)


def issued(notice: str, employee: str) -> dict[str, Any]:
    return {
        "do": "issue_notice",
        "notice": notice,
        "employee": employee,
        "clause": "FD-05",
        "points": 4,
        "occurred_at": "2026-09-08T10:00:00+08:00",
        "narrative": "x",
        "issued_by": "I02",
        "issued_on": "2026-09-09",
    }


def test_a_page_changes_with_each_thing_that_is_recorded(tmp_path: Path) -> None:
    with open_ledger(tmp_path / "kaoji.db", NOW) as ledger:
        ledger.record.apply(())
    story = [*SAMPLE.read_bytes().splitlines(), *lines(MORE), *lines(ROUND), *lines(FILES)]
    names = ("notices", "due", "appeals", "monthly", "employees", "card", "case_file", "fairness", "sites")
    for served in serving(tmp_path / "kaoji.db"):
        for end in range(7, len(story) + 7, 7):
            served.other.record.apply(story[end - 7 : end])
            for viewer in ("E06", "I02", "H02", "D01", "S03"):
                for name in names:
                    assert served.warm(viewer, QUESTIONS[name][0]) == served.cold(
                        viewer, QUESTIONS[name][0]
                    ), (end, viewer, name)


@pytest.mark.parametrize("is_past", [False, True], ids=["now", "then"])
def test_nobody_is_named_any_longer_once_they_are_erased(is_past: bool, served: Served) -> None:
    def ask(look: Look) -> Any:
        told = {row["employee"]: row["name"] for row in look.employees(SITE)}
        assert look.card("employee", "E90")["name"] == told["E90"]
        return told

    served.other.record.apply(lines(GONE))
    position = served.other.position() if is_past else None
    before = served.warm("D01", ask, position)
    served.other.record.apply(lines([ERASED]))
    after = served.warm("D01", ask, position)

    assert before["E90"] == "員工E90" != after["E90"]
    assert after == served.cold("D01", ask, position)


def test_what_is_left_of_a_deadline_changes_at_midnight_of_the_site(served: Served) -> None:
    def ask(look: Look) -> Any:
        told = ("what", "id", "who", "employee", "since", "due_on")
        rows = [row for row in look.due(SITE) if row["days_left"] is not None]
        return {tuple(row[name] for name in told): row["days_left"] for row in rows}

    before = served.warm("D01", ask)
    served.now = datetime(2026, 9, 10, 15, 59, 59, tzinfo=UTC)  # a second before midnight
    assert served.warm("D01", ask) == before
    served.now += timedelta(seconds=1)

    after = served.warm("D01", ask)
    assert after == served.cold("D01", ask), "a day that nobody looked on waits, too"
    assert {row: after[row] for row in before} == {row: left - 1 for row, left in before.items()}


def test_an_appointment_gives_rights_at_once_and_its_end_takes_them(served: Served) -> None:
    def ask(look: Look) -> Any:
        return len(look.notices(None, SITE))

    assert served.warm("E06", ask) == served.cold("E06", ask)
    own = served.warm("E06", ask)
    until = {"from": "2026-09-01", "until": "2026-09-10"}
    appointed = office.appoint("quality", "E06", site=SITE, **until)
    served.other.record.apply(lines([appointed]))
    everybodys = served.warm("E06", ask)
    assert everybodys > own

    served.now += timedelta(days=1)
    assert served.warm("E06", ask) == served.cold("E06", ask) == own


def test_another_ledger_in_the_same_place_is_not_taken_for_it(filled: Path, served: Served) -> None:
    def ask(look: Look) -> Any:
        return [row["notice"] for row in look.notices("2026-09", SITE)]

    served.other.record.apply(lines([issued("N900", "E06")]))
    assert "N900" in served.warm("D01", ask)
    copy_ledger(filled, Path(str(served.other.log.url.database)))  # put back from a copy …
    served.other.record.apply(lines([issued("N901", "E07")]))  # … and gone on with, to the same position

    told = served.warm("D01", ask)
    assert "N901" in told
    assert told == served.cold("D01", ask)


def test_whoever_is_erased_has_no_rights_left(served: Served) -> None:
    served.other.record.apply(lines(GONE))
    assert served.warm("E90", lambda look: look.position) == served.other.position()
    served.other.record.apply(lines([ERASED]))

    assert served.warm("E90", lambda look: look.position) == "employee_unknown"


def test_the_rules_in_force_and_the_day_are_those_of_now(served: Served) -> None:
    desk = Desk.at(served.desk, Person("D01"))

    def told() -> dict[str, str]:
        return {code: titles["en"] for code, titles in desk.policies.clauses("")}

    def rules() -> dict[str, str]:
        other = Desk(served.desk.log.shown_url(), now=lambda: served.now)
        with other:
            return {code: titles["en"] for code, titles in other.policies.clauses("")}

    before = told()
    assert before == rules()
    assert desk.menu_and_name()[1] == served.other.names(["D01"])["D01"]
    assert desk.today().isoformat() == "2026-09-10"
    document = tomllib.loads(house_text())
    document |= {"version": "own-1", "effective_from": "2026-10-01"}
    document["clauses"][0]["title"] = {"en": "Another", "zh-Hant": "另一", "zh-Hans": "另一"}
    served.other.record.typed({"do": "adopt_policy", "policy": document, "on": "2026-09-10", "by": "C01"})
    assert told() == before
    served.now = datetime(2026, 9, 30, 16, 0, tzinfo=UTC)  # midnight of the site

    assert desk.today().isoformat() == "2026-10-01"
    assert "Another" in told().values()
    assert told() == rules()


def test_rules_that_cannot_be_read_are_refused_each_time_and_never_left_out(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk, plain = Desk.at(served.desk, Person("D01")), loading.parse_adopted
    assert desk.policies.clauses("")
    document = tomllib.loads(house_text()) | {"version": "own-1", "effective_from": "2026-10-01"}
    served.other.record.typed({"do": "adopt_policy", "policy": document, "on": "2026-09-10", "by": "C01"})

    def of_before(given: Any) -> Any:
        if given["version"] == "own-1":
            raise ValueError("what a later program wrote")
        return plain(given)

    monkeypatch.setattr(loading, "parse_adopted", of_before)
    for _ in range(2):
        with pytest.raises(ValueError, match="later program"):
            desk.policies.clauses("")


# --- what could be done ------------------------------------------------------------------------------


def test_what_somebody_could_do_changes_at_once_and_is_nobody_elses(served: Served) -> None:
    def could(viewer: str) -> bool:
        return Desk.at(served.desk, Person(viewer)).could(ISSUED)

    assert [could(viewer) for viewer in ("I02", "E06", "I02", "E06")] == [True, False, True, False]
    served.other.record.apply(lines([{**ISSUED, "notice": "N905"}]))
    assert not could("I02")  # there is one of that clause and day already


ISSUED = issued("N900", "E06")


def test_what_could_be_done_is_asked_once_until_something_is_recorded(served: Served) -> None:
    asked: list[str] = []
    assert served.desk.warm is not None
    warm = served.desk.warm

    def tried() -> bool:
        asked.append("x")
        return True

    def meanwhile() -> bool:
        served.other.record.apply(lines([issued("N901", "E07")]))
        return tried()

    assert warm.possible("I02", NOW, "a", tried) and warm.possible("I02", NOW, "a", tried)
    assert len(asked) == 1
    assert warm.possible("I02", NOW, "b", meanwhile) and warm.possible("I02", NOW, "b", tried)
    assert len(asked) == 3
    assert warm.possible("I02", NOW + timedelta(minutes=15), "b", tried)
    assert len(asked) == 4


# --- what was drawn ----------------------------------------------------------------------------------


def test_a_part_of_a_page_is_drawn_once_for_each_reader_until_something_is_recorded(served: Served) -> None:
    drawn: list[str] = []

    def told(viewer: str, asked: str = "/months", **more: Any) -> str:
        def draw() -> str:
            drawn.append(viewer)
            return f"{viewer} {asked} {served.other.position()}"

        return Desk.at(served.desk, Person(viewer), **more).drawn(asked, draw)

    first = told("D01")
    assert told("D01") == first and drawn == ["D01"]
    told("E06"), told("D01", "/notices"), told("D01", purpose="audit")
    assert drawn == ["D01", "E06", "D01", "D01"]
    served.now += timedelta(minutes=15)
    told("D01")
    assert len(drawn) == 5
    served.other.record.apply(lines([issued("N900", "E06")]))
    assert told("D01") != first
    assert len(drawn) == 6


def test_what_was_drawn_goes_with_whoever_is_erased_and_is_not_kept_where_others_record_meanwhile(
    served: Served,
) -> None:
    assert served.desk.warm is not None
    warm, desk = served.desk.warm, Desk.at(served.desk, Person("D01"))
    served.other.record.apply(lines(GONE))
    assert desk.drawn("people", lambda: "員工E90") == "員工E90"
    assert warm._drawn.held == len("員工E90".encode())
    served.other.record.apply(lines([ERASED]))
    assert desk.drawn("other", lambda: "x") == "x"
    assert warm._drawn.held == 0, "its turn began before it was seen"
    assert desk.drawn("other", lambda: "x") == "x"
    assert warm._drawn.held == 1

    def meanwhile() -> str:
        served.other.record.apply(lines([issued("N901", "E07")]))
        with desk.look() as look:
            return str(look.position)

    assert desk.drawn("late", meanwhile) == str(served.other.position())
    assert desk.drawn("late", lambda: "anew") == "anew"


def test_no_more_of_what_was_drawn_is_kept_than_there_is_room_for() -> None:
    found, end = BoundedCache[bytes](10, len), (7, "x")
    for key in "abc":
        found.put(end, key, key.encode() * 4, 0)
        assert found.get(end, "a") == (b"aaaa" if found.held else None)
    assert [found.get(end, key) for key in "abc"] == [b"aaaa", None, b"cccc"]
    found.put(end, "c", b"c", 0)
    assert found.held == 5
    assert found.get((8, "y"), "a") is None
    found.put((8, "y"), "d", b"d", 0)
    assert found.get(end, "a") is None and found.held == 1
    found.put(end, "a", b"a", 0)
    assert found.get((8, "y"), "d") == b"d", "what is of an earlier end takes nothing away"
    found.forget()
    found.put((9, "z"), "e", b"e", 0)
    assert found.held == 0, "what was asked before all was forgotten is not kept after it"


# --- one state ---------------------------------------------------------------------------------------


def test_the_end_of_the_log_is_asked_for_once_where_one_state_is_asked(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []
    plain = Log.since

    def noted(self: Log, position: int, *more: Any, **how: Any) -> Any:
        asked.append(position)
        return plain(self, position, *more, **how)

    desk = Desk.at(served.desk, Person("D01"))
    desk.menu()
    monkeypatch.setattr(Log, "since", noted)
    with served.desk.one_state():
        before = desk.today(), desk.menu(), desk.names(["E06"]), desk.position()
        with desk.look_at_log() as look:
            assert look.position == before[-1]
        served.other.record.apply(lines([issued("N900", "E06")]))
        asked_before = asked.copy()
        assert (desk.today(), desk.menu(), desk.names(["E06"]), desk.position()) == before
        assert asked == asked_before and len(asked) == 1
        with desk.look() as look:  # what it rests on is caught up, and its rights with it
            assert look.position == served.other.position()
            assert "N900" in [row["notice"] for row in look.notices("2026-09", SITE)]
    with served.desk.one_state():
        assert desk.position() == served.other.position()


def test_who_may_not_decide_a_case_is_found_out_once(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def noted(context: Any, owner: Any, against: Any, target: str) -> Any:
        asked.append(target)
        return conflicts(context, owner, against, target)

    def decides(context: Any, owner: Any, appeal: Any, *more: Any) -> Any:
        judged.append(appeal.appeal)
        return reviewer_on(context, owner, appeal, *more)

    judged: list[str] = []
    monkeypatch.setattr("ledger.access.standing.conflicts", noted)
    monkeypatch.setattr("ledger.access.standing.reviewer_on", decides)

    def ask(look: Look) -> Any:
        return look.appeals(SITE), look.monthly("2026-07", SITE), look.history("employee:E06")

    for viewer in ("D01", "H01", "H02"):
        asked.clear()
        judged.clear()
        for question in (ask, QUESTIONS["case_file"][2]):
            assert served.warm(viewer, question) == served.warm(viewer, question)
        assert asked and len(asked) == len(set(asked))
        assert judged and len(judged) == len(set(judged))


def test_whether_a_thing_is_ones_to_open_is_judged_once_for_each_reader(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    judged: list[str] = []
    plain = GuardedLook._opens

    def noted(self: GuardedLook, kind: str, name: str) -> bool:
        judged.append(self.standing.person)
        return plain(self, kind, name)

    def ask(look: Look) -> list[bool]:
        things = [("event", "93"), ("employee", "E06"), ("explanation", "E06 2026-07"), ("notice", "N900")]
        return [look.opens(*thing) for thing in things]

    monkeypatch.setattr(GuardedLook, "_opens", noted)
    before = served.other.position()
    for viewer in ("D01", "E07", "F01"):
        assert served.warm(viewer, ask) == served.cold(viewer, ask)
        judged.clear()
        assert served.warm(viewer, ask) == served.warm(viewer, ask)
        assert judged == []
    served.other.record.apply(lines([issued("N900", "E06")]))
    assert served.warm("D01", ask)[-1] and not served.warm("D01", ask, before)[-1]
    assert served.warm("E07", ask) == served.cold("E07", ask)


# --- what is kept ------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", CACHED)
def test_what_is_kept_asks_the_look_for_nothing_that_depends_on_who_looks(name: str) -> None:
    source = textwrap.dedent(inspect.getsource(getattr(Look, name)))
    asked = {
        each.attr
        for each in ast.walk(ast.parse(source))
        if isinstance(each, ast.Attribute) and isinstance(each.value, ast.Name) and each.value.id == "self"
    }

    assert asked <= {"rows", "state", "site", "today", "now"}


@pytest.mark.parametrize("name", sorted(set(CACHED) & QUESTIONS.keys()))
def test_each_of_them_is_kept(name: str, served: Served) -> None:
    served.warm("D01", QUESTIONS[name][0])
    assert served.kept == (0 if isinstance(served.cold("D01", QUESTIONS[name][0]), str) else 1)


def test_an_answer_for_which_words_are_opened_is_not_kept(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    def telling(self: Look, month: str, site: str | None = None) -> list[dict[str, Any]]:
        told = Look.card(self, "notice", "N807")["narrative"]
        return [{"employee": "E06", "review": None, "kind": "warning", "narrative": told}]

    monkeypatch.setattr(Look, "sanctions", telling)
    for viewer in ("D01", "E06"):
        served.warm(viewer, lambda look: look.sanctions("2026-08", SITE))

    assert served.kept == 0


def test_no_more_is_kept_than_there_is_room_for() -> None:
    answers, most = LookCache(), MOST_ROWS // LEAST_ROWS
    for number in range(most + 10):
        assert answers.keep(None, number, [{"n": number}], 0) == [{"n": number}]
    assert len(answers) == most
    assert answers.shown(None, 9) is None
    assert answers.shown(None, 10) == [{"n": 10}]

    large: list[dict[str, int]] = [{}] * (MOST_ROWS // 2 + 1)
    assert answers.keep(None, "large", large, 0) is large
    assert answers.shown(None, "large") is None
    for number in range(8):
        answers.keep(None, ("rows", number), [{}] * (MOST_ROWS // 4), 0)
    assert answers.shown(None, ("rows", 3)) is None
    assert answers.shown(None, ("rows", 7)) is not None


def test_what_was_of_now_goes_as_soon_as_there_is_something_newer() -> None:
    answers = LookCache()
    answers.keep((1, ""), "a", [1], 0)
    answers.keep(None, "then", [1], 0)
    answers.keep((2, ""), "a", [2], 0)

    assert answers.shown((1, ""), "a") is None
    assert answers.shown((2, ""), "a") == [2]
    assert answers.shown(None, "then") == [1]
    answers.keep((1, ""), "a", [1], 0)
    assert answers.shown((1, ""), "a") is None


# --- several threads ---------------------------------------------------------------------------------


@dataclass
class Held:
    """A question that takes as long as the test wants."""

    begun: threading.Event = field(default_factory=threading.Event)
    goes_on: threading.Event = field(default_factory=threading.Event)

    def __call__(self, look: Look) -> int:
        self.begun.set()
        assert self.goes_on.wait(SOON)
        return look.position


class Working(Held):
    """One that has the processor work for as long."""

    def __call__(self, look: Look) -> int:
        self.begun.set()
        until = time.monotonic() + SOON
        while not self.goes_on.is_set():
            assert time.monotonic() < until
        return look.position


SOON = 60.0


@pytest.fixture
def hands(monkeypatch: pytest.MonkeyPatch) -> Iterator[ThreadPoolExecutor]:
    monkeypatch.setattr("ledger.application.desk.warm._LONG", 0.1)
    with ThreadPoolExecutor(MOST_MEMORIES + 2) as found:
        yield found


def test_a_page_that_takes_long_holds_nobody_up(served: Served, hands: ThreadPoolExecutor) -> None:
    held = [Held() for _ in range(3)]
    long = [hands.submit(served.warm, "M01", each) for each in held]
    assert all(each.begun.wait(SOON) for each in held)

    for viewer in ("D01", "E06"):
        for name in ("notices", "monthly", "card"):
            ask = QUESTIONS[name][0]
            told = hands.submit(served.warm, viewer, ask).result(SOON)
            assert told == served.cold(viewer, ask)
    served.other.record.apply(lines([issued("N900", "E06")]))
    newest = hands.submit(served.warm, "D01", lambda look: look.position).result(SOON)
    assert newest == served.other.position()

    for each in held:
        each.goes_on.set()
    assert [each.result(SOON) for each in long] == [newest - 1] * 3


def test_a_page_that_only_waits_holds_nobody_up_for_as_long_as_reading_would_take(
    served: Served, hands: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ledger.application.desk.warm._READ_A_SECOND", served.other.position() / SOON)
    served.warm("M01", lambda look: look.position)
    assert _begun_beside_another(served, [Held(), Held()], hands) == 2


def test_what_is_drawn_in_a_turn_of_before_is_not_kept_after_an_erasure(
    served: Served, hands: ThreadPoolExecutor
) -> None:
    assert served.desk.warm is not None
    warm, desk = served.desk.warm, Desk.at(served.desk, Person("D01"))
    served.other.record.apply(lines(GONE))
    with warm.turn():
        before = warm.end
        served.other.record.apply(lines([ERASED]))
        assert hands.submit(served.warm, "D01", lambda look: look.position).result(SOON) > before[0]
        assert desk.drawn("people", lambda: "員工E90") == "員工E90"
    assert warm._drawn.held == 0


def test_what_is_drawn_of_before_takes_nothing_away_of_what_is_newer(
    served: Served, hands: ThreadPoolExecutor
) -> None:
    assert served.desk.warm is not None
    warm, desk = served.desk.warm, Desk.at(served.desk, Person("D01"))
    with warm.turn():
        before = warm.end
        served.other.record.apply(lines([issued("N900", "E06")]))
        assert hands.submit(desk.drawn, "part", lambda: "newer").result(SOON) == "newer"
        assert warm.end == before and desk.drawn("part", lambda: "older") == "older"
    assert desk.drawn("part", lambda: "anew") == "newer"


def test_whoever_comes_during_a_short_turn_waits_for_it(
    served: Served, hands: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ledger.application.desk.warm._LONG", SOON)
    assert _begun_beside_another(served, [Held(), Held()], hands) == 1


def _begun_beside_another(served: Served, held: list[Held], hands: ThreadPoolExecutor) -> int:
    """How many of two that come at once have begun after a while; in the end both are answered."""
    first, second = (hands.submit(served.warm, "M01", each) for each in held)
    for _ in range(1_000):
        if any(each.begun.is_set() for each in held):
            break
        time.sleep(0.01)
    time.sleep(1.5)
    begun = sum(each.begun.is_set() for each in held)
    for each in held:
        each.goes_on.set()
    assert first.result(SOON) == second.result(SOON)
    return begun


def test_whoever_comes_waits_as_long_as_reading_the_log_again_would_take(
    served: Served, hands: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ledger.application.desk.warm._READ_A_SECOND", served.other.position() / SOON)
    served.warm("M01", lambda look: look.position)
    assert _begun_beside_another(served, [Working(), Working()], hands) == 1


def test_a_memory_that_was_one_more_goes_where_all_of_them_are_too_much(
    served: Served, hands: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert served.desk.warm is not None
    held = [Held() for _ in range(3)]
    answers = [hands.submit(served.warm, "M01", each) for each in held]
    assert all(each.begun.wait(SOON) for each in held)
    assert served.desk.warm._made == 3
    monkeypatch.setattr("ledger.application.desk.warm._MOST_STREAMS", 0)
    for each in held:
        each.goes_on.set()
    for answer in answers:
        answer.result(SOON)

    assert served.desk.warm._made == 1


def test_a_memory_comes_back_whatever_fails_at_the_end_of_a_turn(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(_: LogReader) -> None:
        raise MemoryError

    assert served.desk.warm is not None
    with monkeypatch.context() as patch:
        patch.setattr(LogReader, "limit_parts", fails)
        with pytest.raises(MemoryError):
            served.warm("D01", lambda look: look.position)
    assert served.desk.warm._taken_now == set() and len(served.desk.warm._idle) == 1


def test_no_more_have_their_turn_at_once_than_there_is_room_for(
    served: Served, hands: ThreadPoolExecutor
) -> None:
    held = [Held() for _ in range(MOST_MEMORIES + 1)]
    answers = [hands.submit(served.warm, "M01", each) for each in held]
    try:
        for _ in range(1_000):
            if sum(each.begun.is_set() for each in held) == MOST_MEMORIES:
                break
            time.sleep(0.01)
        time.sleep(0.3)
        assert sum(each.begun.is_set() for each in held) == MOST_MEMORIES
    finally:
        for each in held:
            each.goes_on.set()
    assert len({each.result(SOON) for each in answers}) == 1


def test_what_two_ask_at_once_is_reckoned_once(
    served: Served, hands: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain, held, reckoned = Look.rewards, Held(), []

    def slow(self: Look, month: str, site: str | None = None) -> list[dict[str, Any]]:
        reckoned.append(month)
        held(self)
        return plain(self, month, site)

    monkeypatch.setattr(Look, "rewards", slow)
    asked = [hands.submit(served.warm, viewer, rewards) for viewer in ("M01", "D01")]
    assert held.begun.wait(SOON)
    for _ in range(1_000):
        if wanted(served) == 2:
            break
        time.sleep(0.01)
    assert wanted(served) == 2
    held.goes_on.set()

    told = [each.result(SOON) for each in asked]
    assert told == [served.cold(viewer, rewards) for viewer in ("M01", "D01")]
    assert reckoned == ["2026-08"] * 3, "once for both, and once for each where nothing is kept"


def rewards(look: Look) -> Any:
    return look.rewards("2026-08", SITE)


def wanted(served: Served) -> int:
    assert served.desk.warm is not None
    return max((len(each) for _, each in served.desk.warm.answers._reckoned.values()), default=0)


def test_an_answer_of_before_an_erasure_is_not_kept_after_it(
    served: Served, hands: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def ask(look: Look) -> Any:
        return {row["employee"]: row["name"] for row in look.employees(SITE)}

    plain, held = Look.employees, Held()

    def late(self: Look, site: str | None = None) -> list[dict[str, Any]]:
        found = plain(self, site)
        held(self)
        return found

    monkeypatch.setattr(Look, "employees", late)
    served.other.record.apply(lines(GONE))
    position = served.other.position()
    before = hands.submit(served.warm, "D01", ask, position)
    assert held.begun.wait(SOON)
    served.other.record.apply(lines([ERASED]))
    meanwhile = Held()

    def forgotten(look: Look) -> Any:
        meanwhile(look)
        return ask(look)

    after = hands.submit(
        served.warm, "M01", forgotten, position
    )  # who sees that everything is to be forgotten
    assert meanwhile.begun.wait(SOON)
    held.goes_on.set()
    assert before.result(SOON)["E90"] == "員工E90"  # as it was when they asked
    meanwhile.goes_on.set()

    assert after.result(SOON) == served.cold("M01", ask, position)
    assert served.warm("D01", ask, position) == served.cold("D01", ask, position)


def test_an_erasure_is_noticed_where_no_memory_was_small_enough_to_keep(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    def ask(look: Look) -> Any:
        return {row["employee"]: row["name"] for row in look.employees(SITE)}

    monkeypatch.setattr("ledger.application.desk.warm._MOST_STREAMS", 0)
    served.other.record.apply(lines(GONE))
    position = served.other.position()
    assert served.warm("D01", ask, position)["E90"] == "員工E90"
    kept = served.kept
    served.warm("D01", ask, position)
    assert served.kept == kept > 0, "a memory that is given up takes no answers with it"
    served.other.record.apply(lines([ERASED]))

    assert served.warm("D01", ask, position) == served.cold("D01", ask, position)


def test_what_is_told_of_now_opens_nothing_of_a_past_before_it(served: Served) -> None:
    before = served.other.position()
    served.other.record.apply(lines([issued("N900", "E06")]))
    served.warm("D01", lambda look: look.notices(None, SITE))
    assert served.warm("D01", lambda look: look.opens("notice", "N900"))
    assert not served.warm("D01", lambda look: look.opens("notice", "N900"), before)
