"""The auditor's room: the ledger is checked there, and those of a catalogue where the console was given one."""

import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from ledger.application.group.ledgers import Whereabouts
from ledger.terms import LANGUAGES
from tests.support import office
from tests.support.group import ENTRY
from tests.support.office import lines
from tests.support.story import open_ledger
from tests.web.client import session
from tests.web.conftest import copied
from tests.web.served import Answer, Served, served
from web.app import Settings

AWAY = "postgresql://kaoji_app@127.0.0.1:9/kaoji"


@pytest.fixture(scope="module")
def group(office_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A console whose group is its own ledger, a sound one, one that was changed, and one on a server that is away."""
    folder = tmp_path_factory.mktemp("group")
    url = copied(office_file, folder)
    for name in ("harbour", "pier"):
        with open_ledger(folder / f"{name}.db", office.NOW) as ledger:
            ledger.record.apply(lines(office.office()))
    change(folder / "pier.db")
    urls = {"ours": url, "pier": "sqlite:///pier.db", "harbour": "sqlite:///harbour.db", "museum": AWAY}
    catalogue = folder / "kaoji-ledgers.toml"
    catalogue.write_text("".join(ENTRY.format(name, where) for name, where in urls.items()))
    with served(url, folder, Settings(group=Whereabouts(url, catalogue))) as site:
        yield site


def change(file: Path) -> None:
    """Another instant in an event, by somebody who may write into the file."""
    with sqlite3.connect(file) as connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f'DROP TRIGGER "{name}"')
        connection.execute("UPDATE events SET state = x'7b7d' WHERE position = 3")


def checked(site: Served, language: str = "en", **fields: str) -> Answer:
    browser = site.signed_in("AU1", language)
    return browser.waited(browser.go_on(browser.open("/audit"), "/audit/verify", **fields))


def rows(answer: Answer) -> list[list[str]]:
    """The table of the group, each row's cells as text."""
    found = re.findall(r'<tr[^>]*><th[^>]* scope="row">.*?</tr>', answer.text, re.S)
    return [
        [re.sub("<[^>]+>", "", cell).strip() for cell in re.findall(r"<t[hd][ >].*?</t[hd]>", row)]
        for row in found
    ]


def test_the_ledger_alone_is_checked_where_nothing_else_is_asked_for(group: Served) -> None:
    answer = checked(group)
    assert answer.status == 200 and "nothing wrong" in answer.text
    assert rows(answer) == []


def test_every_ledger_of_the_catalogue_is_checked_and_what_is_away_is_told(group: Served) -> None:
    answer = checked(group, group="yes")
    found = {row[0]: row[1:] for row in rows(answer)}
    assert list(found) == ["harbour", "museum", "ours", "pier"]
    position = group.console.ledger.position()
    end, mark = group.console.ledger.log.end()
    assert (end, found["ours"]) == (position, [str(position), mark[:16], "nothing wrong"])
    assert found["harbour"][2] == "nothing wrong"
    assert re.fullmatch(r"\d+ faults", found["pier"][2])
    assert found["museum"] == ["–", "–", "not checked"]
    assert "<li>museum: the server at postgresql" in answer.text and "cannot be reached" in answer.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_told_in_each_language(group: Served, language: str) -> None:
    assert len(rows(checked(group, language, group="yes", deep="yes"))) == 4


def test_who_is_no_auditor_is_refused_all_of_it(group: Served) -> None:
    browser = group.signed_in("D01")
    page = browser.open("/me")
    assert browser.go_on(page, "/audit/verify", group="yes").status in (400, 403)
    answer = browser.open("/audit")
    assert answer.status == 403 and "harbour" not in answer.text


def test_without_a_catalogue_there_is_nothing_else_to_check(read: Served) -> None:
    browser = read.signed_in("AU1")
    page = browser.open("/audit")
    assert 'name="group"' not in page.text
    assert rows(browser.waited(browser.go_on(page, "/audit/verify", group="yes"))) == []


def test_what_waits_for_a_checkpoint_waits_no_longer_once_there_is_one(site: Served) -> None:
    site.clock.passes(days=30)
    auditor, program = site.signed_in("AU1"), session(site, "AU1")
    main = auditor.open("/due?who=all").text.partition("<main")[2]
    told = program.ask("/due")
    assert 'href="/checkpoint"' in main and '"unsigned"' in told.text

    site.console.ledger.proofs.checkpoint()
    main = auditor.open("/due?who=all").text.partition("<main")[2]
    again = program.ask("/due", If_None_Match=told.headers["ETag"])
    assert 'href="/checkpoint"' not in main
    assert again.status == 200 and '"unsigned"' not in again.text
    assert program.ask("/due", If_None_Match=again.headers["ETag"]).status == 304


# --- against what was kept elsewhere --------------------------------------------------------------------


def compared(site: Served, kept: bytes | None, **fields: str) -> Answer:
    """The auditor's room, with the file that was fetched before sent along."""
    auditor = site.signed_in("AU1")
    page = auditor.open("/audit")
    if kept is None:
        return auditor.waited(auditor.go_on(page, "/audit/verify", **fields))
    sent = auditor.go_on_with(page, "/audit/verify", "file", "mine.checkpoint", kept, **fields)
    return auditor.waited(sent)


def fetched(site: Served) -> bytes:
    auditor = site.signed_in("AU1")
    return auditor.go_on(auditor.open("/checkpoint"), "/checkpoint").text.encode()


def remarked(site: Served, text: str) -> None:
    remark = {"do": "remark_notice", "notice": "N807", "text": text, "by": "D01", "on": "2026-09-09"}
    site.console.ledger.record.apply(lines([remark]))


def said(answer: Answer) -> str:
    assert answer.status == 200
    return answer.text.partition("<main")[2].partition("<form")[0]


def test_what_was_kept_elsewhere_is_compared_and_what_it_does_not_cover_is_told(site: Served) -> None:
    assert "No checkpoint of yours was compared" in said(compared(site, None))
    kept = fetched(site)
    size = int(kept.splitlines()[1])
    assert f"All {size} events are those" in said(compared(site, kept))

    remarked(site, "x")
    told = said(compared(site, kept, deep="yes", sheets="yes"))
    assert f"The first {size} events are those" in told and "1 event is newer" in told


def test_another_past_than_the_one_that_was_kept_is_found(office_file: Path, tmp_path: Path) -> None:
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
    with served(copied(office_file, tmp_path / "one"), tmp_path / "one") as site:
        remarked(site, "as it was")
        kept = fetched(site)
    with served(copied(office_file, tmp_path / "other"), tmp_path / "other") as site:
        remarked(site, "as it is told now")
        assert "1 fault" not in said(compared(site, None)) and "nothing wrong" in said(compared(site, None))
        told = said(compared(site, kept))
    assert "1 fault among" in told and "nothing wrong" not in told


@pytest.mark.parametrize("content", [b"no checkpoint", b"\xff\xfe\x00", b"x" * 100_000])
def test_what_is_no_checkpoint_is_refused_with_a_next_step(content: bytes, read: Served) -> None:
    assert compared(read, content).status == 422
