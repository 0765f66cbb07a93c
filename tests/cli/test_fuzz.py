"""Whatever is put in: a command line ends with 0, 2 or 3 and in words, and what is refused leaves no trace."""

import io
import json
import sys
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine, inspect, select

from cli.main import kaoji, run
from ledger.application.ledger import Ledger
from ledger.store.schema import metadata
from tests.support import office as of

Line = bytes
Rows = dict[str, list[tuple[Any, ...]]]

fuzzed = settings(
    max_examples=100,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)

BUSY = [
    *of.a_busy_month()[len(of.office()) : -1],
    of.acknowledge_notice("N2"),
    of.rectify_notice("N3"),
    of.correct_notice("N2", points=2),
    of.file_appeal("A2", "L01", {"liability": "N2"}),
    of.decide_appeal("A2", "dismissed", "M01"),
    of.withdraw_reward("R1"),
    of.record_departure("E004", "2026-08-31"),
]
"""What happens in August, over an office that is there: most kinds of commands once."""

FILE = [*of.office()[:3], *BUSY, of.close_month()]
"""A file that is taken as it stands."""


# --- the bench ----------------------------------------------------------------------------------------


@dataclass
class Bench:
    """A folder with the ledgers that every example starts from, and the one that it works on."""

    folder: Path

    @property
    def url(self) -> str:
        return f"sqlite:///{self.folder / 'worked.db'}"

    def lay_out(self, base: str | None) -> None:
        """Puts a fresh copy of a base in place of what was worked on; None puts none there."""
        for old in self.folder.glob("worked.db*"):
            old.unlink()
        if base is not None:
            of.copy_ledger(self.folder / f"{base}.db", self.folder / "worked.db")

    def rows(self) -> Rows:
        """All that the log's tables hold; a head at position 0 is a ledger in which nothing is recorded."""
        if not (self.folder / "worked.db").exists():
            return {name: [] for name in metadata.tables}
        engine = create_engine(self.url)
        try:
            there = set(inspect(engine).get_table_names())
            with engine.connect() as connection:
                held = {
                    name: sorted(map(tuple, connection.execute(select(table)))) if name in there else []
                    for name, table in metadata.tables.items()
                }
                held["heads"] = [head for head in held["heads"] if head[2] != 0]
                return held
        finally:
            engine.dispose()

    def type(self, *arguments: str) -> tuple[int, str]:
        """The exit status and stderr."""
        out, err = io.StringIO(), io.StringIO()
        with redirect_stdout(out), redirect_stderr(err):
            status = run(list(arguments))
        return status, err.getvalue()

    def holds(self, *arguments: str, records: bool = True) -> int:
        """Types a line and asks what must hold of any line: see the module's first words."""
        before = self.rows()
        status, err = self.type(*arguments)
        assert status in (0, 2, 3), err
        if status != 0:
            assert "error:" in err
        if status != 0 or not records:
            assert self.rows() == before
        return status


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    folder = tmp_path_factory.mktemp("fuzz")
    made = Bench(folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setenv("KAOJI_OPERATOR", "tester")
        patch.setenv("KAOJI_LANG", "en")
        patch.setenv("KAOJI_LEDGER", made.url)
        patch.setattr(sys, "stdin", io.StringIO())
        patch.setitem(Ledger.__init__.__kwdefaults__, "now", of.now)
        for name, commands in (("office", of.office()), ("busy", of.office() + BUSY)):
            with Ledger(f"sqlite:///{folder / name}.db", now=of.now) as ledger:
                ledger.record.apply(of.lines(commands))
        (folder / "photo.jpg").write_bytes(b"photo")
        yield made


# --- values -------------------------------------------------------------------------------------------

ODD = [
    *[
        "",
        " ",
        "E001",
        "N1",
        "A1",
        "C01",
        "nobody",
        "E00",
        "x" * 65,
        "a/b",
        "-",
        "--",
        "\ud800",
        "\u202e",
        "é",
    ],
    *["0000-00-00", "0001-01-01", "9999-12-31", "2026-02-30", "2026-8-1", "٢٠٢٦-٠٨-١٠", "2026-00", "9999-12"],
    *["9999-12-31T23:59:59-23:59", "0001-01-01T00:00:00+23:59", "2026-08-10T10:00:00", "2026-08-10 24:00"],
    *["-1", "1e5", "NaN", "0.001", "-0.00", "9" * 400, "signed", "revoked", "performance", "FD-01", "PF-D"],
]
numbers = st.integers() | st.sampled_from([0, -1, 2**31, 2**63, 10**30, -(10**400)]) | st.floats()
leaves = st.none() | st.booleans() | numbers | st.text(max_size=20) | st.sampled_from(ODD)
values = st.recursive(
    leaves,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(max_size=8) | st.just("notice"), inner, max_size=4)
    ),
    max_leaves=8,
)
fields = st.sampled_from(sorted({field for command in FILE for field in command} | {"key", "until", "x"}))


# --- files --------------------------------------------------------------------------------------------


def _object(line: Line) -> dict[str, Any] | None:
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


@st.composite
def mutations(draw: st.DrawFn, line: Line) -> list[Line]:
    """What becomes of a line: itself spoilt, gone, or twice."""
    command = _object(line)
    names = sorted(command) if command else ["do"]
    how = draw(
        st.sampled_from(["value", "value", "value", "flip", "cut", "drop", "add", "text", "deep", "lines"])
    )
    if command is not None and how in ("value", "drop", "add"):
        field = draw(st.sampled_from(names) if how != "add" else fields)
        if how == "drop":
            del command[field]
        else:
            command[field] = draw(values)
        return [json.dumps(command).encode() + b"\n"]
    at = draw(st.integers(0, max(len(line) - 1, 0)))
    if how == "flip" and line:
        return [line[:at] + bytes([line[at] ^ draw(st.integers(1, 255))]) + line[at + 1 :]]
    if how == "cut":
        return [line[:at] + draw(st.sampled_from([b"", b"\n"]))]
    if how == "text":
        return [line[:at] + draw(st.text(min_size=1, max_size=6)).encode() + line[at:]]
    if how == "deep":
        depth = draw(st.sampled_from([5, 30, 31, 32, 33, 63, 64, 65, 1000, 100_000]))
        opening, closing = draw(st.sampled_from([(b"[", b"]"), (b'{"a":', b"}")]))
        named = draw(st.sampled_from(names)).encode()
        nested = opening * depth + b"1" + closing * draw(st.sampled_from([depth, 0]))
        return [b'{"do": "issue_notice", "' + named + b'": ' + nested + b"}\n"]
    return draw(st.sampled_from([[], [line, line], [b"\n", line], [b"\xef\xbb\xbf" + line], [b"\x00\n"]]))


@st.composite
def files(draw: st.DrawFn) -> bytes:
    """A good file, spoilt in one to three places."""
    lines = of.lines(FILE)
    for _ in range(draw(st.integers(1, 3))):
        if lines:
            at = draw(st.integers(0, len(lines) - 1))
            lines[at : at + 1] = draw(mutations(lines[at]))
    return b"".join(lines)


def test_the_good_file_is_taken(bench: Bench) -> None:
    bench.lay_out("office")
    (bench.folder / "file.jsonl").write_bytes(b"".join(of.lines(FILE)))
    assert bench.holds("apply", "file.jsonl", "--ledger", bench.url) == 0


@fuzzed
@given(content=files(), fresh=st.sampled_from([False, False, False, True]))
def test_a_spoilt_file_is_recorded_whole_or_refused_in_words(
    bench: Bench, content: bytes, fresh: bool
) -> None:
    bench.lay_out(None if fresh else "office")
    (bench.folder / "file.jsonl").write_bytes(content)
    bench.holds("apply", "file.jsonl", "--ledger", bench.url)


@fuzzed
@given(content=st.binary(max_size=200) | st.lists(values, max_size=3).map(lambda v: json.dumps(v).encode()))
def test_a_file_of_anything_is_refused_in_words(bench: Bench, content: bytes) -> None:
    bench.lay_out("office")
    (bench.folder / "file.jsonl").write_bytes(content)
    bench.holds("apply", "file.jsonl", "--ledger", bench.url)


# --- forms --------------------------------------------------------------------------------------------

GOOD = {
    ("notice", "issue"): (
        "--employee E001 --clause FD-01 --points 2 --issued-by I01 --issued-on 2026-08-20 --narrative x "
        "--occurred-at 2026-08-20T10:00:00+08:00 --evidence photo.jpg"
    ),
    ("appeal", "file"): "--notice N2 --by E002 --ground facts --statement x --on 2026-08-13",
    ("employee", "reassign"): "E001 --from 2026-09-01 --supervisor L02 --department order",
    ("month", "close"): "2026-08 --by D01 --on 2026-09-02",
}
_SET_BY_THE_TEST = {"--ledger", "--lang", "--help"}


def _options(path: tuple[str, str]) -> list[str]:
    """The options of a form, as it is made."""
    context = click.Context(kaoji)
    group = kaoji.get_command(context, path[0])
    assert isinstance(group, click.Group)
    command = group.get_command(context, path[1])
    assert command is not None
    options = [name for made in command.params if isinstance(made, click.Option) for name in made.opts]
    return [name for name in options if name not in _SET_BY_THE_TEST]


argv_text = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=12)
typed = (
    argv_text
    | st.sampled_from([odd for odd in ODD if "\ud800" not in odd])
    | st.sampled_from(
        ["\udcff", "photo.jpg", ".", "N2", "N", "E", "E002", "D01", "L02", "2", "2026-08", "2026-09"]
    )
)


@st.composite
def vectors(draw: st.DrawFn, path: tuple[str, str]) -> list[str]:
    """A good command line, spoilt in up to four places, or a random one."""
    words = GOOD[path].split() if draw(st.integers(0, 4)) else []
    for _ in range(draw(st.integers(0, 4))):
        option = draw(st.sampled_from(_options(path)))
        spoilt: list[list[str]] = [[], [draw(typed)], [option], [option, draw(typed)]]
        at = draw(st.integers(0, len(words)))
        words[at : at + draw(st.integers(0, 1))] = draw(st.sampled_from(spoilt))
    return words


@pytest.mark.parametrize("path", GOOD, ids=" ".join)
@settings(fuzzed, max_examples=60)
@given(data=st.data())
def test_any_words_after_a_form_are_taken_or_refused_in_words(
    bench: Bench, path: tuple[str, str], data: st.DataObject
) -> None:
    words = data.draw(vectors(path))
    dry = data.draw(st.booleans())
    bench.lay_out("busy")
    bench.holds(*path, *(["--dry-run"] if dry else []), *words, records=not dry)


@pytest.mark.parametrize("path", GOOD, ids=" ".join)
def test_the_good_words_are_taken(bench: Bench, path: tuple[str, str]) -> None:
    bench.lay_out("busy")
    assert bench.holds(*path, *GOOD[path].split(), "--dry-run", records=False) == 0
    assert bench.holds(*path, *GOOD[path].split()) == 0
