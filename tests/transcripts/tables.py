"""Writes the transcripts of all tables at three widths in three languages: `python -m tests.transcripts.tables`.

What they say is to be read before it is committed; `test_tables.py` measures every line of them.
"""

import re
import tempfile
from pathlib import Path

import pytest

from tests.transcripts.test_transcripts import HERE, Session, Step, set_up, trimmed

WIDTHS = (80, 100, 120)
LANGUAGES = ("en", "zh-Hant", "zh-Hans")
TYPED = (
    "site list",
    "site show jinse",
    "employee list",
    "employee find E0",
    "notice list",
    "employee show E01",
    "employee handouts E01",
    "office list",
    "month show 2026-06",
    "notice show N605",
    "appeal show A03",
    "reward show R01",
    *(f"report monthly {month}" for month in ("2026-06", "2026-07", "2026-08")),
    *(f"report public-list {month}" for month in ("2026-06", "2026-07")),
    *(f"report joint-liability {month}" for month in ("2026-06", "2026-07")),
    *(f"report payroll {month}" for month in ("2026-06", "2026-07")),
    "report reconciliation 2026-06",
    "report appeals",
    "report sanctions 2026-07",
    "report rewards 2026-07",
    "report fairness 2026-08",
    "report register 2026-07",
    *(f"report {name} 2026-08" for name in ("appraisal", "appraisal-summary", "inspections")),
    "report appraisal-posting 2026-08 --department front-desk",
    "report appraisal-sheet E10 2026-08",
    *(f"report {name} 2026-08-03 --department front-desk" for name in ("daily-sheet", "week-sheet")),
    "report bonus 2026-Q3",
    "report inspection INS2",
    "report causes 2026-07",
    "report actions",
    "report checklist",
    "report examination EX1",
    "report examinations",
    "due",
    "log E01",
    "log A03",
    "log N605 --hashes",
    "explain E01 2026-06",
    "explain E01 2026-06 --pay",
    "compare E01 2026-06 --as-of 60 --as-of 120",
    "what-if A09 --outcome revoked",
    "policy list",
    "policy show",
    "policy clauses FD",
)

_HASH = re.compile(r"\b(?:[0-9a-f]{64}|[0-9a-f]{12})\b")


def file_of(language: str, width: int) -> Path:
    """The transcript of a language and a width."""
    return HERE / f"tables_{language}_{width}.txt"


def transcript(session: Session, language: str, width: int) -> str:
    """Every table of the sample office, as it is printed now."""
    lines = [
        f"## The sample office's tables at {width} columns: written by `python -m tests.transcripts.tables`."
    ]
    given = [
        "export NOW=2026-09-10T01:00:00+00:00",
        f"export COLUMNS={width}",
        f"export KAOJI_LANG={language}",
        "kaoji demo > demo.txt",
    ]
    given += ["export KAOJI_LEDGER=sqlite:///demo-office/kaoji.db"]
    for typed in (*given, *(f"kaoji {each}" for each in TYPED)):
        status, printed = session.run(Step(0, typed))
        lines += [
            "",
            f"$ {typed}",
            *(_steady(line) for line in trimmed(printed.split("\n")) if line or printed),
        ]
        lines += [f"[exit {status}]"] if status else []
    return "\n".join(lines).rstrip() + "\n"


def _steady(line: str) -> str:
    """The line without what is another in every ledger: hashes of events."""
    return _HASH.sub("...", line)


def main() -> None:
    """Writes them all, each in an empty folder."""
    for language in LANGUAGES:
        for width in WIDTHS:
            with pytest.MonkeyPatch.context() as patch, tempfile.TemporaryDirectory() as folder:
                patch.chdir(folder)
                text = transcript(set_up(patch), language, width)
            file_of(language, width).write_text(text, "utf-8")


if __name__ == "__main__":
    main()
