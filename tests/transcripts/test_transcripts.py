"""Whole sessions at the command line, run as they stand: `*.txt` in this folder.

A transcript is read line by line:

    ## a remark for the reader
    $ export NAME=value            sets a variable; NOW sets the clock of all that follows
    $ cat > FILE <<'EOF'           writes the lines up to EOF into a file
    $ kaoji …                      runs kaoji; `> FILE` at the end keeps what it prints on stdout,
    $ kaoji … <<'EOF'              and lines up to EOF are its standard input
    $ anything else                is run by sh
    what is printed                must follow, on both streams in their order, exactly
    [exit N]                       the exit status, where it is not 0

`...` stands for whatever volatile: alone on a line for any number of lines, within a line for part of it.
Blank lines around what is printed do not count. Every transcript runs in an empty folder of its own.
"""

import io
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cli.main import run
from ledger.application.ledger import Ledger

HERE = Path(__file__).parent
TRANSCRIPTS = sorted(HERE.glob("*.txt"))
NOW = "2026-09-02T01:00:00+00:00"
"""The clock of a transcript that sets none: 2 September 2026, 09:00 in Shanghai."""

_HEREDOC = re.compile(r"(.*?)\s*<<\s*'?(\w+)'?")
_EXIT = re.compile(r"\[exit (\d+)\]")
_LANGUAGES = ("KAOJI_LANG", "LANGUAGE", "LC_ALL", "LC_MESSAGES", "LC_CTYPE")


@dataclass
class Step:
    """A line typed, what is fed to it, and what it must print."""

    number: int
    typed: str
    fed: str = ""
    printed: list[str] = field(default_factory=list)
    status: int = 0


def steps(text: str) -> Iterator[Step]:
    """The steps of a transcript."""
    lines = iter(enumerate(text.split("\n"), start=1))
    step: Step | None = None
    for number, line in lines:
        if line.startswith("$ "):
            if step is not None:
                yield step
            step = Step(number, line.removeprefix("$ ").strip())
            heredoc = _HEREDOC.fullmatch(step.typed)
            if heredoc is not None:
                step.typed, end = heredoc.groups()
                fed = []
                for _, inner in lines:
                    if inner == end:
                        break
                    fed.append(inner + "\n")
                else:
                    raise AssertionError(f"line {number}: {end} is missing")
                step.fed = "".join(fed)
        elif line.startswith("## ") or line == "##":
            continue
        elif step is None:
            assert not line.strip(), f"line {number}: nothing has been typed yet"
        elif (exited := _EXIT.fullmatch(line)) is not None:
            step.status = int(exited.group(1))
        else:
            step.printed.append(line.rstrip())
    if step is not None:
        yield step


def trimmed(lines: list[str]) -> list[str]:
    """The lines without the blank ones around them."""
    return "\n".join(line.rstrip() for line in lines).strip("\n").split("\n")


def matches(expected: list[str], actual: list[str]) -> bool:
    """Whether what was printed is what was to be printed; `...` stands for anything."""
    pattern = ""
    for line in trimmed(expected):
        if line.strip() == "...":
            pattern += r"(?:[^\n]*\n)*?"
        else:
            pattern += ".*?".join(map(re.escape, line.split("..."))) + "\n"
    return re.fullmatch(pattern, "\n".join(trimmed(actual)) + "\n") is not None


class Session:
    """As much of a shell as a transcript needs."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.monkeypatch = monkeypatch

    def run(self, step: Step) -> tuple[int, str]:
        """The exit status, and what is printed on both streams."""
        typed, _, file = step.typed.partition(" > ")
        words = shlex.split(typed)
        match words:
            case ["export", assignment]:
                self.monkeypatch.setenv(*assignment.split("=", 1))
                return 0, ""
            case ["cat"] if file:
                Path(file.strip()).write_text(step.fed, "utf-8")
                return 0, ""
            case ["kaoji", *arguments]:
                return self.kaoji(arguments, step.fed, file.strip())
        return self.shell(step)

    def kaoji(self, arguments: list[str], fed: str, file: str) -> tuple[int, str]:
        printed, kept = io.StringIO(), io.StringIO()
        self.monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(fed.encode()), "utf-8"))
        with redirect_stdout(kept if file else printed), redirect_stderr(printed):
            status = run(arguments)
        if file:
            Path(file).write_text(kept.getvalue(), "utf-8")
        return status, printed.getvalue()

    def shell(self, step: Step) -> tuple[int, str]:
        done = subprocess.run(
            ["sh", "-c", step.typed],
            input=step.fed,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            check=False,
            timeout=60,
        )
        return done.returncode, done.stdout


def clock() -> datetime:
    """The instant the transcript has set."""
    return datetime.fromisoformat(os.environ.get("NOW", NOW)).astimezone(UTC)


def set_up(monkeypatch: pytest.MonkeyPatch) -> Session:
    """A clock that is set by hand, the operator `clerk`, English, and lines as long as they are."""
    for name in [*_LANGUAGES, "COLUMNS", *(name for name in os.environ if name.startswith("KAOJI_"))]:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "C.UTF-8")
    monkeypatch.setenv("KAOJI_OPERATOR", "clerk")
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("NOW", NOW)
    monkeypatch.setitem(Ledger.__init__.__kwdefaults__, "now", clock)
    return Session(monkeypatch)


@pytest.fixture
def session(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Session:
    """The same in an empty folder."""
    monkeypatch.chdir(tmp_path)
    return set_up(monkeypatch)


@pytest.mark.parametrize("path", TRANSCRIPTS, ids=lambda path: path.stem)
def test_a_session_prints_what_its_transcript_says(path: Path, session: Session) -> None:
    told = list(steps(path.read_text("utf-8")))
    assert told, "the transcript types nothing"
    for step in told:
        status, printed = session.run(step)
        where = f"{path.name}:{step.number}: $ {step.typed}"
        assert matches(step.printed, printed.split("\n")), f"{where}\nprints:\n{printed}"
        assert status == step.status, f"{where}\nexits with {status}:\n{printed}"


# --- the runner itself ------------------------------------------------------------------------------


def test_there_are_transcripts() -> None:
    assert TRANSCRIPTS


@pytest.mark.parametrize(
    ("expected", "actual", "same"),
    [
        ("a", "a", True),
        ("a", "b", False),
        ("a", "a\nb", False),
        ("a\n\nb", "a\nb", False),
        ("\na  \n", "a", True),
        ("...", "", True),
        ("...", "a\nb", True),
        ("a\n...", "a", True),
        ("a\n...\nd", "a\nb\nc\nd", True),
        ("a\n...\nd", "a\nb\nc", False),
        ("hash ... end", "hash 1234 end", True),
        ("hash ... end", "hash 12\n34 end", False),
        ("(a) *...", "(a) *b", True),
        ("", "", True),
        ("", "a", False),
    ],
)
def test_dots_stand_for_anything_and_all_else_for_itself(expected: str, actual: str, same: bool) -> None:
    assert matches(expected.split("\n"), actual.split("\n")) is same


def test_a_transcript_is_read_step_by_step() -> None:
    text = "## why\n$ cat > a <<'EOF'\n$ x\nEOF\n\n$ kaoji x\nout\n[exit 3]\n## more\n$ true\n"
    read = list(steps(text))
    assert [(s.typed, s.fed, trimmed(s.printed), s.status) for s in read] == [
        ("cat > a", "$ x\n", [""], 0),
        ("kaoji x", "", ["out"], 3),
        ("true", "", [""], 0),
    ]


def test_a_transcript_that_differs_or_exits_otherwise_is_told(session: Session, tmp_path: Path) -> None:
    for text in ("$ echo a\nb\n", "$ false\n", "$ echo a\n", "$ kaoji policy check none\n...\n"):
        path = tmp_path / "wrong.txt"
        path.write_text(text, "utf-8")
        with pytest.raises(AssertionError, match=r"wrong\.txt:1"):
            test_a_session_prints_what_its_transcript_says(path, session)
