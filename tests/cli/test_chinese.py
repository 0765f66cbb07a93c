"""A Chinese reader meets no English word or code of the program's own, whatever the sample office is asked."""

import json
import re
from collections.abc import Callable, Iterator
from html import unescape
from pathlib import Path

import pytest

from cli.main import run

ROOT = Path(__file__).parents[2]
_LINES = [
    line
    for name in ("office.jsonl", "appraisal.jsonl")
    for line in (ROOT / "cli/sample" / name).read_text("utf-8").splitlines()
]
OFFICE = [json.loads(line) for line in _LINES if line.startswith("{")]

CODED = {"do", "key", "how", "ground", "outcome", "scheme", "office", "kind", "against", "checklist"} | {
    *("seen", "result", "cause", "dimension"),
}
"""Fields whose values are the program's words, and not the office's."""

NAMES = {
    "kaoji",
    "KAOJI",
    "LEDGER",
    "LANG",
    "SHA",
    "UTC",
    "Asia",
    "Shanghai",
    "house",
    "exam",
    "main",
    "clerk",
}
"""The program's name and variables, standards, the rules, the bank and the ledger that came with it, and who typed."""

TYPED = re.compile(
    r"`[^`]*`"  # a command to type
    r"|\bkaoji(?: [a-z-]+)+"
    r"|（[a-z_]+）"  # a code of a file, or a command, beside its word
    r"|--[a-z-]+(?: (?:FILE|ID|KEY))?"
    r"|^ +(?:kaoji|export|\./kaoji) .*$"
    r"|\b(?:kaoji/)?[0-9a-f]{12,}\b[+\w/=]*"  # digests, keys
    r"|\S*/\S+"  # paths
    r"|[\w.-]+\.(?:db|jsonl|checkpoint|receipt|html)\b",
    re.MULTILINE,
)
WORD = re.compile(r"[A-Za-z]{2,}")

COMMANDS = """
report monthly 2026-06
report monthly 2026-07 --as-of 100
report public-list 2026-07
report joint-liability 2026-07
report payroll 2026-06
report appeals
report sanctions 2026-08
report rewards 2026-07
report rewards 2026-08
report fairness 2026-08
explain E05 2026-08
explain E06 2026-07
explain E07 2026-07
explain S03 2026-07
compare E01 2026-06 --as-of 89
compare E05 2026-08 --as-of 100
what-if A04 --outcome revoked
what-if A09 --outcome dismissed
report appraisal 2026-08
report appraisal-sheet E10 2026-08
report appraisal-summary 2026-08
report daily-sheet 2026-08-12 --department front-desk
report week-sheet 2026-08-10 --department front-desk
report inspection INS2
report inspections 2026-09
report causes 2026-07
report actions
report examination EX1
report examinations
report register 2026-09
explain E10 2026-08 --figure appraisal.b
check show C2
objection show O1
finding show F2
inspection show INS2
action show AC1
sheet show DS0812
sitting show EX1
log INS1
log AC1
due
log E01
log E10
log E05
log S03
log A05
log N705
log R03
log jinse
notice show N705
notice show N807
appeal show A03
appeal show A09
reward show R03
employee show E05
site show jinse
site list
employee list
employee find E0
employee find 無此人
notice list --month 2026-07
notice list --unserved --issuer I01
office list
month show 2026-07
month show 2026-11
policy list
policy clauses
ledgers
verify
verify --deep --sheets
receipt N705 --out N705.receipt
verify --receipt N705.receipt
employee handouts E06
appeal decide A09 --outcome reduced --points 1 --reasons 屬實 --by H02 --on 2026-09-07 --dry-run
appeal decide A09 --outcome x --reasons 屬實 --by H02
appeal decide A09 --outcome reduced --points 9 --reasons 屬實 --by H02
appeal decide A01 --outcome dismissed --reasons 屬實 --by D01
notice acknowledge N701 --how x
notice show N9999
due --what x
report payroll 2026-12
log N9999
checkpoint --out last.checkpoint
verify --since N705.receipt
verify --receipt last.checkpoint
""".strip().splitlines()


def _told_by_the_office(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        for name, each in value.items():
            if name not in CODED:
                yield from _told_by_the_office(each)
    elif isinstance(value, list):
        for each in value:
            yield from _told_by_the_office(each)
    elif isinstance(value, str):
        yield from WORD.findall(value)


OFFICES_OWN = set(_told_by_the_office(OFFICE))


_CHECK = re.compile(r"\bk[a-z2-7]{31}\b")


def latin(text: str) -> set[str]:
    """The Latin words of a text that are neither typed, nor the office's own, nor names, nor check values of keys."""
    return set(WORD.findall(_CHECK.sub(" ", TYPED.sub(" ", text)))) - OFFICES_OWN - NAMES


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample office, recorded once."""
    folder = tmp_path_factory.mktemp("sample")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setenv("KAOJI_OPERATOR", "clerk")
        assert run(["demo", "--dir", "."]) == 0
    return folder


@pytest.fixture(params=["zh-Hans", "zh-Hant"])
def say(
    request: pytest.FixtureRequest,
    sample: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Callable[[str], str]:
    """What a command line says to a Chinese reader, on both streams."""
    monkeypatch.chdir(sample)
    monkeypatch.setenv("KAOJI_LEDGER", "sqlite:///kaoji.db")
    monkeypatch.setenv("KAOJI_LANG", request.param)
    monkeypatch.setenv("KAOJI_OPERATOR", "clerk")

    def told(line: str) -> str:
        capsys.readouterr()
        run([*line.split(), *(["--force"] if "--out" in line else [])])
        printed = capsys.readouterr()
        return printed.out + printed.err

    return told


@pytest.mark.parametrize("line", COMMANDS)
def test_no_latin_word_of_the_programs_own_stands_in_chinese(say: Callable[[str], str], line: str) -> None:
    if "N705.receipt" in line and "--out" not in line:
        say("receipt N705 --out N705.receipt")
    if "last.checkpoint" in line and "--out" not in line:
        say("checkpoint --out last.checkpoint")
    told = say(line)

    assert told.strip()
    assert latin(told) == set(), told
    assert not re.search(r"\dT\d|\dZ\b", TYPED.sub(" ", told))


def test_the_demo_speaks_chinese(say: Callable[[str], str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KAOJI_LEDGER")

    assert latin(say("demo --dir .")) == set()


def test_a_code_that_leaks_would_be_seen() -> None:
    assert latin("档次   surcharge    none") == {"surcharge", "none"}
    assert latin("用 kaoji log 加工号；`kaoji verify` 核对 E05 front-desk") == set()


@pytest.mark.parametrize(
    ("line", "page"),
    [
        ("appeal dossier A03 --out A03.html", "A03.html"),
        ("appeal dossier A05 --out A05.html", "A05.html"),
        ("employee export E05 --out E05", "E05/page.html"),
        ("employee export H03 --out H03", "H03/page.html"),
    ],
)
def test_pages_have_no_latin_word_of_the_programs_own(
    say: Callable[[str], str], sample: Path, line: str, page: str
) -> None:
    say(line)
    html = sample.joinpath(page).read_text("utf-8")

    for language in ("zh-Hans", "zh-Hant"):
        (part,) = re.findall(rf'<main lang="{language}">(.*?)</main>', html, re.DOTALL)
        text = unescape(re.sub(r"<[^>]*>", " ", part))
        assert latin(text) == set()
        assert not re.search(r"\dT\d|\dZ\b", TYPED.sub(" ", text))
