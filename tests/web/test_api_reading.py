"""What the interface reads is what the command line prints, byte for byte, for every address and whoever asks."""

import re
import shlex
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

import pytest

from cli.main import run
from cli.report import report
from ledger.state.log_reader import LogReader
from ledger.store.log import Log
from tests.access.sample import VIEWERS
from tests.access.test_words import ALLOWED
from tests.support import office
from tests.web.agreed import assert_agreed
from tests.web.client import ALL, nobody, program, session
from tests.web.client import read as told
from tests.web.served import Answer, Served
from web.api.routes import PARAMETER, Read, reads
from web.application import app_of

MATRIX = Path(__file__).with_name("matrix_api.tsv")
PARTS = {
    "site": ("jinse", "other"),
    "month": ("2026-07",),
    "quarter": ("2026-Q3",),
    "day": ("2026-07-06",),
    "department": ("front-desk",),
    "employee": ("E06", "X01"),
    "appeal": ("A04", "A09"),
    "notice": ("N702", "N807"),
    "sanction": ("S1",),
    "reward": ("R01",),
    "finding": ("F1",),
    "action": ("AC1",),
    "analysis": ("AN1",),
    "check": ("C1",),
    "sheet": ("DS1",),
    "objection": ("O1",),
    "case": ("HC1",),
    "inspection": ("INS-1",),
    "sitting": ("K1",),
    "position": ("93",),
    "name": ("notice:N807",),
    "version": ("house-2",),
    "old": ("house-1",),
    "new": ("house",),
    "outcome": ("revoked", "dismissed"),
    "then": ("150",),
    "sha256": ("c3" * 32,),
}
"""What stands for the parts of a path; a part that is not known here fails."""

SHOWN = ("E06", "H02", "D01", "F01", "AU1")
PROGRAMS = ("E06", "D01", "C01")
"""Of whom programs are tried, too."""
_NOTED = {"/receipts/{name}", "/evidence/{sha256}"}
"""What leaves a note of its having been handed out: asking for it is no mere reading."""


def addresses(wanted: Read) -> list[tuple[str, str]]:
    """Each address of a route, with the command line that prints the same."""
    found = [(wanted.path, wanted.told)]
    for part in PARAMETER.findall(wanted.path):
        found = [
            (path.replace(f"{{{part}}}", quote(value, safe="")), told.replace(f"{{{part}}}", value))
            for path, told in found
            for value in PARTS[part]
        ]
    if "site" in wanted.asks:
        found += [(f"{path}?site=jinse", f"{told} --site jinse") for path, told in found]
    return found


@pytest.mark.parametrize("viewer", SHOWN)
@pytest.mark.parametrize("route", reads(), ids=lambda route: route.path)
def test_each_address_says_what_the_command_line_prints(
    route: Read,
    viewer: str,
    read: Served,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from ledger.application.ledger import Ledger

    monkeypatch.setitem(Ledger.__init__.__kwdefaults__, "now", read.console.ledger.now)
    client = session(read, viewer)
    for path, line in addresses(route):
        if route.path in _NOTED:
            continue
        answer = client.ask(path)
        as_json = [] if route.media else ["--json"]
        status = run([*shlex.split(line), *as_json, "--as", viewer, "--ledger", read.url, "--lang", "en"])
        printed = capsys.readouterr().out

        assert answer.status != 500, path
        assert (answer.status == 200) == (status == 0), (path, answer.text)
        if status == 0:
            assert answer.text == printed, path


def test_every_report_of_the_command_line_has_an_address() -> None:
    printed = [f"{route.told} " for route in reads()]
    names = report.list_commands(None)  # type: ignore[arg-type]
    missing = [name for name in names if not any(line.startswith(f"report {name} ") for line in printed)]

    assert missing == []


def test_the_past_is_read_as_the_command_line_reads_it(
    read: Served, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = session(read, "D01").ask("/sites/jinse/months/2026-07/summary?as_of=110")
    line = ["report", "monthly", "2026-07", "--site", "jinse", "--json", "--as", "D01", "--as-of", "110"]
    assert run([*line, "--ledger", read.url]) == 0

    assert answer.text == capsys.readouterr().out
    assert answer.headers["Kaoji-Position"] == "110"
    assert '?as_of=110>; rel="permalink"' in answer.headers["Link"]


@pytest.mark.parametrize("path", ["/due", "/appeals"])
def test_a_list_of_ones_own_site_says_of_which_it_is(path: str, read: Served) -> None:
    for viewer, site in (("D01", "jinse"), ("X01", "other")):
        answer = session(read, viewer).ask(path)

        assert answer.headers["Kaoji-Site"] == site
        (permalink,) = re.findall(r"<([^>]+)>; rel=\"permalink\"", answer.headers["Link"])
        assert f"site={site}" in permalink
        assert session(read, viewer).ask(permalink.removeprefix("/api/v1")).text == answer.text
    assert "Kaoji-Site" not in session(read, "D01").ask("/sites/jinse/notices").headers


def test_whoever_is_named_in_wide_letters_is_found_and_the_headers_can_be_sent(read: Served) -> None:
    wide = quote("Ｅ０６")
    answer = program(read, "E06").ask(f"/people/{wide}/months/2026-08/explanation")

    assert answer.status == 200
    assert f"</api/v1/people/{wide}/months" in answer.headers["Link"]


def test_an_answer_asks_for_the_end_of_the_log_once(site: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    client, asked = session(site, "D01"), list[int]()
    tag = client.ask("/due").headers["ETag"]
    plain = Log.since

    def noted(self: Log, position: int, *more: int, **how: bool) -> object:
        asked.append(position)
        return plain(self, position, *more, **how)

    monkeypatch.setattr(Log, "since", noted)
    assert client.ask("/due", If_None_Match=tag).status == 304
    assert len(asked) == 1


def test_pages_are_not_looked_for_among_the_routes_of_the_interface(site: Served) -> None:
    found = [str(getattr(route, "path", "")) for route in app_of(site.console).routes]
    assert [path for path in found if path.startswith("/api")] == ["/api/v1", "/api/{rest:path}"]


def test_what_has_not_changed_is_not_sent_again(site: Served) -> None:
    client = session(site, "D01")
    first = client.ask("/sites/jinse/months/2026-07/summary")
    tag = first.headers["ETag"]
    again = client.ask("/sites/jinse/months/2026-07/summary", If_None_Match=f'"x", {tag}')

    assert (again.status, again.text) == (304, "")
    assert again.headers["ETag"] == tag
    assert first.headers["Cache-Control"] == "private, no-cache"
    assert first.headers["Vary"] == "Cookie, Authorization, Accept-Language"
    position = site.console.ledger.position()
    assert tag.split(".")[1:3] == [str(position), "2026-09-10"]
    site.clock.passes(days=1)
    other_day = session(site, "D01")
    assert other_day.ask("/sites/jinse/months/2026-07/summary", If_None_Match=tag).status == 200
    assert session(site, "M01").ask("/due").headers["ETag"] != other_day.ask("/due").headers["ETag"]


def test_what_is_known_of_another_site_is_as_old_as_its_day(site: Served) -> None:
    said = [
        office.register_site("west", timezone="Asia/Urumqi"),
        office.register_employee("W01", site="west"),
        office.appoint("inspector", "D01", site="west"),
    ]
    site.console.ledger.record.apply(office.lines(said))

    def days(path: str, viewer: str = "D01") -> str:
        return session(site, viewer).ask(path).headers["ETag"].split(".")[2]

    site.clock.at = datetime(2026, 9, 10, 16, 30, tzinfo=UTC)
    for path in ("/due", "/sites", "/people/W01", "/due?site=west", "/sites/west/notices"):
        assert days(path) == "2026-09-10+2026-09-11", path
    assert days("/due", "E06") == "2026-09-11", "who knows of one site"
    site.clock.passes(hours=2)
    assert days("/people/W01") == days("/due?site=west") == "2026-09-11"


def test_whoever_has_the_answer_has_nobodys_stream_read(
    site: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = session(site, "D01")
    tag = client.ask("/due").headers["ETag"]
    read: list[str] = []
    plain = LogReader.load

    def noted(self: LogReader, streams: Iterable[str]) -> None:
        read.extend(asked := list(streams))
        plain(self, asked)

    monkeypatch.setattr(LogReader, "load", noted)

    assert client.ask("/due", If_None_Match=tag).status == 304
    assert read == []


def test_what_is_recorded_meanwhile_makes_another_tag(site: Served) -> None:
    client = session(site, "D01")
    tag = client.ask("/due").headers["ETag"]
    site.console.ledger.record.typed({"do": "remark_notice", "notice": "N807", "text": "x", "by": "D01"})

    assert client.ask("/due", If_None_Match=tag).status == 200


def test_a_list_is_read_in_pages_of_one_state(site: Served) -> None:
    client = session(site, "D01")
    whole = told(client.ask("/sites/jinse/notices"))
    page = client.ask("/sites/jinse/notices?limit=7")
    found = told(page)
    site.console.ledger.record.typed(
        {
            "do": "issue_notice",
            "employee": "E10",
            "clause": "FD-03",
            "points": 1,
            "narrative": "x",
            "occurred_at": "2026-09-08T09:00:00+08:00",
            "issued_by": "I01",
            "issued_on": "2026-09-09",
        }
    )
    while (following := re.search(r'</api/v1([^>]+)>; rel="next"', page.headers["Link"])) is not None:
        page = client.ask(following[1])
        found += told(page)

    assert len(whole) > 14
    assert found == whole
    assert len(told(client.ask("/sites/jinse/notices"))) == len(whole) + 1


@pytest.mark.parametrize("query", ["limit=0", "limit=501", "limit=x", "after=x", "after=e30"])
def test_a_page_that_cannot_be_is_refused(query: str, read: Served) -> None:
    assert session(read, "D01").ask(f"/due?{query}").status == 422


def test_who_reads_somebody_elses_record_is_kept(site: Served) -> None:
    session(site, "D01").ask("/notices/N807")
    program(site, "M01").ask("/people/E04/months/2026-08/explanation")

    kept = {(row["viewer"], row["what"]) for row in site.console.readings.of("E04")}
    assert {("D01", "notice N807"), ("M01", "explain 2026-08")} <= kept


def test_where_a_reading_cannot_be_kept_nothing_is_shown(site: Served) -> None:
    client = session(site, "D01")
    with site.console.readings._open() as file:
        file.execute("DROP TABLE readings")
        file.execute("CREATE TABLE readings (gone TEXT)")
    answer = client.ask("/notices/N807")

    assert answer.status == 503
    assert answer.headers["Retry-After"] == "5"
    assert "黃建業" not in answer.text


def test_a_receipt_is_the_file_that_proves_it(site: Served) -> None:
    answer = program(site, "E04").ask("/receipts/notice:N807")

    assert answer.status == 200
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert told(answer)["receipt"] == "kaoji.receipt/v1"
    assert site.console.ledger.people.handouts("E04")[-1]["file"] == "api notice:N807.receipt"
    assert site.console.ledger.proofs.covered() > 0
    assert program(site, "E06").ask("/receipts/notice:N807").status == 403


@pytest.mark.parametrize("route", reads(), ids=lambda route: route.path)
def test_nobody_who_is_not_known_reads_anything(route: Read, read: Served) -> None:
    for path, _ in addresses(route):
        answer = nobody(read).ask(path)
        assert (answer.status, answer.headers["WWW-Authenticate"]) == (401, 'Bearer realm="kaoji"')


def test_reading_records_nothing(read: Served) -> None:
    before = read.console.ledger.position()
    for route in reads():
        if route.path not in _NOTED:
            for path, _ in addresses(route):
                program(read, "D01").ask(path)

    assert read.console.ledger.position() == before


def a_token_reads_the_same(site: Served, viewer: str, route: Read, path: str, owners: Answer) -> None:
    """And one for another site nothing of this one."""
    everything, other = program(site, viewer), program(site, viewer, sites=frozenset({"other"}))
    answer, elsewhere = everything.ask(path), other.ask(path)

    assert answer.status == owners.status, path
    if route.media is None:
        assert answer.text.partition('"instance"')[0] == owners.text.partition('"instance"')[0]
        assert route.everywhere or elsewhere.status > 200 or "E06" not in elsewhere.text, path


@pytest.mark.parametrize("viewer", VIEWERS)
def test_each_address_answers_each_viewer_as_agreed_and_a_token_as_its_owner(
    viewer: str, read: Served
) -> None:
    owner, rows = session(read, viewer), list[str]()
    for route in reads():
        for path, _ in addresses(route):
            answer = owner.ask(path)
            rows.append(f"{viewer}\t{path}\t{answer.status}")
            if viewer in PROGRAMS:
                a_token_reads_the_same(read, viewer, route, path, answer)

    assert_agreed(MATRIX, viewer, rows)


@pytest.mark.parametrize("viewer", ["E001", "L01", "I01", "H01", "Q01", "O01", "F01", "C01"])
def test_no_answer_holds_a_word_that_is_not_its_readers(viewer: str, canaries: Served) -> None:
    client, texts = session(canaries, viewer), list[str]()
    told = {"site": ["jinse"], "month": ["2026-08"], "employee": ["E001", "E002"], "notice": ["N1", "N2"]}
    told |= {"appeal": ["A1", "A2"], "name": ["notice:N1", "appeal:A1"]}
    told["position"] = [str(at) for at in range(1, canaries.console.ledger.position() + 1)]
    for route in reads():
        paths = [route.path]
        for part in route.parts:
            values = told.get(part) or PARTS[part]
            paths = [path.replace(f"{{{part}}}", quote(value, safe="")) for path in paths for value in values]
        texts += [answer.text + str(answer.headers) for answer in map(client.ask, paths)]
    text = "".join(texts)

    assert {token for token in ALLOWED if token in text} <= {
        token for token, readers in ALLOWED.items() if viewer in readers
    }
    if viewer in ("E001", "H01"):
        assert "appeal-words" in text


def test_a_token_is_for_what_was_ticked(read: Served) -> None:
    client = program(read, "F01", reports=frozenset({"payroll"}))

    assert client.ask("/sites/jinse/months/2026-07/payroll").status == 200
    refused = client.ask("/sites/jinse/months/2026-07/summary")
    assert (refused.status, "scope_lacking" in refused.text) == (403, True)


def test_a_token_for_one_site_knows_of_no_other(read: Served) -> None:
    company = program(read, "C01", sites=frozenset({"other"}))

    assert [row["site"] for row in told(company.ask("/sites"))] == ["other"]
    assert company.ask("/sites/jinse/months/2026-07/summary").status == 404
    assert company.ask("/people/E06").status == 404
    assert company.ask("/appeals/A04").status == 404
    assert company.ask("/log/93").status == 403
    assert company.ask("/people/X01").status == 200
    assert program(read, "C01", sites=ALL).ask("/people/E06").status == 200


def test_words_for_a_purpose_are_opened_for_people_only(site: Served) -> None:
    refused = program(site, "C01").ask("/notices/N807?purpose=yearly")
    assert (refused.status, "purpose_by_session" in refused.text) == (403, True)
    person = session(site, "C01")
    site.clock.passes(minutes=6)
    late = person.ask("/notices/N807?purpose=yearly")
    assert (late.status, "password_first" in late.text) == (403, True)
    assert session(site, "C01").ask("/notices/N807?purpose=yearly").status == 200
