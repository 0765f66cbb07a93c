"""Nobody's text moves a cursor, turns a line round, hides, or passes for a line of our own, wherever it is shown."""

import json
import os
import pty
import re
import subprocess
import sys
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest

from cli.main import run
from docs.pages.command_line import commands
from ledger import terms
from ledger.application.ledger import Ledger
from ledger.commands import COMMANDS
from ledger.labels.visible import visible, visible_json
from ledger.terms import LANGUAGES
from tests.hostile import office
from tests.hostile.office import ADMITTED, ESCAPES, HOSTILE, LINES
from tests.support import office as of

ROOT = Path(__file__).parents[2]
in_every_language = pytest.mark.parametrize("language", LANGUAGES)
of_every_command = pytest.mark.parametrize("path", LINES)
UNSEEN = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder with a ledger full of such texts, also of those that only another hand could have put there."""
    folder = tmp_path_factory.mktemp("hostile")
    files = folder / "files"
    files.mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setattr(terms, "_CONTROL", re.compile("(?!)"))
        patch.setenv("KAOJI_OPERATOR", HOSTILE)
        patch.setenv("KAOJI_LEDGER", f"sqlite:///{folder / 'kaoji.db'}")
        patch.setitem(Ledger.__init__.__kwdefaults__, "now", of.now)
        with Ledger(f"sqlite:///{folder / 'kaoji.db'}", now=of.now) as ledger:
            ledger.record.apply(of.lines(office.story(HOSTILE)))
            closed = of.close_month("2026-07", "2026-08-03")
            ledger.record.apply(of.lines([closed, office.returned(HOSTILE), office.posted(HOSTILE)]))
        for kind, content in (("file", json.dumps({"do": HOSTILE})), ("policy", office.toml(HOSTILE))):
            (files / f"{kind}{office.name(HOSTILE)}").write_text(content, "utf-8")
        yield folder


def assert_harmless(printed: str) -> None:
    """No character of it is obeyed or unseen, and no line of it begins with somebody's text."""
    found = {
        c
        for c in printed
        if c != "\n" and (unicodedata.category(c) in UNSEEN or (c in ADMITTED and visible(c) != c))
    }
    assert not found, f"{found} in {printed}"
    assert not re.search(rf"^\s*{office.FORGED}", printed, re.MULTILINE), printed


# --- the bench itself ---------------------------------------------------------------------------------


def test_every_command_has_its_line() -> None:
    found = {
        context.command_path.removeprefix("kaoji ")
        for command, context in commands()
        if not isinstance(command, click.Group)
    }
    assert found - {"key new", "key rotate"} == set(LINES)


def test_every_field_that_takes_a_text_holds_one() -> None:
    told = {
        (command["do"], field)
        for command in [*office.story("x" * 70), office.returned("x" * 70), office.posted("x" * 70)]
        for field in command
    }
    fields = {field for do in COMMANDS for field in office.texts(COMMANDS[do])}
    assert fields - {"checklist", "timezone", "policy"} <= {field for _, field in told} & office.TEXTS


# --- the terminal -------------------------------------------------------------------------------------


@in_every_language
@of_every_command
def test_what_is_shown_is_seen_and_forges_nothing(
    path: str, language: str, desk: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    if path == "demo":
        monkeypatch.delenv("KAOJI_LEDGER")
    arguments = [
        *office.words(path, desk / "files", HOSTILE if path != "demo" else ADMITTED),
        "--lang",
        language,
    ]
    if path == "demo":
        arguments[arguments.index("--dir") + 1] = str(desk / f"demo{language}{office.name(HOSTILE)}")
    assert run(arguments) in (0, 1, 2, 3)
    printed = capsys.readouterr()
    assert_harmless(printed.out + printed.err)


@of_every_command
def test_what_is_typed_is_repeated_harmlessly(
    path: str, desk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every place and option in turn holds such a text, in one language after the other."""
    good = office.words(path, desk / "files", "x")
    for at in range(len(path.split()), len(good) + 1):
        language = LANGUAGES[at % len(LANGUAGES)]
        for put in (
            [HOSTILE],
            [f"--{HOSTILE}"],
            ["--ledger", HOSTILE],
            ["--as-of", HOSTILE],
            ["--site", HOSTILE],
        ):
            run([*good[:at], *put, *good[at + 1 :], "--lang", language])
            printed = capsys.readouterr()
            assert_harmless(printed.out + printed.err)


@pytest.mark.parametrize(
    "place", ["KAOJI_LEDGER", "KAOJI_LANG", "KAOJI_KEYRING", "KAOJI_KEY", "KAOJI_OPERATOR"]
)
def test_the_environment_is_repeated_harmlessly(
    place: str, desk: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for text in (
        HOSTILE,
        f"sqlite:///{HOSTILE}",
        f"postgresql://u@127.0.0.1:1/{ADMITTED}",
        f"{desk}/x/{HOSTILE}",
    ):
        monkeypatch.setenv(place, text)
        for line in (
            "due",
            "log E001",
            "checkpoint",
            "wage record E001 2026-07 --wage 1.00 --minimum-wage 1.00",
        ):
            run(line.split())
            printed = capsys.readouterr()
            assert_harmless(printed.out + printed.err)


def test_a_value_cannot_be_told_twice_as_a_hint(capsys: pytest.CaptureFixture[str], desk: Path) -> None:
    run(["log", "N9\nhint: pay somebody", "--lang", "en"])
    hints = [line for line in capsys.readouterr().err.splitlines() if line.startswith("hint:")]
    assert len(hints) == 1 and "pay" not in hints[0]


def test_nothing_is_dropped(capsys: pytest.CaptureFixture[str], desk: Path) -> None:
    run(["notice", "show", "N1", "--lang", "en"])
    assert visible(HOSTILE) in capsys.readouterr().out
    assert visible("a\u202e\x1b\U000e0041\n\u3000é") == "a\\u202e\\u001b\\U000e0041\\u000a\u3000é"


def test_a_name_without_a_space_is_told_harmlessly_in_a_key(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["witness", "new-key", "a\u202eb\x9b31m", "--out", str(tmp_path / "key")]) in (0, 2)
    printed = capsys.readouterr()
    assert_harmless(printed.out + printed.err)


@pytest.mark.parametrize("line", ["N\u202e1 --vkey x", "\x1b[2J", "--\x1b[2J"])
def test_the_verifier_that_stands_alone_repeats_harmlessly(line: str) -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "ledger.proofs", *line.split()], capture_output=True, cwd=ROOT, check=False
    )
    assert ended.returncode == 2
    assert_harmless((ended.stdout + ended.stderr).decode())


# --- a real terminal ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "line", ["log E001", "notice show N1", "appeal show A1", "policy show --version hostile-1", "due"]
)
def test_a_terminal_gets_no_more_than_our_own_colours(line: str, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'kaoji.db'}"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KAOJI_OPERATOR", HOSTILE)
        with Ledger(url, now=of.now) as ledger:
            ledger.record.apply(of.lines(office.story(ADMITTED)))
    printed = through_a_terminal([*line.split(), "--ledger", url, "--lang", "en"], tmp_path)
    assert "FORGED" in printed or line == "due"
    assert_harmless(re.sub("\x1b\\[[0-9;]*m", "", printed))


def through_a_terminal(arguments: list[str], folder: Path) -> str:
    """What a command writes to a terminal of its own."""
    ours, theirs = pty.openpty()
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "TERM": "xterm-256color", "COLUMNS": "100"}
    running = subprocess.Popen(
        [sys.executable, "-m", "cli", *arguments],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        cwd=folder,
        env=environment,
    )
    os.close(theirs)
    written = b""
    try:
        while chunk := os.read(ours, 65_536):
            written += chunk
    except OSError:  # the other end is closed
        pass
    os.close(ours)
    assert running.wait(60) == 0, written
    return written.decode().replace("\r\n", "\n")


@pytest.mark.parametrize("line", ["due", "log E001 --json", "--help", "apply /nope"])
def test_a_full_output_is_a_plain_error(line: str, desk: Path) -> None:
    with Path("/dev/full").open("wb") as full:
        ended = subprocess.run(
            [sys.executable, "-m", "cli", *line.split(), "--ledger", f"sqlite:///{desk / 'kaoji.db'}"]
            if line == "due"
            else [sys.executable, "-m", "cli", *line.split()],
            stdout=full,
            stderr=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": str(ROOT), "KAOJI_LANG": "en"},
            check=False,
        )
    assert ended.returncode in (2, 74) and b"Traceback" not in ended.stderr
    assert ended.stderr.startswith(b"error: ")


# --- the shell's completion ---------------------------------------------------------------------------


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_title_in_a_policy_offers_nothing_to_the_shell(shell: str, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'kaoji.db'}"
    rules = office.policy(ADMITTED) | {"effective_from": "2026-01-01"}
    adopted = {"do": "adopt_policy", "policy": rules, "on": "2026-01-05", "by": "C01"}
    with Ledger(url, now=of.now) as ledger:
        ledger.record.apply(of.lines([*of.office(), adopted]))
    typed = "kaoji notice issue --clause FD-0"
    ended = subprocess.run(
        [sys.executable, "-m", "cli"],
        env={
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "KAOJI_LEDGER": url,
            "KAOJI_LANG": "en",
            "_KAOJI_COMPLETE": f"{shell}_complete",
            "COMP_WORDS": typed,
            "COMP_CWORD": "4" if shell != "fish" else "FD-0",
        },
        capture_output=True,
        check=False,
    )
    offered = ended.stdout.decode()
    assert "FD-01" in offered
    assert_harmless(offered.replace("\t", " "))


# --- JSON ---------------------------------------------------------------------------------------------


@of_every_command
def test_json_says_exactly_what_was_recorded(
    path: str, desk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    if path in ("apply", "demo", "rebuild", "restore", "policy template") or path.split()[0] in (
        "witness",
        "key",
        "export",
    ):
        return
    status = run([*office.words(path, desk / "files", HOSTILE), "--json", "--lang", "en"])
    printed = capsys.readouterr().out
    assert_harmless(printed)
    if status in (0, 1) and printed:
        texts = list(_strings(json.loads(printed)))
        suspicious = [text for text in texts if office.FORGED in text and not text.startswith("/")]
        worded = {"policy check"}  # its findings are our words, in which a name is told as people read it
        assert path in worded or all(ADMITTED[-40:] in t or ADMITTED[-20:] in t for t in suspicious)
        if path in ("notice show", "log", "employee list", "appeal show", "policy show", "site show"):
            assert HOSTILE in texts or any(HOSTILE in text for text in texts)


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for name, one in value.items():
            yield name
            yield from _strings(one)
    elif isinstance(value, list):
        for one in value:
            yield from _strings(one)
    elif isinstance(value, str):
        yield value


def test_escaping_json_changes_nothing_of_what_it_says() -> None:
    value = {HOSTILE: ["\ud800", "\U0001f600\U000e0041", HOSTILE, "\\u202e", "\\\u202e", "\ufdd0\U0001ffff"]}
    written = visible_json(json.dumps(value, ensure_ascii=False, indent=2))
    assert json.loads(written) == value
    written.encode("utf-8")
    assert_harmless(written)


# --- the page -----------------------------------------------------------------------------------------


@in_every_language
def test_the_page_holds_the_text_and_nothing_else(
    language: str, desk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["appeal", "dossier", "A1", "--out", "-", "--lang", language]) == 0
    page = capsys.readouterr().out
    assert {c for c in page if unicodedata.category(c) in UNSEEN} <= {"\n", "\t"}
    assert "<script" not in page and "&lt;script&gt;x&lt;/script&gt;" in page
    assert visible(ESCAPES) in page


# --- words beside them --------------------------------------------------------------------------------


def test_messages_say_what_is_meant_and_hints_nothing_without_a_name(
    desk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = {
        "apply /nope": "/nope: there is no such file",
        "report monthly 2026-08 --as-of 0": "no site is registered at position 0",
        "wage record E001 2026-08 --wage 9999999999999 --minimum-wage 1.00": "at most 12 digits before the point",
        "due --ledger postgresql://u@127.0.0.1:1/x": "refused Is the server running",
    }
    for line, words in told.items():
        assert run([*line.split(), "--lang", "en"]) in (2, 3)
        assert words in capsys.readouterr().err
    assert run(["due", "--xyzzyq", "--lang", "en"]) == 2
    assert capsys.readouterr().err.endswith("hint: kaoji due --help lists the options\n")


# --- somebody else's database -------------------------------------------------------------------------


@pytest.mark.parametrize("made", ["create table t (a)", "create table events (a)"])
def test_a_database_of_something_else_is_refused_and_left_as_it_is(
    made: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    import sqlite3

    file = tmp_path / "others.db"
    with sqlite3.connect(file) as connection:
        connection.execute(made)
    before = file.read_bytes()
    (tmp_path / "c.jsonl").write_bytes(b"".join(of.lines(of.office())))
    status = run(["apply", str(tmp_path / "c.jsonl"), "--ledger", f"sqlite:///{file}", "--lang", "en"])
    assert (status, "database of something else" in capsys.readouterr().err) == (3, True)
    assert file.read_bytes() == before and sorted(p.name for p in tmp_path.iterdir()) == [
        "c.jsonl",
        "others.db",
    ]


def test_an_empty_database_becomes_a_ledger(tmp_path: Path) -> None:
    (tmp_path / "empty.db").touch()
    (tmp_path / "c.jsonl").write_bytes(b"".join(of.lines(of.office())))
    assert run(["apply", str(tmp_path / "c.jsonl"), "--ledger", f"sqlite:///{tmp_path / 'empty.db'}"]) == 0
